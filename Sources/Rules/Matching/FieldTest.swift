import Text

/// One test of one field, as its author wrote it.
struct FieldTest: Sendable {
    /// The field.
    let field: Field
    /// What is asked of it.
    let predicate: Predicate
    /// The test in words, for explanations: `ai.vendor: anthropic`.
    let text: String
    /// Where it stands.
    let position: SourcePosition

    /// Whether it holds of `observation`.
    func holds(_ observation: Observation) -> Bool { predicate.holds(field.read(observation)) }
}
