public import Bytes
public import CBytes

/// Frames that are kept: their headers, and where their bytes are.
///
/// Frames of files stay if they were read, in blocks that the batch holds on to; others are copied into a block of the
/// batch's own. Its memory is used again and again.
@safe
public struct FrameBatch {
    @usableFromInline
    @safe
    struct Record {
        @usableFromInline let time: Timestamp
        @usableFromInline let start: UnsafeRawPointer
        @usableFromInline let count: UInt32
        @usableFromInline let wireLength: UInt32
        @usableFromInline let linkType: LinkType
        @usableFromInline let interface: UInt16

        @inlinable @inline(__always)
        init(_ header: FrameHeader, _ start: UnsafeRawPointer, count: Int) {
            time = header.time
            unsafe self.start = unsafe start
            // Both are 32 bits in files and in the kernel.
            self.count = UInt32(truncatingIfNeeded: count)
            wireLength = UInt32(clamping: header.wireLength)
            linkType = header.linkType
            interface = header.interface
        }
    }

    @usableFromInline var records: [Record] = []
    /// The blocks that the frames are in, but for the own one.
    @usableFromInline var blocks: [FrameBlock] = []
    /// Where copies go, and how much of it is used.
    private var own: FrameBlock?
    private var used = 0
    /// The bytes of all blocks that the batch holds on to.
    public private(set) var held = 0

    /// A batch of no frames.
    public init() {}

    /// The number of frames.
    @inlinable public var count: Int { records.count }

    /// When the frame at `index` was captured.
    public func time(at index: Int) -> Timestamp { records[index].time }

    /// When its last frame was captured.
    public var lastTime: Timestamp? { records.last?.time }

    /// Adds a frame of `count` bytes that is in `block` from `offset` on, and keeps it there.
    @inlinable
    public mutating func append(_ header: FrameHeader, in block: FrameBlock, at offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && count <= block.capacity &- offset)
        // Invariant: the bytes are inside the block, checked above, and the batch holds it as long as it has the record.
        unsafe records.append(Record(header, block.base + offset, count: count))
        if blocks.last !== block { hold(block) }
    }

    /// Adds a frame by a copy of its bytes.
    public mutating func append(_ header: FrameHeader, copying bytes: RawSpan) {
        let count = bytes.byteCount
        let block = room(for: count)
        let start = used
        unsafe bytes.withUnsafeBytes { source in
            // Invariant: `room` has seen to `count` bytes behind `start`, in a block that no one else has.
            guard let from = source.baseAddress else { return }
            unsafe (block.base + start).copyMemory(from: from, byteCount: count)
        }
        used = start + count
        // Invariant: as in the other `append`: the own block is held, or among `blocks` once there is another.
        unsafe records.append(Record(header, block.base + start, count: count))
    }

    /// Passes on the frame at `index`, borrowed for the call.
    @inlinable @inline(__always)
    public func deliver<Handler: FrameHandler & ~Copyable>(_ index: Int, to handler: inout Handler) {
        let record = records[index]
        let header = FrameHeader(
            time: record.time, wireLength: Int(record.wireLength), linkType: record.linkType,
            interface: record.interface)
        // Invariant: `append` has checked the bounds, and the block is held by the batch, which is borrowed for the call.
        unsafe handler.handle(header, UnsafeRawBufferPointer(start: record.start, count: Int(record.count)).bytes)
    }

    /// Has the headers of the frame at `index` brought into the cache. Cost: two instructions, and nothing waits for it.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        let start = unsafe records[index].start
        // Invariant: a hint may name any address.
        unsafe bytes_prefetch(start)
        unsafe bytes_prefetch(start + 64)
    }

    /// Forgets everything but the memory; that of an uncommonly large frame too.
    public mutating func clear() {
        records.removeAll(keepingCapacity: true)
        blocks.removeAll(keepingCapacity: true)
        used = 0
        if let own, own.capacity > Self.ownLength { self.own = nil }
        held = own?.capacity ?? 0
    }

    @usableFromInline
    mutating func hold(_ block: FrameBlock) {
        // The frames of several files come by turns, out of a few blocks.
        guard !blocks.contains(where: { $0 === block }) else { return }
        blocks.append(block)
        held += block.capacity
    }

    private mutating func room(for count: Int) -> FrameBlock {
        if let own, own.capacity - used >= count { return own }
        if let own { blocks.append(own) }
        let block = FrameBlock(capacity: max(Self.ownLength, count))
        own = block
        used = 0
        held += block.capacity
        return block
    }

    private static var ownLength: Int { 256 << 10 }
}

// Invariant: the pointers point into blocks that the batch holds, whose bytes no one writes any more.
extension FrameBatch: @unchecked Sendable {}

/// Memory that the bytes of frames are in, for anyone who keeps frames longer than they are passed on.
///
/// A source that reads into one writes only behind the frames it has passed on, and continues in another once the room is
/// used up and someone else still holds this one. So a frame's bytes stay as they are for as long as its block is held.
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

// Invariant: bytes are written by the one thread that fills the block, and read by others only if they were passed on
// before, which are written no more.
extension FrameBlock: @unchecked Sendable {}
