/// How much of something must come together before a rule alerts.
struct Threshold: Hashable, Sendable {
    /// What is counted.
    enum Count: Hashable, Sendable {
        /// Every time the condition holds.
        case matches
        /// Every flow, once.
        case flows
        /// Interactions with a model, by the flow's estimate.
        case interactions
        /// Different values of a field.
        case distinct(Field)
        /// A field, added up; a running total of a flow counts by what it grew.
        case sum(Field)
    }

    /// How the window is.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The last so many minutes, in 60 steps.
        case sliding
        /// Windows one after another: of a day or longer by the calendar of the rule's time zone, weeks from Monday on; shorter ones
        /// aligned to 1970-01-01T00:00Z.
        case tumbling
    }

    /// What is counted.
    var count = Count.matches
    /// How the count is compared: gt, gte, lt or lte.
    var comparison = Operator.gt
    /// With what.
    var value: Int64 = 0
    /// The length of the window in nanoseconds.
    var window: Int64 = 3_600_000_000_000
    /// How the window is.
    var kind = Kind.sliding
    /// Counts are kept for each combination of these fields.
    var groupBy: [Field] = []
    /// A field of which at least so many different values must come together too.
    var minDistinct: MinDistinct?
    /// How many groups are kept at most; past it the one seen least recently gives way.
    var maxGroups = 100_000

    /// Different values that must come together.
    struct MinDistinct: Hashable, Sendable {
        /// Of which field.
        let field: Field
        /// How many.
        let value: Int64
    }

    /// Whether `number` satisfies the comparison.
    func isReached(by number: Double) -> Bool {
        let wanted = Double(value)
        return switch comparison {
        case .gte: number >= wanted
        case .lt: number < wanted
        case .lte: number <= wanted
        default: number > wanted
        }
    }

    /// Whether it asks for few, which only the end of a window can tell.
    var isUpperBound: Bool { comparison == .lt || comparison == .lte }

    /// From when on what is counted is known.
    var stage: Trigger {
        let counted: [Field] =
            switch count {
            case .matches, .flows: []
            case .interactions: Field.named("flow.interactions_est").map { [$0] } ?? []
            case .distinct(let field), .sum(let field): [field]
            }
        return (counted + groupBy + (minDistinct.map { [$0.field] } ?? [])).map(\.stage).latest
    }
}

extension Sequence<Trigger> {
    /// The latest of the moments, by the order in which a flow passes them; the start of a flow if there is none.
    var latest: Trigger {
        self.max { $0.order < $1.order } ?? .flowStart
    }
}

extension Trigger {
    /// The place of the moment in the life of a flow, and in `allCases`.
    var order: Int {
        switch self {
        case .flowStart: 0
        case .flowNamed: 1
        case .flowAnswered: 2
        case .flowUpdate: 3
        case .flowEnd: 4
        case .dns: 5
        case .window: 6
        }
    }
}

/// How a count is compared; the words of `op`.
enum ThresholdComparison: String, CaseIterable { case gt, gte, lt, lte }
