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
