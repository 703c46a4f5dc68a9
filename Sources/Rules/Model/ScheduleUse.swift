import Bytes

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
