/// What an audit found, in the form that reports for people are made of: sections of sentences and tables.
package struct AuditReport: Sendable {
    /// One section.
    package struct Section: Sendable {
        /// The heading.
        package var title: String
        /// The sentences below it.
        package var sentences: [String]
        /// The heads of the columns of the table; none if there is no table.
        package var columns: [String]
        /// The rows of the table.
        package var rows: [[String]]

        /// Creates a section.
        package init(title: String, sentences: [String], columns: [String] = [], rows: [[String]] = []) {
            self.title = title
            self.sentences = sentences
            self.columns = columns
            self.rows = rows
        }
    }

    /// The heading.
    package var title: String
    /// The sections.
    package var sections: [Section]

    /// Creates a report.
    package init(title: String, sections: [Section] = []) {
        self.title = title
        self.sections = sections
    }

    /// The report as plain text for a terminal or a file.
    package var text: String {
        var lines = [title, String(repeating: "=", count: title.count)]
        for section in sections {
            lines += ["", section.title, String(repeating: "-", count: section.title.count)]
            // Hosts, paths and names come from the wire, and a terminal obeys what some characters say.
            for sentence in section.sentences { lines += Self.wrapped(ValueDisplay.printable(sentence)) }
            if !section.rows.isEmpty { lines += Self.table(section) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The width of the text, in characters.
    private static let width = 100

    private static func wrapped(_ sentence: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in sentence.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + [line]
    }

    private static func table(_ section: Section) -> [String] {
        let rows = [section.columns] + section.rows.map { $0.map(ValueDisplay.printable) }
        let widths = section.columns.indices.map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = " "
            for (column, cell) in row.enumerated() where widths.indices.contains(column) {
                let isLast = column == widths.count - 1
                line +=
                    " " + cell + (isLast ? "" : String(repeating: " ", count: max(0, widths[column] - cell.count) + 1))
            }
            return line
        }
    }
}
