/// Rows of text in columns as wide as their widest cell; numbers to the right.
public struct TextTable: Sendable {
    private var rows: [[String]]
    private let isNumber: [Bool]

    /// A table with the head of each column, and whether it holds numbers.
    public init(heads: [String], isNumber: [Bool]) {
        self.rows = [heads]
        self.isNumber = isNumber
    }

    /// Whether there is no row below the heads.
    public var isEmpty: Bool { rows.count == 1 }

    /// Adds a row. What a terminal would obey is made visible.
    public mutating func add(_ cells: [String]) {
        rows.append(cells.map { $0.escapedForDisplay(limit: 256) })
    }

    /// The table, two spaces in.
    public var text: String { text(indent: "  ") }

    /// The table with `indent` before each line, at most `width` columns wide: the widest texts are cut first, to 8 columns at the
    /// least, and the cut is shown by an ellipsis. Numbers are never cut.
    public func text(indent: String, width: Int? = nil) -> String {
        let widths = widths(limit: width.map { $0 - indent.count })
        return rows.map { row in
            let cells = isNumber.indices.map { column -> String in
                let cell = Self.cut(Self.cell(row, column), to: widths[column])
                let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return isNumber[column] ? padding + cell : cell + padding
            }
            let line = indent + cells.joined(separator: "  ")
            return line.reversed().drop { $0 == " " }.reversed() + "\n"
        }.joined()
    }

    private func widths(limit: Int?) -> [Int] {
        var widths = isNumber.indices.map { column in rows.map { Self.cell($0, column).count }.max() ?? 0 }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + 2 * max(0, widths.count - 1) - limit
        while excess > 0 {
            let texts = widths.indices.filter { !isNumber[$0] && widths[$0] > Self.narrowest }
            guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private static func cut(_ cell: String, to width: Int) -> String {
        cell.count <= width ? cell : cell.prefix(max(0, width - 1)) + "…"
    }

    private static let narrowest = 8

    /// `1,234,567`.
    public static func count(_ value: UInt64) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// Bytes in decimal units with one digit after the point: `6.3 MB`.
    public static func bytes(_ value: UInt64) -> String {
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
