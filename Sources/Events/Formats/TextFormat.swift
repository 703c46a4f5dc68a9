import Activity
import Bytes
import Flows
import Protocols
import Rules
import Text
import Vendors

/// One line for a person to read: time, kind, who, what, where, how much and how sure. Columns stay in place from line to line.
///
/// It is no schema: programs read the others. What comes from the wire is escaped for a terminal.
public struct TextFormat: EventFormat {
    /// The format.
    public init() {}

    /// Writes the line; `detail` changes nothing, for every text in it is cut: see `EventFormat`.
    public func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter
    ) {
        let time = event.time.rfc3339
        let moment = time.prefix(10) + " " + time.dropFirst(11).prefix(8)
        writer.ascii("\(moment)  \(Self.padded(event.kind.rawValue, 9))  \(Self.words(event))")
    }

    private static func words(_ event: Event) -> String {
        switch event {
        case .flow(let observation): flow(observation)
        case .dns(let observation): "\(source(observation))  asks for \(shown(observation.question?.name ?? "-"))"
        case .alert(let alert): self.alert(alert)
        case .inventory(let report):
            "\(padded(report.source.description, 15))  \(padded(product(report.vendor, report.product), 26))  "
                + "day \(report.start.rfc3339.prefix(10))"
        case .stats(let report):
            "\(TextTable.count(report.capture.packets)) packets, \(report.coverageText ?? "-") judged, "
                + "\(report.attribution.aiFlows) AI flows, \(report.rules.alertsOpen) alerts open"
        case .health(let notice), .audit(let notice): "\(shown(notice.kind)): \(shown(notice.detail))"
        case .start(let report): "\(report.rules) rules, catalog \(shown(report.catalog)), flows \(shown(report.flows))"
        case .stop(let report): "\(report.reason.rawValue), \(TextTable.count(report.packets)) packets"
        case .anchor(let report): "\(shown(report.output)) \(report.head.value)"
        }
    }

    private static func flow(_ observation: Observation) -> String {
        let flow = observation.flow
        let relay = observation.relay.flatMap { $0.isSuspected ? "suspected relay, score \($0.score)" : nil }
        let attribution = observation.attribution
        let name = relay ?? attribution.map { product($0.vendor, $0.product) } ?? "-"
        let role = attribution.map(\.role.rawValue) ?? "-"
        let sure = attribution.map { "\($0.confidence.rawValue) (\(flow.host?.source.rawValue ?? "address"))" } ?? "-"
        return [
            source(observation), padded(name, 26), padded(role, 12), padded(far(flow), 32),
            "up \(padded(TextTable.bytes(flow.bytesUp), 9))", "down \(padded(TextTable.bytes(flow.bytesDown), 9))",
            sure,
        ].joined(separator: "  ")
    }

    private static func alert(_ alert: Alert) -> String {
        [
            source(alert.observation), padded(alert.severity.rawValue.uppercased(), 8), padded(shown(alert.ruleID), 26),
            "\(alert.status.rawValue), \(alert.count) hits", shown(alert.message),
        ].joined(separator: "  ")
    }

    private static func source(_ observation: Observation) -> String {
        let address = padded(observation.flow.client.address.description, 15)
        return observation.sourceGroup.map { "\(address) (\(shown($0)))" } ?? address
    }

    private static func far(_ flow: FlowSnapshot) -> String {
        shown(flow.host?.name ?? "\(flow.server.address)")
    }

    private static func product(_ vendor: String?, _ product: String?) -> String {
        "\(vendor ?? "(shared)")/\(product ?? "-")"
    }

    private static func shown(_ text: String) -> String { text.escapedForDisplay(limit: 256) }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
