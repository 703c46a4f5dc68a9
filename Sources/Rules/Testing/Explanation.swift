import Bytes
import Flows
import Protocols
public import Text
import Vendors

/// Why one rule does, or does not, alert on one observation.
public struct Explanation: Sendable {
    /// One test of a condition, and what the field was.
    public struct Clause: Hashable, Sendable {
        /// The test as its author wrote it.
        public let text: String
        /// What the field was, `absent` if there was nothing.
        public let found: String
        /// The position of the test.
        public let position: SourcePosition
    }

    /// What decides.
    public enum Outcome: Hashable, Sendable {
        /// The rule is switched off.
        case disabled
        /// The moment is before the rule and its announcement.
        case notYetValid
        /// The moment is after the rule.
        case noLongerValid
        /// The schedule of this name leaves the moment out.
        case outsideSchedule(String)
        /// These clauses do not hold.
        case failed([Clause])
        /// This exception holds it back, for this reason, by this owner's word.
        case suppressed(exception: String, reason: String, owner: String)
        /// This must be known, and is not.
        case lacksEvidence(String)
        /// It counts towards the threshold, and alerts where that is reached.
        case counts(Severity)
        /// It alerts.
        case alerts(Severity)
        /// It would alert, and only counts.
        case shadow(Severity)
    }

    /// The rule's id.
    public let rule: String
    /// The position of the rule.
    public let position: SourcePosition
    /// When the rule is evaluated.
    public let trigger: Trigger
    /// What decides.
    public let outcome: Outcome
}

extension RuleSet {
    /// For each rule, what it makes of `observation`, whenever the rule is evaluated. No state is touched.
    public func explain(_ observation: Observation) -> [Explanation] {
        rules.map { rule in
            Explanation(
                rule: rule.id, position: rule.position, trigger: rule.trigger, outcome: rule.outcome(observation))
        }
    }
}

extension Rule {
    fileprivate func outcome(_ observation: Observation) -> Explanation.Outcome {
        switch verdict(observation) {
        case .disabled: return .disabled
        case .notYetValid: return .notYetValid
        case .noLongerValid: return .noLongerValid
        case .outsideSchedule: return .outsideSchedule(schedule?.name ?? "")
        case .noMatch: return .failed(condition.failures(observation).map { $0.clause(observation) })
        case .suppressed(let index):
            let exception = exceptions[index]
            return .suppressed(exception: exception.name, reason: exception.reason, owner: exception.owner)
        case .lacksEvidence(let requirement): return .lacksEvidence(requirement)
        case .match(let inGrace):
            let severity = severity(observation, inGrace: inGrace)
            if isShadow { return .shadow(severity) }
            return threshold == nil ? .alerts(severity) : .counts(severity)
        }
    }
}

extension FieldTest {
    fileprivate func clause(_ observation: Observation) -> Explanation.Clause {
        let found = field.read(observation).text(of: field.type) ?? "absent"
        return Explanation.Clause(text: text, found: found.escapedForDisplay(limit: 200), position: position)
    }
}

extension Explanation: CustomStringConvertible {
    /// A few lines for a person.
    public var description: String {
        "\(rule) (\(position), on \(trigger.rawValue)): \(outcome.text)"
    }
}

extension Explanation.Outcome {
    fileprivate var text: String {
        switch self {
        case .disabled: "switched off"
        case .notYetValid: "does not bind yet"
        case .noLongerValid: "binds no more"
        case .outsideSchedule(let name): "left out by the schedule '\(name)'"
        case .failed(let clauses):
            "no match" + clauses.map { "\n    \($0.position): \($0.text) (it is \($0.found))" }.joined()
        case .suppressed(let exception, let reason, let owner):
            "suppressed by the exception '\(exception)': \(reason) (\(owner))"
        case .lacksEvidence(let requirement): "too little is known: \(requirement)"
        case .counts(let severity): "counts towards its threshold, then alerts with severity \(severity.rawValue)"
        case .alerts(let severity): "alerts with severity \(severity.rawValue)"
        case .shadow(let severity): "would alert with severity \(severity.rawValue); it only counts (shadow)"
        }
    }
}

extension Observation {
    /// What is judged, in a few words: `10.1.2.3 to api.deepseek.com (deepseek)`.
    public var summary: String {
        let far =
            question.map { "the question for \($0.name)" }
            ?? flow.host.map { $0.name.isEmpty ? flow.server.address.description : $0.name }
            ?? flow.server.address.description
        let vendor = attribution?.vendor.map { " (\($0))" } ?? ""
        return "\(flow.client.address) to \(far)\(vendor)".escapedForDisplay(limit: 300)
    }
}
