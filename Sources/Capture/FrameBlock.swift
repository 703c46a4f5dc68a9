/// Memory that the bytes of frames lie in, for whoever keeps frames longer than they are handed over.
///
/// A source that reads into one writes only behind the frames it has handed over, and goes on in another once the room is
/// used up and somebody else still holds this one. So a frame's bytes stay as they are for as long as its block is held.
@safe
public final class FrameBlock {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int

    /// A block of `capacity` bytes.
    init(capacity: Int) {
        self.capacity = capacity
        // Invariant: the allocation is this object's alone, and is released with it.
        unsafe base = .allocate(byteCount: capacity, alignment: 4 << 10)
    }

    deinit {
        unsafe base.deallocate()
    }
}

// Invariant: bytes are written by the one thread that fills the block, and read by others only where they were handed over
// before, which are written no more.
extension FrameBlock: @unchecked Sendable {}
