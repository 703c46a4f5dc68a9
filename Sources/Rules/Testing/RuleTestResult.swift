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
    /// The position of the test.
    public let position: SourcePosition
    /// How it ended.
    public let outcome: Outcome
    /// What the test raised, each alert as it was last: closed, because the run of the test is over.
    public var alerts: [Alert] = []
}

extension RuleTestResult: CustomStringConvertible {
    /// `file:line:column: rule / test: failed: …`.
    public var description: String {
        let text =
            switch outcome {
            case .passed: "passed"
            case .failed(let how): "failed: \(how)"
            case .notRun(let why): "not run: \(why)"
            }
        return "\(position): \(rule) / \(name): \(text)"
    }

    /// Whether the test was run and did not pass.
    public var hasFailed: Bool {
        if case .failed = outcome { true } else { false }
    }

    /// How many passed, failed and were not run, in one line.
    public static func summary(_ results: [RuleTestResult]) -> String {
        let passed = results.filter { $0.outcome == .passed }.count
        let failed = results.filter(\.hasFailed).count
        return "\(results.count) tests: \(passed) passed, \(failed) failed, \(results.count - passed - failed) not run."
    }
}

extension RuleTest.Expectation {
    /// In what the outcome differs from what must be, in words; empty where it does not.
    func problems(_ alerts: [Alert], _ counters: RuleCounters, rule: String) -> [String] {
        let opened = alerts.filter { $0.status == .open }.count
        var problems: [String] = []
        if let wanted = isAlertWanted, wanted != (opened > 0) {
            problems.append(wanted ? "expected an alert, got none" : "expected no alert, got \(opened)")
        }
        if let count, count != opened { problems.append("expected \(count) alerts, got \(opened)") }
        if let severity, let last = alerts.last, last.severity != severity {
            problems.append("expected severity \(severity.rawValue), got \(last.severity.rawValue)")
        }
        if let messageContains, let last = alerts.last, !last.message.contains(messageContains) {
            problems.append("expected a message with '\(messageContains)', got '\(last.message)'")
        }
        if let suppressedBy, counters.suppressed["\(rule)/\(suppressedBy)"] == nil {
            problems.append("expected '\(suppressedBy)' to hold it back, which it did not")
        }
        return problems
    }

    /// Whether an alert must open: by word, or because what is asked needs one, or excludes one.
    private var isAlertWanted: Bool? {
        if let alerts { return alerts }
        if suppressedBy != nil { return false }
        if severity != nil || messageContains != nil { return true }
        return nil
    }
}
