public import Bytes
import Flows

/// A hit of a rule that was found by a query over the fleet's tables: a row of what `SQLForm.hits` gives.
public struct RuleFinding: Sendable {
    /// The rule's id.
    public var rule: String
    /// The first moment of the hit.
    public var firstSeen: Timestamp
    /// The last moment.
    public var lastSeen: Timestamp
    /// How many rows it is of.
    public var count: Int
    /// What the threshold reached.
    public var value: Double
    /// How severe it is.
    public var severity: Severity
    /// Fields of its latest row, as texts by the fields' names; empty texts are absent fields.
    public var fields: [String: String]

    /// A finding of its parts.
    public init(
        rule: String, firstSeen: Timestamp, lastSeen: Timestamp, count: Int, value: Double, severity: Severity,
        fields: [String: String]
    ) {
        self.rule = rule
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.count = count
        self.value = value
        self.severity = severity
        self.fields = fields
    }

    /// What an alert tells of the hit.
    fileprivate func observation(sensor: String) -> Observation {
        // An address that no row told stays the unspecified one.
        let nowhere = FlowSnapshot.Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
        var flow = FlowSnapshot(client: nowhere, server: nowhere)
        flow.start = firstSeen
        flow.end = lastSeen
        (flow.packetsUp, flow.packetsDown) = (1, 1)
        var observation = Observation(time: lastSeen, flow: flow, attribution: nil, sensor: sensor)
        for field in Field.all {
            guard let text = fields[field.name], !text.isEmpty, let value = field.type.value(text, isList: field.isList)
            else { continue }
            field.write(&observation, value)
        }
        return observation
    }
}

extension FieldType {
    /// The value that `text` is of a field of this type, as `FieldValue.text` wrote it; `nil` if it is none.
    func value(_ text: String, isList: Bool) -> FieldValue? {
        switch self {
        case .string, .hostname, .enumeration:
            return isList ? .texts(text.split(separator: ",").map(String.init)) : .text(text)
        case .address: return IPAddress(text).map { .address($0) }
        case .boolean: return text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .number, .size, .duration:
            guard isList else { return Int64(text).map { .number($0) } }
            return .numbers(text.split(separator: ",").compactMap { Int64($0) })
        }
    }
}

extension RuleEngine {
    /// Takes a hit that a query found: what a rule counts was counted there, and here it becomes an alert or a part of one, by the
    /// rule's deduplication. Findings come in the order of their first moments. `emit` is called as by `evaluate`. A finding of a rule
    /// that is not in the set, or that is switched off, is left out and gives false.
    public mutating func take(_ finding: RuleFinding, sensor: String, emit: (Alert) -> Void) -> Bool {
        guard let index = rules.rules.firstIndex(where: { $0.id == finding.rule }), rules.rules[index].isEnabled else {
            return false
        }
        let rule = rules.rules[index]
        var observation = finding.observation(sensor: sensor)
        let reading = rule.threshold.map { _ in
            ThresholdTable.Reading(value: finding.value, isEstimate: false, isReached: true)
        }
        for number in 0..<max(1, min(finding.count, Self.mostHits)) {
            observation.time = number == 0 ? finding.firstSeen : finding.lastSeen
            advance(to: observation.time, emit: emit)
            match(
                index, rule: rule, observation: observation, inGrace: false, reading: reading,
                severity: finding.severity, emit: emit)
        }
        return true
    }

    /// The most hits of one finding that are counted one by one.
    private static var mostHits: Int { 1_000_000 }
}
