import Bytes

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
