import Bytes
import Flows
import Foundation
import Protocols
import Testing
import Vendors

@testable import Rules

/// A small stand-in for the catalog: label suffixes to a vendor.
func attribute(_ host: String, _ source: HostSource) -> Attribution? {
    let known: [(suffix: String, vendor: String, product: String, role: Role, country: String)] = [
        ("telemetry.anthropic.com", "anthropic", "claude-code", .telemetry, "US"),
        ("anthropic.com", "anthropic", "claude-api", .inference, "US"),
        ("claude.ai", "anthropic", "claude-web", .web, "US"),
        ("qoder.com", "alibaba", "qoder", .inference, "CN"),
        ("api.openai.com", "openai", "openai-api", .inference, "US"),
        ("dashscope.aliyuncs.com", "alibaba", "dashscope", .inference, "CN"),
        ("api.deepseek.com", "deepseek", "deepseek-api", .inference, "CN"),
    ]
    guard let entry = known.first(where: { host == $0.suffix || host.hasSuffix("." + $0.suffix) }) else { return nil }
    return Attribution(
        vendor: entry.vendor, product: entry.product, role: entry.role, category: "api", country: entry.country,
        confidence: source == .ipRange ? .low : .high, scope: .dedicated, catalog: "test", why: "suffix \(entry.suffix)"
    )
}

/// A moment from RFC 3339.
func moment(_ text: String) -> Timestamp {
    guard case .instant(let instant) = MomentText(text) else {
        Issue.record("not a moment: \(text)")
        return Timestamp(nanoseconds: 0)
    }
    return instant
}

/// An observation of `host` from `client` at `time`.
func observe(
    _ host: String?, from client: String = "10.1.2.3", at time: String = "2026-08-01T09:00:00Z", flow id: UInt64 = 1,
    change: (inout Observation) -> Void = { _ in }
) -> Observation {
    var flow = FlowSnapshot(
        client: .init(address: IPAddress(client) ?? IPAddress(ipv4: 0), port: 50_000),
        server: .init(address: IPAddress("198.51.100.20") ?? IPAddress(ipv4: 0), port: 443))
    flow.id = id
    flow.application = .tls
    flow.start = moment(time)
    flow.end = flow.start
    if let host { flow.names = [NameEvidence(name: host, source: .tlsSNI)] }
    var observation = Observation(
        time: moment(time), flow: flow, attribution: host.flatMap { attribute($0, .tlsSNI) }, sensor: "s1")
    change(&observation)
    return observation
}

/// The rules of one file; an error fails the test.
func rules(_ text: String, name: String = "rules.yaml") -> RuleSet {
    let load = RuleSet.load([RuleSource(name: name, text: text)])
    if !load.report.isClean { Issue.record("\(load.report.rendered(as: .text))") }
    return load.rules ?? RuleSet()
}

/// One rule around a condition, as a set.
func rule(_ match: String, _ more: String = "") -> RuleSet {
    rules("version: 1\nrules:\n- id: one\n  match: \(match)\n\(more)")
}

/// The errors of one file, each as the line that is printed.
func errors(_ text: String, name: String = "a.yaml") -> [String] {
    RuleSet.load([RuleSource(name: name, text: text)]).report.sorted.map(\.description)
}

/// Whether `match` holds of `observation`.
func holds(_ match: String, _ observation: Observation) -> Bool {
    rule(match).rules.first?.condition.holds(observation) ?? false
}

/// The repository's root.
var root: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path
}

extension RuleSet {
    /// The indices of the rules that may hold of `observation` at `trigger`.
    func candidates(for observation: Observation, on trigger: Trigger) -> [Int] {
        var scratch = RuleIndex.Scratch()
        find(&scratch, for: observation, on: trigger)
        return scratch.candidates.map { Int($0) }
    }
}

extension RuleEngine {
    /// Evaluates and gives the alerts.
    mutating func alerts(_ observation: Observation, on trigger: Trigger = .flowNamed) -> [Alert] {
        var alerts: [Alert] = []
        evaluate(observation, on: trigger) { alerts.append($0) }
        return alerts
    }

    /// Advances and gives the alerts.
    mutating func alerts(until time: String) -> [Alert] {
        var alerts: [Alert] = []
        advance(to: moment(time)) { alerts.append($0) }
        return alerts
    }
}
