import Bytes
import Crypto
import Flows

/// One hit of one rule, about to become an alert or a part of one; or what would be one but for an exception.
struct RuleMatch {
    let rule: Rule
    let observation: Observation
    let severity: Severity
    let reading: ThresholdTable.Reading?
    let time: Timestamp
    /// The exception that holds it back.
    var exception: RuleException?

    /// The alert that the hit opens.
    func opened(group: GroupKey, hash: String) -> Alert {
        var alert = Alert(
            id: identifier(group), status: exception == nil ? .open : .suppressed, count: 1, firstSeen: time,
            lastSeen: time,
            group: zip(rule.dedup.by, group.values).map { (field: $0.name, value: $1) }, ruleID: rule.id,
            revision: rule.revision, ruleset: rule.ruleset, rulesetHash: hash, title: rule.title, tags: rule.tags,
            severity: severity, message: message(count: 1), thresholdValue: reading?.value, observation: observation)
        alert.isThresholdEstimated = reading?.isEstimate ?? false
        alert.suppressedBy = exception?.name
        return alert
    }

    /// Takes the hit into an open alert, whose message is written when it is reported. Its severity never falls while it is open.
    func update(_ alert: inout Alert, isCounted: Bool) {
        if isCounted { alert.count += 1 }
        alert.lastSeen = max(alert.lastSeen, time)
        alert.severity = max(alert.severity, severity)
        alert.thresholdValue = reading?.value
        alert.isThresholdEstimated = reading?.isEstimate ?? false
        alert.observation = observation
    }

    private func message(count: Int) -> String {
        let text = rule.message.filled(observation, thresholdValue: reading?.value, count: count)
        return (reading?.isEstimate == true ? text + Self.estimateNote : text) + Self.tunnelNote(observation)
    }

    /// What a message ends with if the flow came in tunnels: a reader of it has to know of them.
    static func tunnelNote(_ observation: Observation) -> String {
        guard !observation.flow.tunnels.isEmpty else { return "" }
        let trust = observation.flow.isUntrusted ? "not trusted" : "trusted"
        return " (inside \(observation.flow.tunnels.joined(separator: ", ")), \(trust))"
    }

    /// What a message ends with if the value of its threshold is an estimate.
    static let estimateNote = " (estimated count)"

    /// From the rule, the group, the first hit and the exception, so that every run gives the same.
    func identifier(_ group: GroupKey) -> String {
        let parts = [rule.id] + group.values + [String(time.nanoseconds)] + [exception?.name].compactMap(\.self)
        let text = parts.joined(separator: "\u{0}")
        return SHA256.hash(data: Array(text.utf8)).prefix(8).map { RuleReader.hexadecimal($0) }.joined()
    }
}

extension Alert {
    /// The alert as its last report.
    var closed: Alert {
        var alert = self
        alert.status = .closed
        return alert
    }
}

/// The values of the fields that hits or counts are grouped by, as text; an absent one is empty.
struct GroupKey: Hashable, Sendable {
    let values: [String]

    /// A key of `values`.
    init(values: [String]) { self.values = values }

    /// The values of `fields` in `observation`.
    init(_ fields: [Field], _ observation: Observation) {
        values = fields.map { $0.read(observation).text(of: $0.type) ?? "" }
    }
}
