extension RawSpan {
    /// The offset of the first `byte` in `range`, or nothing; a range past the end is cut. One comparison a byte.
    @inlinable
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var offset = Swift.max(range.lowerBound, 0)
        let end = Swift.min(range.upperBound, byteCount)
        while offset < end {
            if self.byte(at: offset) == byte { return offset }
            offset &+= 1
        }
        return nil
    }

    /// Whether the bytes from `offset` on begin with the ASCII text `text`, which is in upper case, whatever the case
    /// of the bytes. Never traps.
    @inlinable
    public func hasUppercasedASCII(_ text: StaticString, at offset: Int = 0) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, length <= byteCount &- offset else { return false }
        for index in 0..<length {
            guard var byte = self.byte(at: offset &+ index) else { return false }
            if byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") { byte &-= 0x20 }
            // Invariant: `index` lies inside the text, by the loop's bound.
            if unsafe text.utf8Start[index] != byte { return false }
        }
        return true
    }

    /// Whether all the bytes there are begin the ASCII text `text` without reaching its end: more bytes could make it.
    @inlinable
    public func isProperPrefix(ofASCII text: StaticString) -> Bool {
        guard byteCount < text.utf8CodeUnitCount else { return false }
        for index in 0..<byteCount {
            // Invariant: `index` is below the text's length, checked above.
            if unsafe text.utf8Start[index] != byte(at: index) { return false }
        }
        return true
    }

    /// A number that tells most bytes apart from others, eight at a time: for tables of what came lately, in which a
    /// collision costs time alone. Whoever chooses the bytes can choose ones with the same number.
    @inlinable
    public var quickHash: UInt64 {
        var state = UInt64(truncatingIfNeeded: byteCount) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset &+ 8 <= byteCount {
            // Invariant: `offset + 8 <= byteCount`.
            let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
            state ^= state >> 29
            offset &+= 8
        }
        while let byte = byte(at: offset) {
            state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
            offset &+= 1
        }
        return state ^ state >> 32
    }
}
