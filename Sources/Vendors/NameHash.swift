import Bytes

/// The hash of a name as it is read label by label from its end, without regard to the case of its letters.
///
/// Eight bytes at a time go through a multiplication to 128 bits, whose halves are folded together, under two numbers that
/// nobody outside the process knows.
public struct NameHash: Sendable {
    /// What the hash depends on.
    public struct Seed: Sendable {
        let state: UInt64
        /// Odd, so that a multiplication by it loses nothing.
        let key: UInt64

        /// The seed of this process: that of the standard library's own tables.
        public init() {
            state = Self.number(1)
            key = Self.number(2) | 1
        }

        private static func number(_ which: Int) -> UInt64 {
            var hasher = Hasher()
            hasher.combine(which)
            return UInt64(bitPattern: Int64(hasher.finalize()))
        }
    }

    private var state: UInt64
    private let key: UInt64

    /// The hash of nothing yet.
    @inline(__always)
    public init(_ seed: Seed) {
        state = seed.state
        key = seed.key
    }

    /// Takes the label of `name` that ends before its byte `rest`, and gives the hash of all from where that label begins.
    ///
    /// Called first with the length of the name as `rest`, which then is where the next label ends; -1 after the last.
    @inline(__always)
    public mutating func takeLabel(of name: RawSpan, before rest: inout Int) -> (hash: UInt64, start: Int) {
        var start = rest
        while start > 0, name.byte(at: start &- 1) != Self.dot { start &-= 1 }
        take(name, start, rest)
        rest = start &- 1
        return (Self.folded(state ^ Self.spread, key), start)
    }

    /// The hash of all of `name`.
    public static func whole(_ name: RawSpan, _ seed: Seed) -> UInt64 {
        var hash = NameHash(seed)
        var rest = name.byteCount
        while true {
            let (value, start) = hash.takeLabel(of: name, before: &rest)
            if start == 0 { return value }
        }
    }

    /// Takes a label: its bytes by eight, then those that are left, with its length before them.
    @inline(__always)
    private mutating func take(_ name: RawSpan, _ start: Int, _ end: Int) {
        var place = start
        while place &+ 8 <= end, let first = name.uint32(at: place), let second = name.uint32(at: place &+ 4) {
            mix(UInt64(first) << 32 | UInt64(second) | Self.caseBits)
            place &+= 8
        }
        var word = UInt64(truncatingIfNeeded: end &- start)
        if place &+ 4 <= end, let four = name.uint32(at: place) {
            word = word << 32 | UInt64(four) | Self.caseBits >> 32
            place &+= 4
        }
        while place < end, let byte = name.byte(at: place) {
            word = word << 8 | UInt64(byte) | Self.caseBits >> 56
            place &+= 1
        }
        mix(word)
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) { state = Self.folded(state ^ word, key) }

    @inline(__always)
    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    static let dot = UInt8(ascii: ".")
    /// The bit in which a small letter differs from a capital. It is set in other bytes too, to which a hash need not care.
    private static let caseBits: UInt64 = 0x2020_2020_2020_2020
    /// The golden ratio in 64 bits.
    private static let spread: UInt64 = 0x9E37_79B9_7F4A_7C15
}
