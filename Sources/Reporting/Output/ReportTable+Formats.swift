import Bytes
import Rules
import Text

extension ReportTable {
    /// The table for a terminal of `width` columns, or as wide as it is. If it has no room for the first and the last moment, these are
    /// left out, and a line says so.
    func text(_ format: CellFormat, width: Int?) -> String {
        let text = textTable(columns.indices, format).text(indent: "", width: width)
        let widest = text.split(separator: "\n").map(\.count).max() ?? 0
        guard let width, widest > width else { return text }
        let shown = columns.indices.filter { !columns[$0].name.hasSuffix("_seen") }
        return textTable(shown, format).text(indent: "", width: width)
            + "(FIRST and LAST are left out: the terminal is narrower than \(widest) columns)\n"
    }

    private func textTable(_ shown: some Sequence<Int>, _ format: CellFormat) -> TextTable {
        let places = Array(shown)
        // Moments are as narrow as they can be: they are cut no more than numbers are.
        var table = TextTable(
            heads: places.map { columns[$0].title },
            isNumber: places.map { columns[$0].isNumber || columns[$0].name.hasSuffix("_seen") })
        for row in rows + [further].compactMap(\.self) { table.add(places.map { format.text(row[$0]) }) }
        return table
    }

    /// Comma-separated values (RFC 4180): names in the first line, times in UTC, numbers plain, estimates with their bounds. A text that
    /// a spreadsheet would take for a formula gets an apostrophe before it.
    var csv: String {
        var text = Self.record(columns.flatMap(Self.names))
        for row in rows + [further].compactMap(\.self) {
            text += Self.record(zip(columns, row).flatMap { Self.fields($0, $1) })
        }
        return text
    }

    private static func names(_ column: Column) -> [String] {
        isEstimate(column) ? [column.name, column.name + "_low", column.name + "_high"] : [column.name]
    }

    private static func isEstimate(_ column: Column) -> Bool {
        column.name == "requests" || column.name == "interactions"
    }

    private static func fields(_ column: Column, _ cell: Cell) -> [String] {
        switch cell {
        case .text(let text): [guarded(text)]
        case .count(let count), .bytes(let count): ["\(count)"]
        case .estimate(let estimate):
            ["\(estimate.clamped.value)", "\(estimate.clamped.low)", "\(estimate.clamped.high)"]
        case .time(let time): [time.rfc3339]
        case .none: names(column).map { _ in "" }
        }
    }

    private static func guarded(_ text: String) -> String {
        guard text != "-", let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
            return text == "-" ? "" : text
        }
        return "'" + text
    }

    private static func record(_ fields: [String]) -> String {
        fields.map { field in
            let isPlain = !field.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
            return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }

    /// A table of Markdown; what would end a cell or begin a tag is escaped.
    func markdown(_ format: CellFormat) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        var text = line(columns.map { $0.title.prefix(1) + $0.title.dropFirst().lowercased() })
        text += line(columns.map { $0.isNumber ? "---:" : "---" })
        for row in rows + [further].compactMap(\.self) {
            text += line(row.map { Self.escaped(format.text($0)) })
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.escapedForDisplay(limit: 256).unicodeScalars {
            if "\\`*_[]<>|&".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// The rows as objects of JSON.
    func write(to json: inout IndentedJSON) {
        json.list {
            for row in rows + [further].compactMap(\.self) {
                $0.object { json in
                    for (column, cell) in zip(columns, row) { Self.write(column, cell, to: &json) }
                }
            }
        }
    }

    private static func write(_ column: Column, _ cell: Cell, to json: inout IndentedJSON) {
        switch cell {
        case .text(let text): if text != "-" { json.member(column.name, text) }
        case .count(let count), .bytes(let count): json.member(column.name, count)
        case .estimate(let estimate):
            json.member(column.name, estimate.clamped.value)
            json.member(column.name + "_low", estimate.clamped.low)
            json.member(column.name + "_high", estimate.clamped.high)
        case .time(let time): json.member(column.name, time.rfc3339)
        case .none: break
        }
    }
}
