import Bytes
import Text

/// A test that is next to its rule.
struct RuleTest: Sendable {
    /// What the rule is given.
    enum Input: Sendable {
        /// Events written by hand, in order, each so many times.
        case events([FlatEvent])
        /// A capture.
        case capture(String)
    }

    /// What must come of it.
    struct Expectation: Sendable {
        /// Whether an alert must open; `nil` if the test does not say.
        var alerts: Bool?
        /// How severe the last alert must be.
        var severity: Severity?
        /// How many alerts must open.
        var count: Int?
        /// The exception that must hold the hit back.
        var suppressedBy: String?
        /// What the last message must contain.
        var messageContains: String?
    }

    /// What it tests.
    let name: String
    /// Where it is.
    let position: SourcePosition
    /// What the rule is given.
    let input: Input
    /// What must come of it.
    let expectation: Expectation
}

/// An observation as people write it: fields and their values; what is left out is filled in.
struct FlatEvent: Sendable {
    /// The moment, if it is given.
    var time: Timestamp?
    /// The fields that are given.
    var values: [(field: Field, value: FieldValue)] = []
    /// How many times it happens.
    var times = 1
    /// The time between two.
    var every: Int64 = 1_000_000_000
    /// The address field that is counted up from one to the next.
    var vary: Field?
}
