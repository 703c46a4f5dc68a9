public import Bytes

/// What is remembered of first sightings: `first_seen` of a `stats` event.
public struct FirstSeenReport: Equatable, Sendable {
    /// Since when is learned; `nil` before the first packet.
    public var since: Timestamp?
    /// Whether the learning period is in progress: first sightings are recorded and not reported.
    public var isLearning = true
    /// Entries of all kinds.
    public var entries: UInt64 = 0
    /// Entries that were evicted for others, each of which is new again when it comes back.
    public var evicted: UInt64 = 0
    /// Flows whose later events lack what they were the first to show, because too many such flows were open at once.
    public var flowsOmitted: UInt64 = 0
    /// Why the file cannot be written, in the system's words; live only, and in no event.
    public var failure: String?

    /// Nothing remembered yet.
    public init() {}
}
