/// How a summary looks: how wide it may be, and whether it has colors.
public struct SummaryStyle: Sendable {
    /// The columns that it may take, 40 to 200; `nil` for as many as it needs.
    public let width: Int?
    /// Whether headings and severe alerts are colored, with the terminal's control sequences (ECMA-48).
    public let isColored: Bool

    /// A style for a terminal of `width` columns.
    public init(width: Int? = nil, isColored: Bool = false) {
        self.width = width.map { min(200, max(40, $0)) }
        self.isColored = isColored
    }

    /// A head of a part of the summary.
    func head(_ line: String) -> String { painted(line, "1") }

    /// Lines of a table of alerts, each in the color of its severity, its first word.
    func alerts(_ text: String) -> String {
        guard isColored else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            switch line.split(separator: " ").first {
            case "critical", "high": painted(String(line), "31")
            case "medium": painted(String(line), "33")
            default: String(line)
            }
        }.joined(separator: "\n")
    }

    /// Text that a person should look at.
    func notice(_ line: String) -> String { painted(line, "33") }

    private func painted(_ line: String, _ code: String) -> String {
        isColored && !line.isEmpty ? "\u{1B}[\(code)m\(line)\u{1B}[0m" : line
    }
}
