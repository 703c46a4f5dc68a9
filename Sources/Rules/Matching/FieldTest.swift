import Text

/// One test of one field, as its author wrote it. A reference, because asking it must not copy it; it never changes.
final class FieldTest: Sendable {
    /// The field.
    let field: Field
    /// What is asked of it.
    let predicate: Predicate
    /// The test in words, for explanations: `ai.vendor: anthropic`.
    let text: String
    /// Where it stands.
    let position: SourcePosition

    init(field: Field, predicate: Predicate, text: String, position: SourcePosition) {
        self.field = field
        self.predicate = predicate
        self.text = text
        self.position = position
    }

    /// Whether it holds of `observation`.
    func holds(_ observation: Observation) -> Bool { predicate.holds(field.read(observation)) }
}
