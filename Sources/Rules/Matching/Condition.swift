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
