/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
public struct Xorshift: RandomNumberGenerator {
    private var state: UInt64

    /// The sequence that `seed` begins; any number will do.
    public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// The next number.
    public mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// The next number below `bound`, which must be positive.
    public mutating func below(_ bound: Int) -> Int { Int((next() >> 11) % UInt64(bound)) }
}
