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
