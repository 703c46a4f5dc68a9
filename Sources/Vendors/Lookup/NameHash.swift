import Bytes

/// The hashes of a name from each of its labels on, as it is read from its end, without regard to the case of its letters.
///
/// Eight bytes at a time go through a multiplication to 128 bits, whose halves are folded together, under two numbers that
/// no one outside the process knows. The dots among the eight are found at once, and if one is, the bytes after it
/// and the length so far finish a hash of their own.
public struct NameHash: Sendable {
    /// What the hash depends on.
    public struct Seed: Sendable {
        let state: UInt64
        /// Odd, so that a multiplication by it loses nothing.
        let key: UInt64

        /// The seed of this process: that of the standard library's own tables.
        public init() { self.init(0) }

        /// Another seed of this process for each `number`.
        init(_ number: Int) {
            state = Self.number(2 * number + 1)
            key = Self.number(2 * number + 2) | 1
        }

        private static func number(_ which: Int) -> UInt64 {
            var hasher = Hasher()
            hasher.combine(which)
            return UInt64(bitPattern: Int64(hasher.finalize()))
        }
    }

    private var state: UInt64
    private let key: UInt64
    /// The bytes that are being looked at, the last one lowest, with none if the name has not begun yet.
    private var word: UInt64 = 0
    /// The highest bit of each byte of `word` that is a dot, of those not yet come to.
    private var dots: UInt64 = 0
    /// Where `word` ends in the name; -1 after the beginning of the name.
    private var end: Int

    /// The hash of nothing yet, of `name`, which every later call must be about.
    @inline(__always)
    public init(_ seed: Seed, of name: RawSpan) {
        state = seed.state
        key = seed.key
        end = name.byteCount
        load(name)
    }

    /// The hash of `name` from one of its labels on, and where that label begins: the shortest first, the whole name last,
    /// and then nothing.
    @inline(__always)
    public mutating func next(in name: RawSpan) -> (hash: UInt64, start: Int)? {
        while dots == 0 {
            guard end >= 8 else {
                guard end >= 0 else { return nil }
                end = -1
                return (finished(word, length: name.byteCount), 0)
            }
            mix(word | Self.caseBits)
            end &-= 8
            load(name)
        }
        let before = dots.trailingZeroBitCount &- 7
        dots &= dots &- 1
        let start = end &- before / 8
        return (finished(word & (1 << UInt64(before) &- 1), length: name.byteCount &- start), start)
    }

    /// The hash of all of `name`.
    public static func whole(_ name: RawSpan, _ seed: Seed) -> UInt64 {
        var hash = NameHash(seed, of: name)
        while hash.end >= 8 {
            hash.mix(hash.word | caseBits)
            hash.end &-= 8
            hash.load(name)
        }
        return hash.finished(hash.word, length: name.byteCount)
    }

    /// Takes the eight bytes before `end` as the word, or as many as there are.
    @inline(__always)
    private mutating func load(_ name: RawSpan) {
        if let whole = name.uint64(at: end &- 8) {
            word = whole
        } else if let longer = name.uint64(at: 0) {
            word = longer >> UInt64(64 &- 8 &* end)
        } else {
            word = 0
            for index in 0..<end { word = word << 8 | UInt64(name.byte(at: index) ?? 0) }
        }
        dots = SwarBytes.equal(word, to: Self.dot)
    }

    /// The hash of `length` bytes, of which the last, `part`, are not in the state yet.
    @inline(__always)
    private func finished(_ part: UInt64, length: Int) -> UInt64 {
        let all = Self.folded(state ^ (part | Self.caseBits), key)
        return Self.folded(all ^ UInt64(truncatingIfNeeded: length) &* Self.spread, key)
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
