import Text

/// Rows of text in columns as wide as their widest cell; numbers to the right.
struct TextTable {
    private var rows: [[String]]
    private let isNumber: [Bool]

    init(heads: [String], isNumber: [Bool]) {
        self.rows = [heads]
        self.isNumber = isNumber
    }

    var isEmpty: Bool { rows.count == 1 }

    /// Adds a row. What a terminal would obey is made visible.
    mutating func add(_ cells: [String]) {
        rows.append(cells.map { $0.escapedForDisplay(limit: 256) })
    }

    /// The table, two spaces in.
    var text: String { text(indent: "  ") }

    func text(indent: String) -> String {
        let widths = isNumber.indices.map { column in rows.map { Self.cell($0, column).count }.max() ?? 0 }
        return rows.map { row in
            let cells = isNumber.indices.map { column -> String in
                let cell = Self.cell(row, column)
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? padding + cell : cell + padding
            }
            let line = indent + cells.joined(separator: "  ")
            return line.reversed().drop { $0 == " " }.reversed() + "\n"
        }.joined()
    }

    /// `1,234,567`.
    static func count(_ value: UInt64) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// Bytes in decimal units with one digit behind the point: `6.3 MB`.
    static func bytes(_ value: UInt64) -> String {
        guard value >= 1000 else { return "\(value) B" }
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        var unit = 0
        var scale: UInt64 = 1000
        while unit < units.count - 1, value / scale >= 1000 {
            unit += 1
            scale *= 1000
        }
        return "\(value / scale).\(value % scale / (scale / 10)) \(units[unit])"
    }

    private static func cell(_ row: [String], _ column: Int) -> String {
        column < row.count ? row[column] : ""
    }
}
