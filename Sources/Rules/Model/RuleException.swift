import Bytes

/// Who is exempt from a rule, why, by whose word, and until when.
struct RuleException: Sendable {
    /// Its name, unique in its rule.
    let name: String
    /// Of what it holds.
    let condition: Condition
    /// Why.
    let reason: String
    /// Who answers for it.
    let owner: String
    /// The first moment at which it holds no more; nothing where it is permanent.
    let expires: Timestamp?

    /// Whether it holds back a hit on `observation`.
    func covers(_ observation: Observation) -> Bool {
        if let expires, observation.time >= expires { return false }
        return condition.holds(observation)
    }
}
