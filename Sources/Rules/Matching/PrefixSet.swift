import Bytes

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
