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
    /// Threshold groups that found no room.
    public var stateOverflow: UInt64 = 0

    /// No rule loaded.
    public init() {}
}
