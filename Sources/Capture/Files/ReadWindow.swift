/// The stretch of a capture's bytes that is in memory: records are read and handed out in place here.
///
/// A window that fits the second-level cache takes half of what mappings of the file take, in windows or as a whole
/// (`docs/PERFORMANCE.md`), because the kernel's sequential copy is prefetched by the hardware and the walk over a
/// mapping waits for memory at each record. A window also serves pipes and compressed files by the same code, keeps
/// resident memory small, and a file that is cut while it is read is a short read, not a signal.
///
/// The memory is a block that anyone who takes frames may hold on to. While someone does, nothing in it is moved: the window
/// continues in another block, one of those that are free again if there is one.
@usableFromInline
@frozen
@safe
struct ReadWindow: ~Copyable {
    @usableFromInline var block: FrameBlock
    /// The block's memory, beside it: one load less a record.
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    /// Blocks that were handed out: at most so many as others hold, and one.
    private var outstanding: [FrameBlock] = []
    private let standardCapacity: Int
    /// The first byte not passed yet, and the end of those in memory.
    @usableFromInline var cursor = 0
    @usableFromInline var end = 0
    /// The place in the whole of the bytes of the window's first one.
    @usableFromInline var origin: UInt64 = 0
    @usableFromInline let feed: ByteSource

    /// A window on `feed`, of `capacity` bytes until a larger record comes.
    init(_ feed: ByteSource, capacity: Int) {
        self.feed = feed
        standardCapacity = max(capacity, 4 << 10)
        self.capacity = standardCapacity
        block = FrameBlock(capacity: standardCapacity)
        // Invariant: wherever the block is replaced, so is the pointer.
        unsafe base = block.base
    }

    /// How many bytes are in memory and not passed yet.
    @inlinable @inline(__always)
    var available: Int { end &- cursor }

    /// The place of the next byte in the whole of the bytes.
    var offset: UInt64 { origin &+ UInt64(cursor) }

    /// Makes the next `count` bytes available; false if the bytes end before. One comparison if they are there.
    @inlinable @inline(__always)
    mutating func require(_ count: Int) -> Bool {
        count <= available || fill(count)
    }

    /// Passes over `count` bytes, which must be available.
    @inlinable @inline(__always)
    mutating func advance(by count: Int) {
        precondition(count >= 0 && count <= available)
        cursor &+= count
    }

    /// Passes over `count` bytes, in memory or not; false if the bytes end before.
    mutating func skip(_ count: Int) -> Bool {
        var left = count
        while left > available {
            left -= available
            cursor = end
            guard fill(1) else { return false }
        }
        cursor += left
        return true
    }

    /// The integer `offset` bytes on, in the host's order; all of it must be available.
    @inlinable @inline(__always)
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type = Value.self) -> Value
    {
        precondition(offset >= 0 && offset <= available &- MemoryLayout<Value>.size)
        // Invariant: the bytes are between `cursor` and `end`, checked above, which were all written by the feed.
        return unsafe base.loadUnaligned(fromByteOffset: cursor &+ offset, as: type)
    }

    /// The `count` bytes from `offset` on, which must be available; gone at the next `require`.
    @inlinable @inline(__always)
    func bytes(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
        precondition(offset >= 0 && count >= 0 && count <= available &- offset)
        // Invariant: as above; anyone who takes the pointer uses it before the window moves.
        return unsafe UnsafeRawBufferPointer(start: base + (cursor &+ offset), count: count)
    }

    /// Makes room and reads on until `count` bytes are available.
    @usableFromInline @inline(never)
    mutating func fill(_ count: Int) -> Bool {
        let isShared = !isKnownUniquelyReferenced(&block)
        if isShared {
            if count > capacity - cursor { move(to: unusedBlock(count)) }
        } else if count > capacity {
            // Callers bound `count` by `FileCapture.largestRecord`.
            move(to: FrameBlock(capacity: count + capacity))
        } else {
            compact()
        }
        while available < count {
            // Invariant: `end <= capacity`, and the feed writes at most the length of the buffer it is given.
            let room = unsafe UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
            let more = unsafe feed.read(into: room)
            if more == 0 { return false }
            end += more
        }
        return true
    }

    /// Moves what is left to the front.
    private mutating func compact() {
        // Invariant: both stretches are inside the allocation; `copyMemory` allows them to overlap.
        unsafe base.copyMemory(from: base + cursor, byteCount: available)
        passed()
    }

    /// Continues in `other`, which holds at least what is left.
    private mutating func move(to other: FrameBlock) {
        // Invariant: what is left fits into the other block, which is another allocation.
        unsafe other.base.copyMemory(from: base + cursor, byteCount: available)
        unsafe base = other.base
        capacity = other.capacity
        block = other
        passed()
    }

    private mutating func passed() {
        origin &+= UInt64(cursor)
        end = available
        cursor = 0
    }

    /// A block that no one else holds, of `count` bytes at least; the present one is kept in mind for later.
    private mutating func unusedBlock(_ count: Int) -> FrameBlock {
        if capacity == standardCapacity { outstanding.append(block) }
        guard count <= standardCapacity else { return FrameBlock(capacity: count + standardCapacity) }
        for index in outstanding.indices where isKnownUniquelyReferenced(&outstanding[index]) {
            return outstanding.remove(at: index)
        }
        return FrameBlock(capacity: standardCapacity)
    }
}
