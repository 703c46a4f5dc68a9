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
