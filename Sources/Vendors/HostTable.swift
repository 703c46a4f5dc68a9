import Bytes

/// Host names by exact name, by suffix and by wildcard label in one structure, each with a number of the caller's.
///
/// One open-addressing table holds every name; a look-up goes over the host once from its end, and at each label's
/// beginning asks for the name read so far. What is known under a name lies beside its bytes, so that a hit costs two
/// reads of far memory. A name of 20 bytes needs some 50 bytes. The table is filled from files, never from the wire, so
/// its hash needs no secret: a sender chooses what is looked up, not what is stored.
public struct HostTable: Sendable {
    /// One of the three numbers that stand before a name, as the offset from the record's beginning.
    @usableFromInline
    enum Field: Int {
        case exact = 1
        case suffix = 5
        /// The first wildcard whose fixed end this name is.
        case wildcard = 9
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

    /// The most specific pattern so far within one look-up.
    @usableFromInline
    struct Candidate {
        @usableFromInline var value = HostTable.none
        @usableFromInline var kind = HostPattern.Kind.suffix
        /// The letters of the wildcard, -1 while there is none.
        @usableFromInline var literals = -1

        @inlinable
        init() {}
    }

    /// The largest number that can be stored; one more means "nothing".
    public static let maximumValue = UInt32.max - 1
    @usableFromInline static let none = UInt32.max
    /// The bytes of a record before its name.
    @usableFromInline static let headerSize = 13
    /// Records stay below four gibibytes, for a slot has 32 bits for an offset.
    private static let maximumBytes = Int(UInt32.max) - 512

    /// A record a name: a byte for its length, three numbers of four bytes, the name.
    @usableFromInline var records: [UInt8] = []
    @usableFromInline var wildcards: [Wildcard] = []
    /// The high half of the hash above the record's offset plus one; zero where free. A power of two of them.
    @usableFromInline var slots: [UInt64] = [UInt64](repeating: 0, count: 16)

    /// A table of nothing.
    public init() {}

    /// The number of patterns.
    public private(set) var count = 0
    /// The number of patterns that were not stored because the table was full.
    public private(set) var refused = 0
    private var nameCount = 0

    /// The bytes of memory that the table holds.
    public var byteCount: Int {
        records.capacity + slots.capacity * MemoryLayout<UInt64>.stride
            + wildcards.reduce(0) { $0 + MemoryLayout<Wildcard>.stride + $1.pattern.capacity }
    }

    /// Makes room for `patterns` names of `bytes` bytes in all, so that filling the table wastes none.
    public mutating func reserve(patterns: Int, bytes: Int) {
        records.reserveCapacity(min(bytes + patterns * Self.headerSize, Self.maximumBytes))
        var size = slots.count
        while size < Int.max / 4, patterns > size / 4 * 3 { size *= 2 }
        if size > slots.count { rehash(to: size) }
    }

    /// Stores `value` under `pattern` and returns what stood there before. Amortised constant cost.
    @discardableResult
    public mutating func insert(_ pattern: HostPattern, value: UInt32) -> UInt32? {
        precondition(value <= Self.maximumValue)
        let bytes = Array(pattern.name.utf8)
        guard let record = record(for: pattern.kind == .wildcard ? Self.fixedEnd(of: bytes) : bytes) else {
            refused += 1
            return nil
        }
        let previous: UInt32
        switch pattern.kind {
        case .exact: previous = exchange(.exact, of: record, with: value)
        case .suffix: previous = exchange(.suffix, of: record, with: value)
        case .wildcard: previous = insertWildcard(bytes, value: value, record: record)
        }
        if previous == Self.none { count += 1 }
        return previous == Self.none ? nil : previous
    }

    private mutating func exchange(_ field: Field, of record: Int, with value: UInt32) -> UInt32 {
        let previous = number(field, of: record)
        for index in 0..<4 {
            records[record + field.rawValue + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
        }
        return previous
    }

    /// The number that stands in `field` of the record at `record`.
    @inlinable @inline(__always)
    func number(_ field: Field, of record: Int) -> UInt32 {
        let start = record &+ field.rawValue
        return UInt32(records[start]) << 24 | UInt32(records[start &+ 1]) << 16 | UInt32(records[start &+ 2]) << 8
            | UInt32(records[start &+ 3])
    }

    private mutating func insertWildcard(_ pattern: [UInt8], value: UInt32, record: Int) -> UInt32 {
        let first = self.number(.wildcard, of: record)
        var number = first
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
        wildcards.append(Wildcard(pattern: pattern, literals: literals, value: value, next: first))
        _ = exchange(.wildcard, of: record, with: UInt32(clamping: wildcards.count - 1))
        return Self.none
    }

    /// The labels behind the last star: by them a wildcard is found.
    private static func fixedEnd(of pattern: [UInt8]) -> [UInt8] {
        let star = pattern.lastIndex(of: HostPattern.star) ?? 0
        let dot = pattern[star...].firstIndex(of: UInt8(ascii: ".")) ?? star
        return Array(pattern[(dot + 1)...])
    }

    /// The record of `name`, which is made where it is missing; nothing where the table is full.
    private mutating func record(for name: [UInt8]) -> Int? {
        let hash = Self.hash(of: name)
        if let found = find(hash: hash, in: name.rawSpan, from: 0) { return found }
        guard records.count <= Self.maximumBytes else { return nil }
        if nameCount >= slots.count / 4 * 3 { rehash(to: slots.count * 2) }
        let record = records.count
        records.append(UInt8(truncatingIfNeeded: name.count))
        records.append(contentsOf: repeatElement(0xFF, count: Self.headerSize - 1))
        records.append(contentsOf: name)
        nameCount += 1
        place(hash: hash, record: record)
        return record
    }

    private mutating func place(hash: UInt64, record: Int) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
        while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
        slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(record + 1)
    }

    private mutating func rehash(to size: Int) {
        slots = [UInt64](repeating: 0, count: size)
        var record = 0
        while record < records.count {
            let start = record + Self.headerSize
            let end = start + Int(records[record])
            place(hash: Self.hash(of: Array(records[start..<end])), record: record)
            record = end
        }
    }

    private static func hash(of name: [UInt8]) -> UInt64 {
        var state = seed
        for byte in name.reversed() { state = mixed(state, byte) }
        return finished(state)
    }
}
