import Text

/// What a rule asks of an observation: tests of fields, joined.
indirect enum Condition: Sendable {
    /// All must hold; none is true.
    case all([Condition])
    /// One must hold.
    case any([Condition])
    /// None may hold.
    case none([Condition])
    /// One field.
    case test(FieldTest)

    /// Whether it holds of `observation`.
    func holds(_ observation: Observation) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.holds(observation) }
        case .any(let parts): parts.contains { $0.holds(observation) }
        case .none(let parts): !parts.contains { $0.holds(observation) }
        case .test(let test): test.holds(observation)
        }
    }

    /// The fields that it reads, in order, each once for each place.
    var fields: [Field] {
        switch self {
        case .all(let parts), .any(let parts), .none(let parts): parts.flatMap(\.fields)
        case .test(let test): [test.field]
        }
    }

    /// Whether it can hold of no flow without an AI vendor.
    var needsVendor: Bool {
        switch self {
        case .all(let parts): parts.contains(where: \.needsVendor)
        case .any(let parts): parts.allSatisfy(\.needsVendor)
        case .none: false
        case .test(let test):
            Self.fieldsOfVendors.contains(test.field.name) && !test.predicate.holds(.absent)
        }
    }

    /// The fields that only a flow with a vendor has.
    private static var fieldsOfVendors: [String] {
        ["ai.vendor", "ai.product", "first_seen.vendor", "first_seen.product"]
    }

    /// The first tests that keep it from holding; empty where it holds.
    func failures(_ observation: Observation) -> [FieldTest] {
        switch self {
        case .all(let parts): parts.lazy.map { $0.failures(observation) }.first { !$0.isEmpty } ?? []
        case .any(let parts):
            parts.contains { $0.holds(observation) } ? [] : parts.flatMap { $0.failures(observation) }
        case .none(let parts): parts.filter { $0.holds(observation) }.flatMap(\.tests)
        case .test(let test): test.holds(observation) ? [] : [test]
        }
    }

    /// Every test in it.
    private var tests: [FieldTest] {
        switch self {
        case .all(let parts), .any(let parts), .none(let parts): parts.flatMap(\.tests)
        case .test(let test): [test]
        }
    }
}

/// One test of one field, as its author wrote it. A reference, because asking it must not copy it; it never changes.
final class FieldTest: Sendable {
    /// The field.
    let field: Field
    /// What is asked of it.
    let predicate: Predicate
    /// The test in words, for explanations: `ai.vendor: anthropic`.
    let text: String
    /// Where it is.
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
