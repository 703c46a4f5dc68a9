import Bytes
public import Events
import Flows
import Protocols
import Rules
import Status
import Vendors

/// The metrics of a live run in Prometheus's text format 0.0.4: base units, totals that only grow, few labels, and never a
/// host, an address or a user.
public struct MetricsText: Sendable {
    /// The text.
    public private(set) var text = ""

    /// The metrics of `report`; `episodes` says how many of each reason began, `version` is egret's.
    public init(_ report: StatsReport, episodes: [HealthReason: UInt64], version: String) {
        metric("egret_build_info", .gauge, help: "Which egret this is.", labels: [("version", version)], value: 1)
        capture(report.capture)
        flows(report.flows)
        attribution(report.attribution)
        rules(report.rules)
        outputs(report.outputs)
        health(report.healthReasons, episodes)
        let time = Self.seconds(report.time.nanoseconds)
        metric("egret_report_timestamp_seconds", .gauge, help: "When these figures were true.", value: time)
        guard let process = report.process else { return }
        metric("process_cpu_seconds_total", .counter, help: "Processor time used.", value: Self.seconds(process.cpu))
        metric("process_resident_memory_bytes", .gauge, help: "Resident memory.", value: Double(process.residentBytes))
    }

    /// Adds what happened to those who asked.
    mutating func add(_ counters: StatusCounters) {
        family("egret_http_connections_total", .counter, help: "Connections over HTTP by what happened to them.") {
            line in
            line([("result", "answered")], Double(counters.answered))
            line([("result", "refused")], Double(counters.refused))
            line([("result", "failed")], Double(counters.failed))
        }
    }

    private enum Kind: String { case counter, gauge }

    private typealias Labels = [(name: String, value: String)]

    private mutating func capture(_ report: CaptureReport) {
        let source: Labels = [("source", report.source)]
        metric(
            "egret_capture_packets_total", .counter, help: "Packets passed on.", labels: source,
            value: Double(report.packets))
        metric(
            "egret_capture_bytes_total", .counter, help: "Their bytes on the wire.", labels: source,
            value: Double(report.bytes))
        let places = [
            ("kernel", report.droppedByKernel), ("interface", report.droppedByInterface),
        ]
        family("egret_capture_dropped_packets_total", .counter, help: "Packets lost, by where.") { line in
            for (place, count) in places { line(source + [("where", place)], Double(count)) }
        }
        metric(
            "egret_capture_truncated_packets_total", .counter, help: "Packets captured in part.",
            value: Double(report.truncated))
        family("egret_parse_errors_total", .counter, help: "Packets that contradict a specification, by layer.") {
            line in
            for layer in CaptureReport.Layer.allCases {
                line([("layer", layer.rawValue)], Double(report.malformed[layer]))
            }
        }
        family("egret_ignored_packets_total", .counter, help: "Packets that belong to no flow, by reason.") { line in
            for reason in CaptureReport.IgnoredReason.allCases {
                line([("reason", reason.rawValue)], Double(report.ignored[reason]))
            }
        }
    }

    private mutating func flows(_ report: FlowReport) {
        metric("egret_flows_active", .gauge, help: "Flows in the table.", value: Double(report.active))
        metric("egret_flows_total", .counter, help: "Flows that began.", value: Double(report.new))
        family("egret_flows_evicted_total", .counter, help: "Flows that left the table before their end, by reason.") {
            line in
            for reason in FlowReport.EvictionReason.allCases {
                line([("reason", reason.rawValue)], Double(report.evicted[reason]))
            }
        }
        metric(
            "egret_flows_one_sided_total", .counter, help: "Flows seen in one direction only.",
            value: Double(report.oneSided))
        metric("egret_flow_table_bytes", .gauge, help: "Memory that flows hold.", value: Double(report.memoryBytes))
        metric(
            "egret_flow_table_limit_bytes", .gauge, help: "Memory that flows may hold.",
            value: Double(report.memoryLimitBytes))
    }

    private mutating func attribution(_ report: AttributionReport) {
        family("egret_tls_hellos_total", .counter, help: "TLS ClientHellos by how much was read.") { line in
            for state in TLSFacts.HelloState.allCases {
                line([("state", state.rawValue)], Double(report.tlsHellos[state]))
            }
        }
        family("egret_quic_initials_total", .counter, help: "QUIC Initial packets by what came of them.") { line in
            line([("result", "opened")], Double(report.quicInitials))
            line([("result", "decrypt_failed")], Double(report.quicDecryptFailed))
        }
        passiveDNS(report.passiveDNS)
        if let ratio = report.namedRatio {
            metric(
                "egret_flows_named_ratio", .gauge, help: "The share of ended flows with payload that had a name.",
                value: ratio)
        }
        metric(
            "egret_ai_flows_total", .counter, help: "Flows that concern an AI vendor.", value: Double(report.aiFlows))
        family("egret_ai_bytes_total", .counter, help: "Bytes of flows to AI vendors, as far as they were told.") {
            line in
            for bytes in report.vendorBytes {
                let labels = [("vendor", bytes.vendor), ("role", bytes.role.rawValue)]
                line(labels + [("direction", "up")], Double(bytes.up))
                line(labels + [("direction", "down")], Double(bytes.down))
            }
        }
        if let age = report.catalogAge {
            metric(
                "egret_catalog_age_seconds", .gauge, help: "The age of the catalog's newest entry.",
                value: Self.seconds(age))
        }
    }

