public import Bytes
import Flows
public import Text
import Vendors

/// One rule, checked and compiled.
public struct Rule: Sendable {
    /// The stable id, unique over all files.
    public let id: String
    /// What people call it.
    public internal(set) var title = ""
    /// What it is about.
    public internal(set) var summary = ""
    /// Why it exists.
    public internal(set) var rationale = ""
    /// Where to read more.
    public internal(set) var references: [String] = []
    /// Who answers for it.
    public internal(set) var owner = ""
    /// Where it is.
    public let position: SourcePosition
    /// The name of the rule set of its file.
    public internal(set) var ruleset = ""
    /// The revision of its file.
    public internal(set) var revision = 0
    /// Whether it is evaluated at all.
    public internal(set) var isEnabled = true
    /// Whether it only counts, and raises nothing.
    public internal(set) var isShadow = false
    /// When it is evaluated.
    public internal(set) var trigger = Trigger.flowNamed
    /// The first moment at which it binds.
    public internal(set) var validFrom: Timestamp?
    /// The first moment at which it binds no more.
    public internal(set) var validUntil: Timestamp?
    /// How severe its alerts are, unless a case of `severity_when` says otherwise.
    public internal(set) var severity = Severity.medium
    /// The tags that its alerts carry.
    public internal(set) var tags: [String] = []
    /// The reports that it looks at: `trigger`, or for a rule on windows those that fill its windows.
    var countingTrigger = Trigger.flowNamed
    var condition = Condition.all([]) {
        didSet { restsOnAttribution = condition.fields.contains { $0.name.hasPrefix("ai.") } }
    }
    /// Whether the condition asks whose flow it is.
    private(set) var restsOnAttribution = false
    /// Whether everything it asks is known when a flow has its name, or is a sign of a relay: it need not wait for a report.
    var isKnownEarly = false
    /// The zone of its dates, and of its tumbling windows of a day or longer.
    var zone: Zone?
    var grace: Grace?
    var schedule: ScheduleUse?
    var exceptions: [RuleException] = []
    var threshold: Threshold?
    var severityCases: [SeverityCase] = []
    var dedup = Dedup()
    var message = MessageTemplate()
    var evidence = EvidenceRequirement()
    var tests: [RuleTest] = []

    init(id: String, position: SourcePosition) {
        self.id = id
        self.position = position
    }

    /// Whether a report at `trigger` is one at which this rule is evaluated: a flow's end is its last update.
    func isEvaluated(on trigger: Trigger) -> Bool {
        countingTrigger == trigger || (countingTrigger == .flowUpdate && trigger == .flowEnd)
    }
}

extension Rule {
    /// The rule in one line: id, severity, mode, trigger, title and place, with tabs between them.
    public var line: String {
        let mode = !isEnabled ? "off" : isShadow ? "shadow" : "live"
        return [id, severity.rawValue, mode, trigger.rawValue, title.escapedForDisplay(), position.description]
            .joined(separator: "\t")
    }
}

/// Whether a rule raises alerts; the words of `mode`.
enum RuleMode: String, CaseIterable { case live, shadow }

/// A severity for some of a rule's hits.
struct SeverityCase: Sendable {
    /// Of which hits.
    let condition: Condition
    /// How severe they are.
    let severity: Severity
}

/// How hits become one alert.
struct Dedup: Hashable, Sendable {
    /// Hits with the same values of these fields are one alert.
    var by: [Field] = []
    /// For how long after a report of an alert further hits only count, in nanoseconds.
    var hold: Int64 = 3_600_000_000_000
    /// After how long an alert is reported again while hits continue; as `hold` if nothing is said.
    var updateEvery: Int64?
    /// After how long without a hit an alert closes; as `hold` if nothing is said.
    var closeAfter: Int64?

    /// The time between two reports of an alert.
    var updateInterval: Int64 { updateEvery ?? hold }
    /// The time without a hit after which an alert closes.
    var closeInterval: Int64 { closeAfter ?? hold }
}

/// The time between a rule's announcement and the day it binds.
struct Grace: Sendable {
    /// The first moment of the announcement.
    let from: Timestamp
    /// How severe a hit is until the rule binds.
    let severity: Severity
}

/// What must be known before a rule may alert.
struct EvidenceRequirement: Hashable, Sendable {
    /// The least confidence of the attribution, where the author named one.
    var minConfidence: Confidence?
    /// Whether nothing of the flow may be missing.
    var isCompleteRequired = false

    /// Why a hit on `observation` may not alert; `nil` if it may.
    func missingRequirement(_ observation: Observation) -> String? {
        if let minConfidence, (observation.attribution?.confidence ?? .none) < minConfidence {
            return "evidence.min_confidence: \(minConfidence.rawValue)"
        }
        if isCompleteRequired, !observation.isComplete { return "evidence.require_complete" }
        return nil
    }
}

/// Who is exempt from a rule, why, by whose word, and until when.
struct RuleException: Sendable {
    /// Its name, unique in its rule.
    let name: String
    /// Of what it holds.
    let condition: Condition
    /// Why.
    let reason: String
    /// Who answers for it.
    let owner: String
    /// The first moment at which it holds no more; `nil` if it is permanent.
    let expires: Timestamp?

    /// Whether it suppresses a hit on `observation`.
    func covers(_ observation: Observation) -> Bool {
        if let expires, observation.time >= expires { return false }
        return condition.holds(observation)
    }
}

/// The hours in which a rule is evaluated.
struct ScheduleUse: Sendable {
    /// The hours.
    let schedule: Schedule
    /// Whether it is evaluated outside them rather than inside.
    let isExcept: Bool
    /// The name of the schedule.
    let name: String

    /// Whether the rule is evaluated at `time`.
    func permits(_ time: Timestamp) -> Bool { schedule.contains(time) != isExcept }
}
