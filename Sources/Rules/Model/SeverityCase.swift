/// A severity for some of a rule's hits.
struct SeverityCase: Sendable {
    /// Of which hits.
    let condition: Condition
    /// How grave they are.
    let severity: Severity
}
