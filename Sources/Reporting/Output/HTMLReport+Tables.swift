import Rules
import Text

extension HTMLReport {
    /// Adds a table that can be sorted; its first column heads the rows.
    func table(_ table: ReportTable, caption: String, to html: inout HTMLText) {
        html.element("div", ["class": "wide", "tabindex": "0", "role": "region", "aria-label": caption]) { html in
            html.element("table", ["class": "sort"]) { html in
                html.line("caption", caption)
                html.element("thead") { html in
                    html.element("tr") { html in
                        for column in table.columns { Self.head(column, to: &html) }
                    }
                }
                html.raw("\n")
                html.element("tbody") { html in
                    for row in table.rows { self.row(row, table.columns, to: &html) }
                }
                guard let further = table.further else { return }
                html.element("tfoot") { self.row(further, table.columns, to: &$0) }
            }
        }
        html.raw("\n")
        if table.sourcesAreCut {
            html.line(
                "p", "Counts of sources are lower bounds: there were more than are told apart.", with: ["class": "warn"]
            )
        }
    }

    /// From how many characters on a text may go over several lines.
    private static let longText = 32

    private static func head(_ column: ReportTable.Column, to html: inout HTMLText) {
        let title = column.title.prefix(1) + column.title.dropFirst().lowercased()
        if column.isNumber {
            html.element("th", ["scope": "col", "class": "n"]) { $0.words(String(title)) }
        } else {
            html.element("th", ["scope": "col"]) { $0.words(String(title)) }
        }
    }

    private func row(_ cells: [ReportTable.Cell], _ columns: [ReportTable.Column], to html: inout HTMLText) {
        html.element("tr") { html in
            for (cell, column) in zip(cells, columns) {
                let words = self.cells.text(cell)
                switch (column.isNumber, cell.number) {
                case (true, let number?): html.element("td", ["class": "n", "data-v": "\(number)"]) { $0.words(words) }
                case (true, nil): html.element("td", ["class": "n", "data-v": "-1"]) { $0.words(words) }
                case (false, _) where words.count > Self.longText:
                    html.element("td", ["class": "long"]) { $0.words(words) }
                case (false, _): html.element("td") { $0.words(words) }
                }
            }
        }
        html.raw("\n")
    }

    /// Adds a list of terms and what they are.
    func definitions(_ pairs: [(String, String)], to html: inout HTMLText) {
        html.element("dl") { html in
            for (term, words) in pairs {
                html.line("dt", term)
                html.line("dd", words)
            }
        }
    }

    /// Adds a paragraph.
    func paragraph(_ words: String, to html: inout HTMLText) { html.line("p", words) }

    /// A table of a facet, at most `limit` rows.
    func facet(_ facet: ReportModel.Facet, limit: Int = 200) -> ReportTable {
        ReportTable(model.table(facet), model.texts, limit: limit)
    }
}

extension ReportTable.Cell {
    /// By what the cell is sorted.
    var number: Int64? {
        switch self {
        case .count(let count), .bytes(let count): count
        case .estimate(let estimate): estimate.clamped.value
        case .text, .time, .none: nil
        }
    }
}

extension ReportTable {
    /// A table of texts and counts.
    static func plain(_ heads: [(title: String, isNumber: Bool)], _ rows: [[Cell]]) -> ReportTable {
        ReportTable(
            columns: heads.map { Column(title: $0.title, name: $0.title.lowercased(), isNumber: $0.isNumber) },
            rows: rows)
    }
}
