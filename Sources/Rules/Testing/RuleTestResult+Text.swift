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
