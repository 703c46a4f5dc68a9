public import Text

/// What came of one test of one rule.
public struct RuleTestResult: Sendable {
    /// How a test ended.
    public enum Outcome: Hashable, Sendable {
        /// As expected.
        case passed
        /// Otherwise, and how.
        case failed(String)
        /// It could not be run here, and why.
        case notRun(String)
    }

    /// The rule's id.
    public let rule: String
    /// The test's name.
    public let name: String
    /// Where the test stands.
    public let position: SourcePosition
    /// How it ended.
    public let outcome: Outcome
}
