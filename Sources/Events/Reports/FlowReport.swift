/// What the flow table did: `flows` of a `stats` event.
public struct FlowReport: Sendable {
    /// Why a flow left the table before its end; the words of `flows.evicted`.
    public enum EvictionReason: String, Sendable, CaseIterable {
        /// No packet for the idle time-out.
        case idle
        /// The table was full.
        case capacity
        /// The class of unanswered SYNs was full.
        case synFlood = "syn_flood"
    }

    /// Flows in the table.
    public var active: UInt64 = 0
    /// Flows that began.
    public var new: UInt64 = 0
    /// Flows that left the table before their end, by reason.
    public var evicted = CounterSet<EvictionReason>()
    /// Bytes that the table holds.
    public var memoryBytes: UInt64 = 0
    /// Bytes that it may hold.
    public var memoryLimitBytes: UInt64 = 0
    /// Flows of which only one direction was seen although both must have been.
    public var oneSided: UInt64 = 0
    /// Flows whose beginning was not captured.
    public var midstream: UInt64 = 0
    /// Bytes of streams that came again with another value.
    public var conflictBytes: UInt64 = 0
    /// Flows whose reading was given up because unfinished ones together held too much memory.
    public var released: UInt64 = 0

    /// Flows whose requests are, or were, counted.
    public var followed: UInt64 = 0
    /// Flows whose requests were to be counted, and were not for want of memory.
    public var unfollowed: UInt64 = 0

    /// Nothing in the table yet.
    public init() {}
}
