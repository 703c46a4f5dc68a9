import Protocols
import Rules

extension RunSummary {
    /// The summary as plain text of a few aligned lines, each ended by a line feed.
    ///
    /// Rows are in the order of their bytes, most first, then of their names; alerts by severity, gravest first.
    public func render(stats: StatsReport) -> String {
        [
            productText, relayText, hintText, alertText + Self.heldBackText(stats.rules), remainderText,
            coverageText(stats),
        ]
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func heldBackText(_ rules: RulesReport) -> String {
        var table = TextTable(heads: ["HELD BACK", "RULE/EXCEPTION"], isNumber: [true, false])
        for (name, count) in rules.suppressed.prefix(rowLimit) { table.add([TextTable.count(count), name]) }
        return table.isEmpty ? "" : table.text
    }

    private var productText: String {
        var table = TextTable(
            heads: ["VENDOR", "PRODUCT", "ROLE", "FLOWS", "UP", "DOWN"],
            isNumber: [false, false, false, true, true, true])
        let order = products.sorted { left, right in
            (right.value.bytes, left.key.vendor, left.key.product, left.key.role)
                < (left.value.bytes, right.key.vendor, right.key.product, right.key.role)
        }
        for (key, traffic) in order {
            table.add([key.vendor, key.product, key.role] + Self.cells(traffic))
        }
        if furtherProducts.flows > 0 { table.add(["(further)", "", ""] + Self.cells(furtherProducts)) }
        return "AI traffic\n" + (table.isEmpty ? "  none\n" : table.text)
    }

    /// The far ends that are suspected, the highest score first; empty if none is.
    private var relayText: String {
        guard !relays.isEmpty else { return "" }
        var table = TextTable(
            heads: ["HOST", "SCORE", "FLOWS", "UP", "DOWN", "SIGNS"], isNumber: [false, true, true, true, true, false])
        let order = relays.sorted { ($1.value.score, $0.key) < ($0.value.score, $1.key) }
        for (host, relay) in order {
            let signs = relay.reasons.joined(separator: ", ")
            table.add([host, "\(relay.score)"] + Self.cells(relay.traffic) + [signs])
        }
        if furtherRelays.flows > 0 { table.add(["(further)", ""] + Self.cells(furtherRelays) + [""]) }
        return "Suspected relays of AI models\n" + table.text
    }

    /// The unlisted far ends whose name says AI, the most bytes first; empty if there is none.
    private var hintText: String {
        guard !hints.isEmpty else { return "" }
        var table = TextTable(
            heads: ["HOST", "WORD", "FLOWS", "UP", "DOWN"], isNumber: [false, false, true, true, true])
        let order = hints.sorted { ($1.value.traffic.bytes, $0.key) < ($0.value.traffic.bytes, $1.key) }
        for (host, hint) in order { table.add([host, hint.word] + Self.cells(hint.traffic)) }
        if furtherHints.flows > 0 { table.add(["(further)", ""] + Self.cells(furtherHints)) }
        return "Names that say AI and are in no catalog (by the name alone)\n" + table.text
    }

    private var alertText: String {
        var table = TextTable(heads: ["SEVERITY", "ALERTS", "RULE", "TITLE"], isNumber: [false, true, false, false])
        let order = rules.sorted { left, right in
            if left.value.severity != right.value.severity { return left.value.severity > right.value.severity }
            return (right.value.alerts, left.key) < (left.value.alerts, right.key)
        }
        for (id, hits) in order {
            table.add([hits.severity.rawValue, TextTable.count(hits.alerts), id, hits.title])
        }
        if furtherAlerts > 0 { table.add(["", TextTable.count(furtherAlerts), "(further)", ""]) }
        return "Alerts\n" + (table.isEmpty ? "  none\n" : table.text)
    }

    private var remainderText: String {
        var table = TextTable(heads: ["OTHER TRAFFIC", "FLOWS", "UP", "DOWN"], isNumber: [false, true, true, true])
        table.add(["named, no AI vendor"] + Self.cells(others))
        table.add(["not named"] + Self.cells(unnamed))
        if silent.flows > 0 { table.add(["not named, 512 B or less"] + Self.cells(silent)) }
        return table.text(indent: "")
    }

    private func coverageText(_ stats: StatsReport) -> String {
        let capture = stats.capture
        var parts: [(String, UInt64)] = [
            ("dropped in the kernel", capture.droppedByKernel),
            ("dropped by the interface", capture.droppedByInterface),
            ("dropped in the sensor", capture.droppedByQueue),
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
        return "Coverage: \(seen)\(judged)\n" + (lost.isEmpty ? "  nothing lost\n" : lost)
    }

    /// Flows that ended before their time; those that were idle are no loss.
    private static func evictions(_ flows: FlowReport) -> UInt64 {
        flows.evicted[.capacity] &+ flows.evicted[.synFlood] &+ flows.evicted[.unanswered]
    }

    private static func cells(_ traffic: Traffic) -> [String] {
        [TextTable.count(traffic.flows), TextTable.bytes(traffic.up), TextTable.bytes(traffic.down)]
    }
}
