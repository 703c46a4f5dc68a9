public import Bytes

/// Where the frame of a packet block lies within the block.
@usableFromInline
@frozen
struct BlockFrame: BitwiseCopyable, Sendable {
    @usableFromInline var slot: InterfaceSlot
    @usableFromInline var time: Timestamp
    @usableFromInline var offset: Int
    @usableFromInline var captured: Int
    @usableFromInline var length: Int

    @inlinable @inline(__always)
    init(slot: InterfaceSlot, time: Timestamp, offset: Int, captured: Int, length: Int) {
        self.slot = slot
        self.time = time
        self.offset = offset
        self.captured = captured
        self.length = length
    }
}
