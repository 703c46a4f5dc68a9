import Bytes
import Text
import Vendors

/// A set of names in one buffer, for lists of a million: some 30 bytes a name beside its own.
///
/// Open addressing over the index of each name; the hash is seeded for each process, and nothing that leaves the set
/// depends on it. Cost of a look-up: one pass over the name and a probe, or one for each label; and a copy of the name.
struct NameSet: Sendable {
    private let seed = NameHash.Seed()
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = [0]
    private var slots: [UInt32] = []

    /// The number of names.
    var count: Int { ends.count - 1 }

    /// An empty set.
    init() {}

    /// The names of `names`.
    init(_ names: some Sequence<String>) {
        for name in names { insert(name) }
    }

    /// Adds `name`; false if it is in already, or where the set holds 4 GiB.
    @discardableResult
    mutating func insert(_ name: String) -> Bool {
        let new = Array(name.utf8)
        guard bytes.count + new.count < Int(UInt32.max) else { return false }
        if (count + 1) * 2 > slots.count { grow() }
        let slot = find(new.rawSpan, NameHash.whole(new.rawSpan, seed))
        guard slots[slot] == 0 else { return false }
        bytes += new
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
        slots[slot] = UInt32(truncatingIfNeeded: count)
        return true
    }

    /// Every name, in the order in which they came.
    var members: [String] {
        (1..<max(1, ends.count)).map { String(decoding: bytes[Int(ends[$0 - 1])..<Int(ends[$0])], as: UTF8.self) }
    }

    /// Whether `name` is in the set.
    func contains(_ name: String) -> Bool {
        guard !slots.isEmpty else { return false }
        let name = Array(name.utf8)
        return slots[find(name.rawSpan, NameHash.whole(name.rawSpan, seed))] != 0
    }

    /// Whether `name` or one of its suffixes by label is in the set: `a.b.example` is where `b.example` is.
    func containsSuffix(of name: String) -> Bool {
        guard !slots.isEmpty else { return false }
        let name = Array(name.utf8)
        var hash = NameHash(seed, of: name.rawSpan)
        while let (value, start) = hash.next(in: name.rawSpan) {
            if slots[find(name.rawSpan.clamped(start...), value)] != 0 { return true }
        }
        return false
    }

    /// The slot of `name`, or the free one where it would go; at least half of the slots are free.
    private func find(_ name: RawSpan, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            if bytes.rawSpan.clamped(range(of: Int(slots[slot]))).hasSameBytes(as: name) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Where the name with this number, from 1, is in the buffer.
    private func range(of number: Int) -> Range<Int> { Int(ends[number - 1])..<Int(ends[number]) }

    /// The slot where the name with this number, from 1, is or would go.
    private func slot(of number: Int) -> Int {
        let name = bytes.rawSpan.clamped(range(of: number))
        return find(name, NameHash.whole(name, seed))
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(16, slots.count * 2))
        for number in 1..<max(1, ends.count) {
            let slot = slot(of: number)
            slots[slot] = UInt32(truncatingIfNeeded: number)
        }
    }
}

/// A list of a rule file, compiled once and shared by all rules that name it.
struct NamedList: Sendable {
    /// What the entries of a list are; the words of `type`.
    enum Kind: String, Sendable, CaseIterable { case exact, suffix, cidr }

    /// What the entries are.
    let kind: Kind
    /// The name of the list, for explanations.
    let name: String
    /// The position of the list: no other is there.
    let position: SourcePosition
    /// The names of an `exact` or `suffix` list.
    var names = NameSet()
    /// The names that are excepted.
    var exceptNames = NameSet()
    /// The blocks of a `cidr` list.
    var prefixes = PrefixSet()
    /// The blocks that are excepted.
    var exceptPrefixes = PrefixSet()

    /// Whether the list holds the text.
    func contains(_ text: String) -> Bool {
        switch kind {
        case .exact: names.contains(text) && !exceptNames.contains(text)
        case .suffix: names.containsSuffix(of: text) && !exceptNames.containsSuffix(of: text)
        case .cidr: IPAddress(text).map(contains) ?? false
        }
    }

    /// Whether the list holds the address.
    func contains(_ address: IPAddress) -> Bool {
        kind == .cidr
            ? prefixes.contains(address) && !exceptPrefixes.contains(address) : contains(address.description)
    }
}

/// A set of address blocks. Cost of a look-up: one hash for each length of prefix that occurs.
struct PrefixSet: Sendable {
    private var blocks: [Int: Set<IPAddress>] = [:]
    private var blocks6: [Int: Set<IPAddress>] = [:]

    /// An empty set.
    init() {}

    /// The blocks of `prefixes`.
    init(_ prefixes: some Sequence<AddressPrefix>) {
        for prefix in prefixes { insert(prefix) }
    }

    /// The number of blocks.
    var count: Int { blocks.values.reduce(0) { $0 + $1.count } + blocks6.values.reduce(0) { $0 + $1.count } }

    /// Every block, in no order that means anything.
    var members: [AddressPrefix] {
        let four = blocks.flatMap { length, addresses in
            addresses.compactMap { AddressPrefix($0, length: length - Self.mappedBits) }
        }
        return four
            + blocks6.flatMap { length, addresses in addresses.compactMap { AddressPrefix($0, length: length) } }
    }

    /// Adds a block.
    mutating func insert(_ prefix: AddressPrefix) {
        if prefix.address.isIPv4 {
            blocks[prefix.length + Self.mappedBits, default: []].insert(prefix.address)
        } else {
            blocks6[prefix.length, default: []].insert(prefix.address)
        }
    }

    /// Whether a block holds `address`.
    func contains(_ address: IPAddress) -> Bool {
        (address.isIPv4 ? blocks : blocks6).contains { $0.value.contains(address.masked(to: $0.key)) }
    }

    private static let mappedBits = 96
}
