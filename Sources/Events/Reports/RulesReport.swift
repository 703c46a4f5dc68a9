public import Bytes

/// What the rules did: `rules` of a `stats` event.
public struct RulesReport: Sendable {
    /// Rules that are evaluated.
    public var loaded: UInt64 = 0
    /// `sha256:` and the digest of the loaded files; nothing where there are none.
    public var rulesetHash: String?
    /// Whether the latest reload was taken over.
    public var lastReloadOK = true
    /// Hits that an exception held back, by `rule/exception`, in a fixed order. At most 256 are written.
    public var suppressed: [(name: String, count: UInt64)] = []
    /// Observations of which a rule's condition held, by the rule's id, in the order of ids; live only, and in no event.
    public var matches: [(rule: String, count: UInt64)] = []
    /// When rules and catalogue were last read; live only, and in no event.
    public var loadTime: Timestamp?
    /// Threshold groups that found no room.
    public var stateOverflow: UInt64 = 0

    /// No rule loaded.
    public init() {}
}
