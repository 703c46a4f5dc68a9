import Bytes

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
