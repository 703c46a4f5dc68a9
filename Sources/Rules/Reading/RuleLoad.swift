/// What came of reading rule files: the rules, or what is wrong with them; never a part of the rules.
public struct RuleLoad: Sendable {
    /// The rules; nothing where there is any error.
    public let rules: RuleSet?
    /// The errors, and how much was read.
    public let report: DiagnosticReport
}
