import Flows
import Protocols
import Rules
import Text

extension RunSummary {
    /// The summary as text of a few aligned lines, each ended by a line feed.
    ///
    /// Rows are in the order of their bytes, most first, then of their names; alerts by severity, most severe first. What comes from
    /// the wire is escaped for a terminal.
    public func render(stats: StatsReport, style: SummaryStyle = SummaryStyle()) -> String {
        let alerts = alertText(style) + suppressedText(stats.rules, style)
        return [
            scopeText(style), productText(style), relayText(style), hintText(style), alerts, remainderText,
            coverageText(stats, style),
        ]
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func scopeText(_ style: SummaryStyle) -> String {
        guard let scope else { return "" }
        let count = TextTable.count(UInt64(clamping: sources.count))
        let more = sourcesAreCut ? "at least " : ""
        return style.head(scope.text)
            + "\n  \(more)\(count) \(sources.count == 1 ? "source" : "sources") with AI traffic\n"
    }

    private func suppressedText(_ rules: RulesReport, _ style: SummaryStyle) -> String {
        var table = TextTable(heads: ["SUPPRESSED", "RULE/EXCEPTION"], isNumber: [true, false])
        for (name, count) in rules.suppressed.prefix(Self.rowLimit) { table.add([TextTable.count(count), name]) }
        return table.isEmpty ? "" : table.text(indent: "  ", width: style.width)
    }

    private func productText(_ style: SummaryStyle) -> String {
        var table = TextTable(
            heads: ["VENDOR", "PRODUCT", "ROLE", "FLOWS", "REQUESTS", "INTERACTIONS", "UP", "DOWN"],
            isNumber: [false, false, false, true, true, true, true, true])
        let order = products.sorted { left, right in
            (right.value.bytes, left.key.vendor, left.key.product, left.key.role)
                < (left.value.bytes, right.key.vendor, right.key.product, right.key.role)
        }
        for (key, traffic) in order {
            table.add([key.vendor, key.product, key.role] + Self.wideCells(traffic))
        }
        if furtherProducts.flows > 0 { table.add(["(further)", "", ""] + Self.wideCells(furtherProducts)) }
        let text = table.isEmpty ? "  none\n" : table.text(indent: "  ", width: style.width)
        return style.head("AI traffic") + "\n" + text
    }

    /// The far ends that are suspected, the highest score first; empty if none is.
    private func relayText(_ style: SummaryStyle) -> String {
        guard !relays.isEmpty else { return "" }
        var table = TextTable(
            heads: ["HOST", "SCORE", "FLOWS", "UP", "DOWN", "SIGNS"], isNumber: [false, true, true, true, true, false])
        let order = relays.sorted { ($1.value.score, $0.key) < ($0.value.score, $1.key) }
        for (host, relay) in order {
            let signs = relay.reasons.joined(separator: ", ")
            table.add([host, "\(relay.score)"] + Self.cells(relay.traffic) + [signs])
        }
        if furtherRelays.flows > 0 { table.add(["(further)", ""] + Self.cells(furtherRelays) + [""]) }
        return style.notice("Suspected relays of AI models") + "\n" + table.text(indent: "  ", width: style.width)
    }

    /// The unlisted far ends whose name says AI, the most bytes first; empty if there is none.
    private func hintText(_ style: SummaryStyle) -> String {
        guard !hints.isEmpty else { return "" }
        var table = TextTable(
            heads: ["HOST", "WORD", "FLOWS", "UP", "DOWN"], isNumber: [false, false, true, true, true])
        let order = hints.sorted { ($1.value.traffic.bytes, $0.key) < ($0.value.traffic.bytes, $1.key) }
        for (host, hint) in order { table.add([host, hint.word] + Self.cells(hint.traffic)) }
        if furtherHints.flows > 0 { table.add(["(further)", ""] + Self.cells(furtherHints)) }
        return style.head("Names that say AI and are in no catalog (by the name alone)") + "\n"
            + table.text(indent: "  ", width: style.width)
    }

    private func alertText(_ style: SummaryStyle) -> String {
        var table = TextTable(heads: ["SEVERITY", "ALERTS", "RULE", "TITLE"], isNumber: [false, true, false, false])
        let order = rules.sorted { left, right in
            if left.value.severity != right.value.severity { return left.value.severity > right.value.severity }
            return (right.value.alerts, left.key) < (left.value.alerts, right.key)
        }
        for (id, hits) in order {
            table.add([hits.severity.rawValue, TextTable.count(hits.alerts), id, hits.title])
        }
        if furtherAlerts > 0 { table.add(["", TextTable.count(furtherAlerts), "(further)", ""]) }
        let text = table.isEmpty ? "  none\n" : style.alerts(table.text(indent: "  ", width: style.width))
        return style.head("Alerts") + "\n" + text
    }

    private var remainderText: String {
        var table = TextTable(heads: ["OTHER TRAFFIC", "FLOWS", "UP", "DOWN"], isNumber: [false, true, true, true])
        table.add(["named, no AI vendor"] + Self.cells(others))
        table.add(["not named"] + Self.cells(unnamed))
        if silent.flows > 0 { table.add(["not named, 512 B or less"] + Self.cells(silent)) }
        return table.text(indent: "")
    }

    private func coverageText(_ stats: StatsReport, _ style: SummaryStyle) -> String {
        let capture = stats.capture
        var parts: [(String, UInt64)] = [
            ("dropped in the kernel", capture.droppedByKernel),
            ("dropped by the interface", capture.droppedByInterface),
            ("damaged records", capture.damaged),
            ("files not read", capture.unreadFiles),
            ("files that are no captures", capture.skippedFiles),
            ("cut short", capture.truncated),
            ("malformed", capture.malformed.total),
            ("of a link type that is not read", capture.unsupportedLink),
            ("in an encapsulation that is not read", capture.unreadTunnels),
            ("of no flow", capture.ignored.total &- capture.unreadTunnels),
            ("captured twice, counted once", capture.duplicates),
            ("flows begun before the capture", stats.flows.midstream),
            ("flows given up for want of room", Self.evictions(stats.flows)),
            ("hellos not whole", stats.attribution.tlsHellos.total &- stats.attribution.tlsHellos[.complete]),
            ("QUIC packets not decrypted", stats.attribution.quicDecryptFailed),
        ]
        parts.removeAll { $0.1 == 0 }
        let lost = parts.map { "  \(TextTable.count($0.1)) \($0.0)\n" }.joined()
        let seen = "\(TextTable.count(capture.packets)) packets, \(TextTable.bytes(capture.bytes)) read"
        let judged = stats.coverageText.map { ", \($0) could be judged" } ?? ""
        return style.head("Coverage: \(seen)\(judged)") + "\n" + (lost.isEmpty ? "  nothing lost\n" : lost)
    }

    /// Flows that ended before their time; those that were idle are no loss.
    private static func evictions(_ flows: FlowReport) -> UInt64 {
        flows.evicted[.capacity] &+ flows.evicted[.synFlood] &+ flows.evicted[.unanswered]
    }

    private static func wideCells(_ traffic: Traffic) -> [String] {
        var cells = cells(traffic)
        cells.insert(contentsOf: [words(traffic.requests), words(traffic.interactions)], at: 1)
        return cells
    }

    /// `12 (10-14)`; `-` if requests were not counted.
    private static func words(_ estimate: Estimate?) -> String {
        guard let estimate else { return "-" }
        let value = TextTable.count(UInt64(clamping: estimate.value))
        return estimate.low == estimate.high ? value : "\(value) (\(estimate.low)-\(estimate.high))"
    }

    private static func cells(_ traffic: Traffic) -> [String] {
        [TextTable.count(traffic.flows), TextTable.bytes(traffic.up), TextTable.bytes(traffic.down)]
    }
}

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
