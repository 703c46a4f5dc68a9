import Bytes

/// Host names by exact name, by suffix and by wildcard label in one structure, each with a number of the caller's.
///
/// One open-addressing table holds every name; a look-up goes over the host once from its end, and at each label's
/// beginning asks for the name read so far. Memory: at most some 60 bytes a name of 20 bytes. The table is filled from
/// files, never from the wire, so its hash needs no secret: a sender chooses what is looked up, not what is stored.
public struct HostTable: Sendable {
    /// One name: where its bytes lie and what is known under it; `none` where nothing is.
    @usableFromInline
    struct Key: Sendable, BitwiseCopyable {
        @usableFromInline var offset: UInt32
        @usableFromInline var exact: UInt32
        @usableFromInline var suffix: UInt32
        /// The first wildcard whose fixed end this name is.
        @usableFromInline var wildcard: UInt32
    }

    /// One wildcard, chained to others with the same fixed end.
    @usableFromInline
    struct Wildcard: Sendable {
        @usableFromInline var pattern: [UInt8]
        /// The bytes that are not stars: the more, the more specific.
        @usableFromInline var literals: Int
        @usableFromInline var value: UInt32
        @usableFromInline var next: UInt32
    }

    /// What a look-up found.
    @frozen
    public struct Match: Equatable, Sendable {
        /// The number that was stored with the pattern.
        public var value: UInt32
        /// The manner of the pattern.
        public var kind: HostPattern.Kind

        @inlinable
        init(value: UInt32, kind: HostPattern.Kind) {
            self.value = value
            self.kind = kind
        }
    }

    /// The largest number that can be stored; one more means "nothing".
    public static let maximumValue = UInt32.max - 1
    @usableFromInline static let none = UInt32.max

    /// All names, each behind one byte of its length.
    @usableFromInline var names: [UInt8] = []
    @usableFromInline var keys: [Key] = []
    @usableFromInline var wildcards: [Wildcard] = []
    /// The high half of the hash above the key's number plus one; zero where free. A power of two of them.
    @usableFromInline var slots: [UInt64] = [UInt64](repeating: 0, count: 16)

    /// A table of nothing.
    public init() {}

    /// The number of patterns.
    public private(set) var count = 0

    /// The bytes of memory that the table holds.
    public var byteCount: Int {
        names.capacity + keys.capacity * MemoryLayout<Key>.stride + slots.capacity * MemoryLayout<UInt64>.stride
            + wildcards.reduce(0) { $0 + MemoryLayout<Wildcard>.stride + $1.pattern.capacity }
    }

    /// Makes room for `patterns` names of `bytes` bytes in all, so that filling the table wastes none.
    public mutating func reserve(patterns: Int, bytes: Int) {
        names.reserveCapacity(bytes + patterns)
        keys.reserveCapacity(patterns)
        var size = slots.count
        while size < Int.max / 4, patterns > size / 4 * 3 { size *= 2 }
        if size > slots.count { rehash(to: size) }
    }

    /// Stores `value` under `pattern` and returns what stood there before. Amortised constant cost.
    @discardableResult
    public mutating func insert(_ pattern: HostPattern, value: UInt32) -> UInt32? {
        precondition(value <= Self.maximumValue)
        let bytes = Array(pattern.name.utf8)
        let previous: UInt32
        switch pattern.kind {
        case .exact:
            let key = key(for: bytes)
            previous = keys[key].exact
            keys[key].exact = value
        case .suffix:
            let key = key(for: bytes)
            previous = keys[key].suffix
            keys[key].suffix = value
        case .wildcard:
            previous = insertWildcard(bytes, value: value)
        }
        if previous == Self.none { count += 1 }
        return previous == Self.none ? nil : previous
    }

    private mutating func insertWildcard(_ pattern: [UInt8], value: UInt32) -> UInt32 {
        let key = key(for: Self.fixedEnd(of: pattern))
        var number = keys[key].wildcard
        while number != Self.none {
            let index = Int(number)
            if wildcards[index].pattern == pattern {
                let previous = wildcards[index].value
                wildcards[index].value = value
                return previous
            }
            number = wildcards[index].next
        }
        let literals = pattern.count(where: { $0 != HostPattern.star })
        wildcards.append(Wildcard(pattern: pattern, literals: literals, value: value, next: keys[key].wildcard))
        keys[key].wildcard = UInt32(wildcards.count - 1)
        return Self.none
    }

    /// The labels behind the last star: by them a wildcard is found.
    private static func fixedEnd(of pattern: [UInt8]) -> [UInt8] {
        let star = pattern.lastIndex(of: HostPattern.star) ?? 0
        let dot = pattern[star...].firstIndex(of: UInt8(ascii: ".")) ?? star
        return Array(pattern[(dot + 1)...])
    }

    /// The index of the key of `name`, which is made where it is missing.
    private mutating func key(for name: [UInt8]) -> Int {
        let hash = Self.hash(of: name)
        if let found = find(hash: hash, in: name.rawSpan, from: 0) { return found }
        if keys.count >= slots.count / 4 * 3 { rehash(to: slots.count * 2) }
        let key = keys.count
        keys.append(
            Key(offset: UInt32(names.count), exact: Self.none, suffix: Self.none, wildcard: Self.none))
        names.append(UInt8(truncatingIfNeeded: name.count))
        names.append(contentsOf: name)
        place(hash: hash, key: key)
        return key
    }

    private mutating func place(hash: UInt64, key: Int) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
        while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
        slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(key + 1)
    }

    private mutating func rehash(to size: Int) {
        slots = [UInt64](repeating: 0, count: size)
        for key in keys.indices {
            let start = Int(keys[key].offset)
            let name = Array(names[(start + 1)...(start + Int(names[start]))])
            place(hash: Self.hash(of: name), key: key)
        }
    }

    private static func hash(of name: [UInt8]) -> UInt64 {
        var state = seed
        for byte in name.reversed() { state = mixed(state, byte) }
        return finished(state)
    }
}
