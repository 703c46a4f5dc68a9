extension RawSpan {
    /// The byte at `offset`, or `nil` if there is none. Never traps.
    @inlinable @inline(__always)
    public func byte(at offset: Int) -> UInt8? {
        guard offset >= 0, offset < byteCount else { return nil }
        // Invariant: `0 <= offset < byteCount`, checked above.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The big-endian 16-bit integer at `offset`, or `nil` if the bytes end before it does. Never traps.
    @inlinable @inline(__always)
    public func uint16(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= byteCount &- 2 else { return nil }
        // Invariant: `0 <= offset` and `offset + 2 <= byteCount`, checked above.
        return UInt16(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian 32-bit integer at `offset`, or `nil` if the bytes end before it does. Never traps.
    @inlinable @inline(__always)
    public func uint32(at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= byteCount &- 4 else { return nil }
        // Invariant: `0 <= offset` and `offset + 4 <= byteCount`, checked above.
        return UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// The big-endian 64-bit integer at `offset`, or `nil` if the bytes end before it does. Never traps.
    @inlinable @inline(__always)
    public func uint64(at offset: Int) -> UInt64? {
        guard offset >= 0, offset <= byteCount &- 8 else { return nil }
        // Invariant: `0 <= offset` and `offset + 8 <= byteCount`, checked above.
        return UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The bytes of `range` that exist, as a span of their own: a range past the end is cut, never an error.
    @inlinable
    @_lifetime(copy self)
    public func clamped(_ range: Range<Int>) -> RawSpan {
        let lower = Swift.min(Swift.max(range.lowerBound, 0), byteCount)
        let upper = Swift.min(Swift.max(range.upperBound, lower), byteCount)
        return extracting(lower..<upper)
    }

    /// The bytes from `range.lowerBound` on, none if there are not so many: for a header that may not be whole, where
    /// `start..<byteCount` would trap.
    @inlinable
    @_lifetime(copy self)
    public func clamped(_ range: PartialRangeFrom<Int>) -> RawSpan {
        extracting(Swift.min(Swift.max(range.lowerBound, 0), byteCount)..<byteCount)
    }

    /// Appends a copy of these bytes to `array`. Cost: one copy, and what the array's growth costs.
    @inlinable
    public func append(to array: inout [UInt8]) {
        // Invariant: the pointer is used only inside the closure, while the span is borrowed.
        unsafe withUnsafeBytes { unsafe array.append(contentsOf: $0) }
    }

    /// A copy of these bytes. Cost: one allocation and one copy.
    @inlinable
    public func copied() -> [UInt8] {
        var array: [UInt8] = []
        append(to: &array)
        return array
    }

    /// Whether both are the same bytes. Cost: a comparison of every eight bytes.
    @inlinable
    public func hasSameBytes(as other: RawSpan) -> Bool { isSame(as: other) { $0 } }

    /// Whether these are the bytes of `other` with its capitals of ASCII made small. Cost as of `hasSameBytes`.
    @inlinable
    public func isLowercase(of other: RawSpan) -> Bool { isSame(as: other, SwarBytes.lowercased) }

    /// Whether these bytes are what `change` makes of those of `other`, eight at a time; the last eight overlap those before.
    @inlinable @inline(__always)
    func isSame(as other: RawSpan, _ change: (UInt64) -> UInt64) -> Bool {
        guard byteCount == other.byteCount else { return false }
        guard byteCount >= 8 else { return shortWord == change(other.shortWord) }
        var offset = 0
        let last = byteCount &- 8
        while true {
            // Invariant: `offset + 8 <= byteCount`, which is that of both.
            let left = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            let right = unsafe other.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            guard left == change(right) else { return false }
            if offset == last { return true }
            offset = Swift.min(offset &+ 8, last)
        }
    }

    /// The first seven bytes or fewer as one number, the last one lowest.
    @inlinable
    var shortWord: UInt64 {
        var word: UInt64 = 0
        for offset in 0..<Swift.min(byteCount, 7) { word = word << 8 | UInt64(byte(at: offset) ?? 0) }
        return word
    }

    /// Whether the bytes from `offset` on begin with the ASCII text `text`.
    @inlinable
    public func hasASCII(_ text: StaticString, at offset: Int = 0) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, length <= byteCount &- offset else { return false }
        for index in 0..<length {
            // Invariant: both offsets are inside their bytes, by the check above and the loop's bound.
            let expected = unsafe text.utf8Start[index]
            if unsafe unsafeLoad(fromUncheckedByteOffset: offset &+ index, as: UInt8.self) != expected { return false }
        }
        return true
    }
}

extension Array where Element == UInt8 {
    /// The array's bytes, borrowed: valid while the array is neither changed nor released.
    @inlinable
    public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get {
            let elements = span
            // Invariant: the span cannot outlive the borrow of `self` that it is re-tied to.
            return unsafe _overrideLifetime(elements.bytes, borrowing: self)
        }
    }
}
