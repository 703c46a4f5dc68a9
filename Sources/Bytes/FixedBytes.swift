/// A header of a fixed number of bytes, copied out of a packet after one length check.
///
/// Offsets are constants of the caller; with a constant offset the check folds away and a getter is one load.
/// Integers are read in network byte order (big-endian). Cost: the copy is elided once inlined.
@frozen
public struct FixedBytes<let size: Int>: BitwiseCopyable, Sendable {
    @usableFromInline var storage: InlineArray<size, UInt8>

    /// The byte at `offset`; `offset` must be inside the header.
    @inlinable @inline(__always)
    public func uint8(at offset: Int) -> UInt8 {
        storage[offset]
    }

    /// The 16-bit integer at `offset`; all of it must be inside the header.
    @inlinable @inline(__always)
    public func uint16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: load(UInt16.self, at: offset))
    }

    /// The 32-bit integer at `offset`; all of it must be inside the header.
    @inlinable @inline(__always)
    public func uint32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: load(UInt32.self, at: offset))
    }

    /// The 64-bit integer at `offset`; all of it must be inside the header.
    @inlinable @inline(__always)
    public func uint64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: load(UInt64.self, at: offset))
    }

    @inlinable @inline(__always)
    func load<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
        precondition(offset >= 0 && offset &+ MemoryLayout<Value>.size <= size)
        // Invariant: the precondition keeps the load inside `storage`, which lives for the whole closure.
        return unsafe withUnsafeBytes(of: storage) {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: Value.self)
        }
    }
}

/// What values take of the heap, so that a bound on memory counts what the allocator holds.
///
/// Computed from counts rather than asked of the allocator: what an array reserves beyond its elements differs from run to run,
/// and reports of two runs over the same packets must not.
@frozen
public enum HeapBytes {
    /// The bytes of an allocation of `size` bytes: the allocator adds its own header of 8 bytes, and gives multiples of 16, at
    /// least 32 (glibc and musl are within a word of this). 0 for an allocation that is not made.
    @inlinable
    public static func allocation(_ size: Int) -> Int { size > 0 ? max(32, (size &+ 8 &+ 15) & ~15) : 0 }

    /// The bytes of an object whose stored properties take `size` bytes, its header of two words included.
    @inlinable
    public static func object(_ size: Int) -> Int { allocation(16 &+ size) }

    /// The header in front of the elements of an array or the characters of a string.
    @inlinable static var bufferHeader: Int { 32 }
}

extension String {
    /// The bytes that the text takes of the heap: none for up to 15 bytes of UTF-8, which a string holds in itself.
    @inlinable public var heapBytes: Int {
        let count = utf8.count
        return count <= 15 ? 0 : HeapBytes.allocation(HeapBytes.bufferHeader &+ ((count &+ 16) & ~15))
    }
}

extension Array {
    /// The bytes that the array's own buffer takes of the heap, without what its elements hold.
    @inlinable public var heapBytes: Int {
        isEmpty ? 0 : HeapBytes.allocation(HeapBytes.bufferHeader &+ count &* MemoryLayout<Element>.stride)
    }
}

extension [String] {
    /// The bytes that the array and its texts take of the heap.
    @inlinable public var totalHeapBytes: Int {
        var total = heapBytes
        for text in self { total &+= text.heapBytes }
        return total
    }
}
