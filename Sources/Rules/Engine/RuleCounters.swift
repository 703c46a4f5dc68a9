/// What a rule engine has counted; only ever growing until it is read out.
public struct RuleCounters: Sendable {
    /// Observations of which a rule's condition held, a flow once, by the rule's id.
    public internal(set) var matches: [String: UInt64] = [:]
    /// Hits, after exceptions, evidence and thresholds, by the rule's id; suppressed or not.
    public internal(set) var hits: [String: UInt64] = [:]
    /// Hits that joined an alert which was open already, by the rule's id.
    public internal(set) var deduplicated: [String: UInt64] = [:]
    /// Matches that an exception suppressed, by `rule/exception`.
    public internal(set) var suppressed: [String: UInt64] = [:]
    /// Matches for which too little was known, by the rule's id.
    public internal(set) var lackingEvidence: [String: UInt64] = [:]
    /// Hits of rules in shadow mode, by the rule's id.
    public internal(set) var shadow: [String: UInt64] = [:]
    /// Hits that were summed in a group alert, because their rule had opened too many alerts in a minute, by the rule's id.
    public internal(set) var grouped: [String: UInt64] = [:]
    /// Groups of thresholds that gave way to others although their window held something.
    public internal(set) var stateOverflow: UInt64 = 0
    /// Alerts that closed early because too many were open.
    public internal(set) var alertOverflow: UInt64 = 0
    /// Flows that continue and were forgotten: such a flow may count once more for a rule.
    public internal(set) var flowOverflow: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// The exceptions that suppressed more than half of their rule's matches, of 20 or more, in the order of their names:
    /// they say more about the rule than about those exempt.
    public var broadExceptions: [BroadException] {
        suppressed.keys.sorted().compactMap { name in
            let rule = String(name.prefix { $0 != "/" })
            guard let all = matches[rule], all >= Self.fewestMatches, let held = suppressed[name], held > all / 2 else {
                return nil
            }
            return BroadException(name: name, held: held, matches: all)
        }
    }

    /// The fewest matches of a rule that say anything of its exceptions.
    private static let fewestMatches: UInt64 = 20

}

/// An exception that suppresses most of what its rule matches.
public struct BroadException: Hashable, Sendable {
    /// `rule/exception`.
    public let name: String
    /// The matches that it suppressed.
    public let held: UInt64
    /// The matches of its rule.
    public let matches: UInt64

    /// An exception of these counts.
    public init(name: String, held: UInt64, matches: UInt64) {
        self.name = name
        self.held = held
        self.matches = matches
    }

    /// The share that it suppressed, in whole percent.
    public var percent: UInt64 { UInt64(Double(held) / Double(max(1, matches)) * 100) }
}

extension BroadException: CustomStringConvertible {
    /// One sentence for a person, without a full stop.
    public var description: String {
        "the exception \(name) suppressed \(percent) % of what its rule matched (\(held) of \(matches))"
    }
}
