import Bytes

/// Host names by exact name, by suffix and by wildcard label in one structure, each with a number of the caller's.
///
/// One `NameTable` holds every name, and the fixed ends of wildcards; what costs and what it is safe against is there.
/// It is made once from all patterns, and never changes.
public struct HostTable: Sendable {
    /// One wildcard, chained to others with the same fixed end.
    struct Wildcard: Sendable {
        let pattern: [UInt8]
        /// The bytes that are not stars: the more, the more specific.
        let literals: Int
        var value: UInt32
        let next: UInt32
    }

    /// What a look-up found.
    @frozen
    public struct Match: Equatable, Sendable {
        /// The number that was stored with the pattern.
        public var value: UInt32
        /// The manner of the pattern.
        public var kind: HostPattern.Kind
    }

    let names: NameTable
    let wildcards: [Wildcard]
    /// The number of patterns that were not stored because the table was full.
    public var refused: Int { names.refused }

    /// A table of nothing.
    public init() {
        names = NameTable()
        wildcards = []
    }

    /// The table of `patterns`, each with its number; of two numbers for one pattern the later one stays.
    public init(_ patterns: some Collection<(pattern: HostPattern, value: UInt32)>) {
        var builder = NameTableBuilder()
        builder.reserve(names: patterns.count, bytes: patterns.reduce(0) { $0 + $1.pattern.name.utf8.count })
        var wildcards: [Wildcard] = []
        var places: [HostPattern: Int] = [:]
        var chains: [[UInt8]: UInt32] = [:]
        for (pattern, value) in patterns {
            switch pattern.kind {
            case .exact: builder.add(pattern.name.utf8, .whole, number: value)
            case .suffix: builder.add(pattern.name.utf8, .suffix, number: value)
            case .wildcard:
                if let place = places[pattern] {
                    wildcards[place].value = value
                    continue
                }
                places[pattern] = wildcards.count
                let wildcard = Wildcard(pattern, value: value, chains: chains)
                chains[Self.fixedEnd(of: wildcard.pattern)] = UInt32(clamping: wildcards.count)
                wildcards.append(wildcard)
            }
        }
        for (end, first) in chains { builder.add(end, .ending, number: first) }
        names = builder.table()
        self.wildcards = wildcards
    }

    /// The bytes of memory that the table holds.
    public var byteCount: Int {
        names.byteCount + wildcards.reduce(0) { $0 + MemoryLayout<Wildcard>.stride + $1.pattern.capacity }
    }

    static let none = UInt32.max

    /// The labels after the last star: by them a wildcard is found.
    static func fixedEnd(of pattern: [UInt8]) -> [UInt8] {
        let star = pattern.lastIndex(of: HostPattern.star) ?? 0
        let dot = pattern[star...].firstIndex(of: UInt8(ascii: ".")) ?? star
        return Array(pattern[(dot + 1)...])
    }
}

extension HostTable.Wildcard {
    /// The wildcard `pattern`, before the chain that its fixed end has in `chains` so far.
    fileprivate init(_ pattern: HostPattern, value: UInt32, chains: [[UInt8]: UInt32]) {
        let bytes = Array(pattern.name.utf8)
        self.init(
            pattern: bytes, literals: bytes.count(where: { $0 != HostPattern.star }), value: value,
            next: chains[HostTable.fixedEnd(of: bytes)] ?? HostTable.none)
    }
}

extension HostTable {
    /// The most specific pattern that matches `host`: exact over wildcard over suffix, and the longest of each.
    ///
    /// `host` is ASCII in any case, with or without one trailing dot; a longer one than 253 bytes matches nothing.
    /// No allocation; the cost is one pass over the bytes and a look into the directory for each label.
    public func match(_ host: RawSpan) -> Match? {
        var end = host.byteCount
        if end > 0, host.byte(at: end &- 1) == NameHash.dot { end &-= 1 }
        guard end > 0, end <= HostPattern.maximumLength else { return nil }
        let host = host.clamped(0..<end)
        var best: Match?
        var literals = -1
        var walk = names.walk(over: host)
        while let record = names.next(&walk, in: host, foldsCase: true) {
            // Names come longer and longer, so a suffix beats the ones before it, and none beats a wildcard.
            if literals < 0, let value = names.number(.suffix, of: record) { best = Match(value: value, kind: .suffix) }
            if let first = names.number(.ending, of: record) {
                lookAtWildcards(from: first, for: host, &best, &literals)
            }
            if record.start == 0, let value = names.number(.whole, of: record) {
                return Match(value: value, kind: .exact)
            }
        }
        return best
    }

    /// Puts the wildcard of the chain that matches the whole host with the most letters into `best`.
    private func lookAtWildcards(from first: UInt32, for host: RawSpan, _ best: inout Match?, _ literals: inout Int) {
        var number = Int(first)
        while number < wildcards.count {
            if wildcards[number].literals > literals, Self.matches(wildcards[number].pattern, host) {
                best = Match(value: wildcards[number].value, kind: .wildcard)
                literals = wildcards[number].literals
            }
            number = Int(wildcards[number].next)
        }
    }

    /// Whether each label of `host` is the pattern's; a star takes one byte or more, and never a dot.
    static func matches(_ pattern: [UInt8], _ host: RawSpan) -> Bool {
        var index = 0
        var position = 0
        while index < pattern.count {
            if pattern[index] == HostPattern.star {
                let rest = labelEnd(in: pattern, from: index) &- index &- 1
                var end = position
                while let byte = host.byte(at: end), byte != NameHash.dot { end &+= 1 }
                guard end &- position > rest else { return false }
                position = end &- rest
            } else {
                guard let byte = host.byte(at: position), NameHash.lowered(byte) == pattern[index] else { return false }
                position &+= 1
            }
            index &+= 1
        }
        return position == host.byteCount
    }

    private static func labelEnd(in pattern: [UInt8], from start: Int) -> Int {
        pattern[start...].firstIndex(of: NameHash.dot) ?? pattern.count
    }
}
