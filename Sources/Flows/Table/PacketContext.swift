public import Bytes

/// Which way a packet goes, by the order of its flow's ends.
@frozen
public enum PacketDirection: Sendable, BitwiseCopyable {
    /// From the key's smaller end to the larger.
    case forward
    /// From the larger end to the smaller.
    case backward

    /// The other way.
    @inlinable public var reversed: PacketDirection { self == .forward ? .backward : .forward }
}

/// Where a packet belongs: to which flow, in which direction, and when. Trivial; it lives as long as one packet is handled.
@frozen @usableFromInline
struct PacketContext: BitwiseCopyable {
    /// The flow's slot in the table; negative if it has none yet.
    @usableFromInline var slot: Int
    /// Which way the packet goes.
    @usableFromInline let direction: PacketDirection
    /// When it was captured.
    @usableFromInline let time: Timestamp

    /// The place of a packet of the flow in `slot`.
    @inlinable @inline(__always)
    init(slot: Int, direction: PacketDirection, time: Timestamp) {
        self.slot = slot
        self.direction = direction
        self.time = time
    }

    /// Whether the packet goes from the key's smaller end to the larger.
    @inlinable var isForward: Bool { direction == .forward }
}
