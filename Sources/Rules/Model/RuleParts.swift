import Bytes
import Flows
import Vendors

/// The time between a rule's announcement and the day it binds.
struct Grace: Sendable {
    /// The first moment of the announcement.
    let from: Timestamp
    /// How grave a hit is until the rule binds.
    let severity: Severity
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
    /// The first moment at which it holds no more; nothing where it is permanent.
    let expires: Timestamp?

    /// Whether it holds back a hit on `observation`.
    func covers(_ observation: Observation) -> Bool {
        if let expires, observation.time >= expires { return false }
        return condition.holds(observation)
    }
}

/// A severity for some of a rule's hits.
struct SeverityCase: Sendable {
    /// Of which hits.
    let condition: Condition
    /// How grave they are.
    let severity: Severity
}

/// How hits become one alert.
struct Dedup: Hashable, Sendable {
    /// Hits with the same values of these fields are one alert.
    var by: [Field] = []
    /// For how long after a report of an alert further hits only count, in nanoseconds.
    var hold: Int64 = 3_600_000_000_000
    /// After how long an alert is reported again while hits go on; as `hold` where nothing is said.
    var updateEvery: Int64?
    /// After how long without a hit an alert closes; as `hold` where nothing is said.
    var closeAfter: Int64?

    /// The time between two reports of an alert.
    var updateInterval: Int64 { updateEvery ?? hold }
    /// The time without a hit after which an alert closes.
    var closeInterval: Int64 { closeAfter ?? hold }
}

/// What must be known before a rule may alert.
struct EvidenceNeed: Hashable, Sendable {
    /// The least confidence of the attribution, where the author named one.
    var minConfidence: Confidence?
    /// Whether nothing of the flow may be missing.
    var isCompleteRequired = false

    /// Why a hit on `observation` may not alert; nothing where it may.
    func lack(_ observation: Observation) -> String? {
        if let minConfidence, (observation.attribution?.confidence ?? .none) < minConfidence {
            return "evidence.min_confidence: \(minConfidence.rawValue)"
        }
        if isCompleteRequired, !observation.flow.isComplete { return "evidence.require_complete" }
        return nil
    }
}
