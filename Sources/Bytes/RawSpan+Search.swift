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
            // Invariant: `index` is inside the text, by the loop's bound.
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

    /// A number that distinguishes most bytes from others, eight at a time: for tables of what came recently, in which a
    /// collision costs time alone. Anyone who chooses the bytes can choose ones with the same number.
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

    /// A hash of the bytes under a secret `seed`, eight at a time: anyone who chooses the bytes but does not know the seed cannot
    /// choose ones that collide. Linear; no allocation.
    @inlinable
    public func hash(seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: byteCount) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset &+ 8 <= byteCount {
            // Invariant: `offset + 8 <= byteCount`.
            let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            state = Self.mix(state ^ word, seed)
            offset &+= 8
        }
        var last: UInt64 = 0
        while let byte = byte(at: offset) {
            last = last << 8 | UInt64(byte)
            offset &+= 1
        }
        return Self.mix(state ^ last, seed)
    }

    /// Both halves of the product of `value` and a multiplier that depends on the seed, one over the other.
    @inlinable @inline(__always)
    static func mix(_ value: UInt64, _ seed: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: (seed ^ 0xA076_1D64_78BD_642F) | 1)
        return product.high ^ product.low
    }
}

/// Comparisons of the eight bytes of a word at once (SIMD within a register; H. S. Warren, "Hacker's Delight", 6-1).
public enum SwarBytes {
    /// The highest bit of each byte of `word` that is `byte`, and no other bit.
    @inlinable @inline(__always)
    public static func equal(_ word: UInt64, to byte: UInt8) -> UInt64 {
        let other = word ^ UInt64(byte) &* ones
        // A byte's highest bit ends up set where the byte is not 0: by a carry out of its other bits, or as it was.
        return ~((other & ~highs) &+ ~highs | other) & highs
    }

    /// `word` with each capital of ASCII made small.
    @inlinable @inline(__always)
    public static func lowercased(_ word: UInt64) -> UInt64 {
        let low = word & ~highs
        // Bytes of 0x41 and above carry into the highest bit of the first sum, those above 0x5A into that of the second.
        let capitals = (low &+ 0x3F &* ones) & ~(low &+ 0x25 &* ones) & ~word & highs
        return word | capitals >> 2
    }

    @usableFromInline static let ones: UInt64 = 0x0101_0101_0101_0101
    @usableFromInline static let highs: UInt64 = 0x8080_8080_8080_8080
}
