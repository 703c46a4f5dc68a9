/// All rules of a run, checked, compiled and indexed; it never changes.
public struct RuleSet: Sendable {
    /// The rules, by id.
    public let rules: [Rule]
    /// `sha256:` and the digest of all files that it was read from, in the order of their names.
    public let hash: String
    /// The condition of each rule, by itself: asking one copies no rule.
    let conditions: [Condition]
    /// Of each rule, whether all that it asks is known before a flow's first report.
    let areKnownEarly: [Bool]
    /// Whether every rule that waits for the server's answer asks for an AI vendor, so that no other flow has to be reported at that point.
    public let answersConcernVendors: Bool
    /// The index of the rules of each moment, in the order of `Trigger.allCases`.
    private let indices: [RuleIndex]

    /// A set of no rules.
    public init() {
        self.init(rules: [], hash: "")
    }

    init(rules: [Rule], hash: String) {
        let rules = rules.sorted { $0.id < $1.id }
        self.rules = rules
        self.hash = hash
        conditions = rules.map(\.condition)
        areKnownEarly = rules.map(\.isKnownEarly)
        answersConcernVendors = rules.filter { $0.isEvaluated(on: .flowAnswered) }.allSatisfy(\.condition.needsVendor)
        indices = Trigger.allCases.map { trigger in
            RuleIndex(rules.enumerated().filter { $0.element.isEvaluated(on: trigger) })
        }
    }

    /// Whether any rule is evaluated on `trigger`.
    public func isEvaluated(on trigger: Trigger) -> Bool { rules.contains { $0.isEvaluated(on: trigger) } }

    /// The rule called `id`.
    public func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }

    /// The set with this one rule, live whatever its file says: what a test of it runs.
    func isolating(_ rule: Rule) -> RuleSet {
        var rule = rule
        rule.isEnabled = true
        rule.isShadow = false
        return RuleSet(rules: [rule], hash: hash)
    }

    /// The rules that are asked about everything at their moment, because no value that an observation has leads to them.
    public var alwaysAsked: [Rule] {
        Set(indices.flatMap(\.alwaysEvaluated)).sorted().map { rules[Int($0)] }
    }

    /// Puts the indices of the rules that may hold of `observation` at `trigger` into `scratch`, ascending.
    func find(_ scratch: inout RuleIndex.Scratch, for observation: Observation, on trigger: Trigger) {
        indices[trigger.order].find(&scratch, for: observation)
    }
}
