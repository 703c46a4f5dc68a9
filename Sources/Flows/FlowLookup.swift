public import Wire

/// What a packet's flow is looked up by. Made of the packet alone, so that it can be made before the packet's turn.
@frozen
public struct FlowLookup: Sendable, BitwiseCopyable {
    /// The flow's key.
    public let key: FlowKey
    /// The key's hash under the table's seed.
    public let hash: UInt64
    /// Whether the packet goes from the key's smaller end to the larger.
    public let isForward: Bool

    /// What `packet`'s flow is looked up by in a table with `seed`. Some forty instructions.
    @inlinable @inline(__always)
    public init(_ packet: Packet, seed: HashSeed) {
        var isForward = true
        key = FlowKey(packet, isForward: &isForward)
        hash = key.hash(seed: seed)
        self.isForward = isForward
    }
}
