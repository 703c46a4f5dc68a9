public import CBytes

/// A stretch of owned memory for trivial elements: what a table on the packet path is made of.
///
/// It is an array without copy on write: one owner, no reference count, no exclusivity check at run time. Every access
/// is checked against `count`. It grows only when told to, by a copy, and never shrinks by itself. It begins on a line of
/// the cache, so that elements of 64 bytes, or a multiple, share none.
@frozen
@safe
public struct FixedBuffer<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// The number of elements.
    public let count: Int

    /// Memory for `count` elements, each of them `element`. One allocation.
    @inlinable
    public init(repeating element: Element, count: Int) {
        precondition(count >= 0)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Swift.max(count, 1) * MemoryLayout<Element>.stride,
            alignment: Swift.max(64, MemoryLayout<Element>.alignment))
        // Invariant: the memory is this value's alone, large enough for `count` elements and aligned for them.
        unsafe self.base = memory.bindMemory(to: Element.self, capacity: Swift.max(count, 1))
        self.count = count
        unsafe base.initialize(repeating: element, count: count)
    }

    @inlinable
    init(copying other: borrowing FixedBuffer, fill element: Element, count: Int) {
        self.init(repeating: element, count: count)
        // Invariant: both allocations hold at least the smaller of the two counts, and they never overlap.
        unsafe base.update(from: other.base, count: Swift.min(count, other.count))
    }

    @inlinable
    deinit {
        // Invariant: as it was allocated, untyped; trivial elements need no end.
        unsafe UnsafeMutableRawPointer(base).deallocate()
    }

    /// A larger buffer with the same elements first and `element` in the rest. One allocation and one copy.
    @inlinable
    public borrowing func grown(to count: Int, fill element: Element) -> FixedBuffer {
        FixedBuffer(copying: self, fill: element, count: Swift.max(count, self.count))
    }

    /// The element at `index`, in place; an index outside the buffer is a fault of the program, never of the wire.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) _read {
            precondition(index >= 0 && index < count)
            // Invariant: `index` lies inside the allocation, checked above; every element was initialised.
            yield unsafe base[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < count)
            // Invariant: as above.
            yield unsafe &base[index]
        }
    }

    /// Has the element at `index` brought into the cache, as far as 128 bytes of it: a hint, for which nothing waits. Cost:
    /// two instructions.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        precondition(index >= 0 && index < count)
        // Invariant: a hint may name any address.
        unsafe bytes_prefetch(base + index)
        if MemoryLayout<Element>.stride > 64 { unsafe bytes_prefetch(UnsafeRawPointer(base + index) + 64) }
    }
}

// The memory has one owner, which moves as a whole.
extension FixedBuffer: @unchecked Sendable where Element: Sendable {}
