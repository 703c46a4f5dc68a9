import Bytes

/// The time between a rule's announcement and the day it binds.
struct Grace: Sendable {
    /// The first moment of the announcement.
    let from: Timestamp
    /// How grave a hit is until the rule binds.
    let severity: Severity
}
