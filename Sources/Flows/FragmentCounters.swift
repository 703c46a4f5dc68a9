/// What a fragment table counts; totals since it began.
public struct FragmentCounters: Equatable, Sendable {
    /// Fragments that came.
    public var fragments: UInt64 = 0
    /// Packets that were put together.
    public var completed: UInt64 = 0
    /// Packets that were given up because a fragment did not come in time.
    public var expired: UInt64 = 0
    /// Packets that were given up for want of room.
    public var evicted: UInt64 = 0
    /// Fragments that cover bytes which another had brought, exact copies left out.
    public var overlapping: UInt64 = 0
    /// Fragments that reach past what IP can count, or cut their packet into too many pieces.
    public var tooLarge: UInt64 = 0
    /// Fragments of no bytes, of an odd length, or behind their packet's end.
    public var malformed: UInt64 = 0
    /// Fragments that the capture holds less of than was sent: their packets cannot become whole.
    public var cut: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// What was lost: packets that never became whole, and fragments that could be part of none.
    public var lost: UInt64 { expired &+ evicted &+ tooLarge &+ malformed &+ cut }
}