    private mutating func passiveDNS(_ counters: PassiveDNS.Counters) {
        family("egret_passive_dns_total", .counter, help: "Names from DNS answers, by result.") { line in
            line([("result", "learned")], Double(counters.learned))
            line([("result", "refused")], Double(counters.refused))
            line([("result", "evicted")], Double(counters.evicted))
            line([("result", "displaced")], Double(counters.displacedNames))
        }
    }

    private mutating func rules(_ report: RulesReport) {
        metric("egret_rules_loaded", .gauge, help: "Rules that are evaluated.", value: Double(report.loaded))
        metric(
            "egret_rules_last_reload_success", .gauge, help: "Whether the latest reload was adopted.",
            value: report.lastReloadOK ? 1 : 0)
        if let time = report.loadTime {
            metric(
                "egret_rules_last_reload_timestamp_seconds", .gauge,
                help: "When rules and catalog were last adopted.",
                value: Self.seconds(time.nanoseconds))
        }
        byRule(
            "egret_rule_matches_total", help: "Observations of which a rule's condition held.", counts: report.matches)
        byRule("egret_rule_shadow_total", help: "Hits of rules in shadow mode.", counts: report.shadow)
        byRule("egret_rule_deduplicated_total", help: "Hits that joined an open alert.", counts: report.deduplicated)
        byRule(
            "egret_rule_lacking_evidence_total", help: "Matches for which too little was known.",
            counts: report.lackingEvidence)
        family("egret_rule_suppressed_total", .counter, help: "Matches that an exception suppressed.") { line in
            for (name, count) in report.suppressed.prefix(Self.ruleLimit) { line(Self.exception(name), Double(count)) }
        }
        family("egret_rule_broad_exception_percent", .gauge, help: "The share of a rule's matches, above half.") {
            line in
            for broad in report.broadExceptions.prefix(Self.ruleLimit) {
                line(Self.exception(broad.name), Double(broad.percent))
            }
        }
        metric(
            "egret_rule_state_overflow_total", .counter, help: "Threshold groups that did not fit.",
            value: Double(report.stateOverflow))
    }

    private mutating func byRule(_ name: String, help: String, counts: [(name: String, count: UInt64)]) {
        family(name, .counter, help: help) { line in
            for (rule, count) in counts.prefix(Self.ruleLimit) { line([("rule", rule)], Double(count)) }
        }
    }

    /// The labels of `rule/exception`.
    private static func exception(_ name: String) -> Labels {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return [("rule", parts.first ?? ""), ("exception", parts.count > 1 ? parts[1] : "")]
    }

    private mutating func outputs(_ reports: [OutputReport]) {
        family("egret_output_events_total", .counter, help: "Events by output and what happened to them.") { line in
            for report in reports {
                line([("sink", report.name), ("result", "written")], Double(report.written))
                line([("sink", report.name), ("result", "dropped")], Double(report.dropped))
            }
        }
        family("egret_output_lag_seconds", .gauge, help: "How far an output is behind.") { line in
            for report in reports { line([("sink", report.name)], Self.seconds(max(0, report.lag ?? 0))) }
        }
    }

    private mutating func health(_ reasons: [HealthReason], _ episodes: [HealthReason: UInt64]) {
        family("egret_health_degraded", .gauge, help: "Whether something is wrong now, by reason.") { line in
            for reason in HealthReason.allCases {
                line([("reason", reason.rawValue)], reasons.contains(reason) ? 1 : 0)
            }
        }
        family("egret_health_episodes_total", .counter, help: "How often something began to be wrong, by reason.") {
            line in
            for reason in HealthReason.allCases { line([("reason", reason.rawValue)], Double(episodes[reason] ?? 0)) }
        }
    }
}

/// The text format.
extension MetricsText {
    private mutating func metric(_ name: String, _ kind: Kind, help: String, value: Double) {
        metric(name, kind, help: help, labels: [], value: value)
    }

    private mutating func metric(_ name: String, _ kind: Kind, help: String, labels: Labels, value: Double) {
        family(name, kind, help: help) { $0(labels, value) }
    }

    private mutating func family(
        _ name: String, _ kind: Kind, help: String, fill: ((Labels, Double) -> Void) -> Void
    ) {
        var lines = ""
        fill { labels, value in lines += Self.line(name, labels: labels, value: value) }
        guard !lines.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + lines
    }

    private static func line(_ name: String, labels: Labels, value: Double) -> String {
        let inside = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        return "\(name)\(inside.isEmpty ? "" : "{\(inside)}") \(number)\n"
    }

    /// A label's value: backslash, quote and line feed are escaped.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }

    /// The most rules, and exceptions, that have metrics of their own.
    private static var ruleLimit: Int { 256 }

    private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }
}
