public import Bytes

extension HostTable {
    /// The most specific pattern that matches `host`: exact over wildcard over suffix, and the longest of each.
    ///
    /// `host` is ASCII in any case, with or without one trailing dot; a longer one than 253 bytes matches nothing.
    /// No allocation; the cost is one pass over the bytes and one probe for each label.
    @inlinable
    public func match(_ host: RawSpan) -> Match? {
        var end = host.byteCount
        if end > 0, host.byte(at: end &- 1) == UInt8(ascii: ".") { end &-= 1 }
        guard end > 0, end <= HostPattern.maximumLength else { return nil }
        let name = host.clamped(0..<end)
        var best = Candidate()
        var state = Self.seed
        var labels = 0
        var position = end &- 1
        while position >= 0 {
            let byte = Self.lowered(name.byte(at: position) ?? 0)
            if byte == UInt8(ascii: ".") {
                // No pattern is one label alone, so the last label is not asked for.
                if labels > 0 { look(for: Self.finished(state), in: name, from: position &+ 1, &best) }
                labels &+= 1
            }
            state = Self.mixed(state, byte)
            position &-= 1
        }
        look(for: Self.finished(state), in: name, from: 0, &best)
        return best.value == Self.none ? nil : Match(value: best.value, kind: best.kind)
    }

    /// Puts what is known under the bytes of `host` from `start` on into `best` where it is more specific: called with
    /// ever longer names, so a suffix beats the ones before it, and no suffix beats a wildcard.
    @inlinable
    func look(for hash: UInt64, in host: RawSpan, from start: Int, _ best: inout Candidate) {
        guard let record = find(hash: hash, in: host, from: start) else { return }
        let suffix = number(.suffix, of: record)
        if suffix != Self.none, best.kind == .suffix { best.value = suffix }
        let first = number(.wildcard, of: record)
        if first != Self.none { lookAtWildcards(from: first, for: host, &best) }
        guard start == 0 else { return }
        let exact = number(.exact, of: record)
        if exact != Self.none {
            best.kind = .exact
            best.value = exact
        }
    }

    /// The offset of the record whose name is the bytes of `host` from `start` on.
    @inlinable
    func find(hash: UInt64, in host: RawSpan, from start: Int) -> Int? {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let content = slots[slot]
            if content == 0 { return nil }
            if content >> 32 == hash >> 32 {
                let record = Int(truncatingIfNeeded: content & 0xFFFF_FFFF) &- 1
                if isName(of: record, in: host, from: start) { return record }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inlinable
    func isName(of record: Int, in host: RawSpan, from start: Int) -> Bool {
        let length = Int(records[record])
        guard length == host.byteCount &- start else { return false }
        for index in 0..<length
        where records[record &+ Self.headerSize &+ index] != Self.lowered(host.byte(at: start &+ index) ?? 0) {
            return false
        }
        return true
    }

    /// Puts the wildcard of the chain that matches the whole host with the most letters into `best`.
    @usableFromInline
    func lookAtWildcards(from first: UInt32, for host: RawSpan, _ best: inout Candidate) {
        var number = first
        while number != Self.none {
            let wildcard = wildcards[Int(number)]
            if wildcard.literals > best.literals, Self.matches(wildcard.pattern, host) {
                best.kind = .wildcard
                best.value = wildcard.value
                best.literals = wildcard.literals
            }
            number = wildcard.next
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
                while let byte = host.byte(at: end), byte != UInt8(ascii: ".") { end &+= 1 }
                guard end &- position > rest else { return false }
                position = end &- rest
            } else {
                guard let byte = host.byte(at: position), lowered(byte) == pattern[index] else { return false }
                position &+= 1
            }
            index &+= 1
        }
        return position == host.byteCount
    }

    private static func labelEnd(in pattern: [UInt8], from start: Int) -> Int {
        pattern[start...].firstIndex(of: UInt8(ascii: ".")) ?? pattern.count
    }

    @inlinable @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// One step of FNV-1a over 64 bits: enough for names of files, and one multiplication a byte.
    @inlinable @inline(__always)
    static func mixed(_ state: UInt64, _ byte: UInt8) -> UInt64 { (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// Spreads the state over all bits: the low ones choose the slot, the high ones are kept in it.
    @inlinable @inline(__always)
    static func finished(_ state: UInt64) -> UInt64 {
        let folded = (state ^ state >> 32) &* 0x9E37_79B9_7F4A_7C15
        return folded ^ folded >> 29
    }

    @inlinable static var seed: UInt64 { 0xCBF2_9CE4_8422_2325 }
}
