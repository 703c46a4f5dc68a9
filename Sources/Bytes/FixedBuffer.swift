public import CBytes

/// A stretch of owned memory for trivial elements: what a table on the packet path is made of.
///
/// It is an array without copy on write: one owner, no reference count, no exclusivity check at run time. Every access
/// is checked against `count`. It grows only when told to, and never shrinks. It begins on a line of the cache, so that
/// elements of 64 bytes, or a multiple, share none. From 4 MiB on it is pages of its own: what no element was put into yet
/// takes no memory, growing moves the pages and copies nothing, and they are large where the kernel has such, since what is
/// looked up at random would need the address of a small one each time.
@frozen
@safe
public struct FixedBuffer<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var filled: Int
    @usableFromInline var room: Int

    /// The number of elements.
    @inlinable public var count: Int { filled }

    /// The number of elements that there is room for.
    @inlinable public var capacity: Int { room }

    /// Room for `capacity` elements, and none of them. One allocation.
    @inlinable
    public init(capacity: Int) {
        precondition(capacity >= 0 && MemoryLayout<Element>.alignment <= 64)
        room = capacity
        filled = 0
        let memory = unsafe bytes_table_allocate(Self.size(room))
        // Invariant: the memory is this value's alone, large enough for `capacity` elements and aligned for them, which
        // ask for no more than a line of the cache.
        unsafe base = memory.bindMemory(to: Element.self, capacity: room)
    }

    /// Memory for `count` elements, each of them `element`. One allocation.
    @inlinable
    public init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        // Invariant: there is room for `count` elements.
        unsafe base.initialize(repeating: element, count: count)
        filled = count
    }

    @inlinable
    deinit {
        // Invariant: as it was allocated; trivial elements need no end.
        unsafe bytes_table_free(base, Self.size(room))
    }

    /// Makes room for `capacity` elements in all. One allocation at most; below 4 MiB, a copy.
    @inlinable
    public mutating func reserve(_ capacity: Int) {
        guard capacity > room else { return }
        let memory = unsafe bytes_table_grow(base, Self.size(room), Self.size(capacity))
        // Invariant: as in `init`; the elements that there were moved along.
        unsafe base = memory.bindMemory(to: Element.self, capacity: capacity)
        room = capacity
    }

    /// Adds `element` after the others, for which there must be room.
    @inlinable @inline(__always)
    public mutating func append(_ element: Element) {
        precondition(filled < room)
        // Invariant: there is room after the elements, checked above.
        unsafe (base + filled).initialize(to: element)
        filled &+= 1
    }

    @inlinable
    static func size(_ capacity: Int) -> Int { Swift.max(capacity, 1) * MemoryLayout<Element>.stride }

    /// The element at `index`, in place; an index outside the buffer is a fault of the program, never of the wire.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) _read {
            precondition(index >= 0 && index < filled)
            // Invariant: `index` is inside the allocation, checked above; every element was initialized.
            yield unsafe base[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < filled)
            // Invariant: as above.
            yield unsafe &base[index]
        }
    }

    /// Has the element at `index` brought into the cache, as far as 128 bytes of it: a hint, for which nothing waits. Cost:
    /// two instructions.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        precondition(index >= 0 && index < filled)
        // Invariant: a hint may name any address.
        unsafe bytes_prefetch(base + index)
        if MemoryLayout<Element>.stride > 64 { unsafe bytes_prefetch(UnsafeRawPointer(base + index) + 64) }
    }
}

// The memory has one owner, which moves as a whole.
extension FixedBuffer: @unchecked Sendable where Element: Sendable {}
