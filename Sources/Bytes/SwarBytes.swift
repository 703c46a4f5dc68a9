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
