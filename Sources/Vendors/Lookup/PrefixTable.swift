public import Bytes

/// Address blocks with a number each: the longest block that holds an address, or every block that does.
///
/// Made once and never changed. Blocks are apart or inside one another, so they cut the addresses into segments, and one
/// search through those finds the longest; each block knows the one around it. Some ten instructions for each doubling
/// of the blocks; 12 bytes a block of IPv4 and 40 of IPv6, at most twice that where blocks are nested.
public struct PrefixTable: Sendable {
    private let segments4: SegmentTable<UInt32>
    private let segments6: SegmentTable<UInt128>
    /// For each block its number, and the block around it.
    private var blocks: [(value: UInt32, outer: UInt32)] = []

    /// A table of nothing.
    public init() {
        self.init([])
    }

    /// The table of `blocks`, each with its number; of two numbers for one block the later one stays.
    public init(_ blocks: some Sequence<(prefix: AddressPrefix, value: UInt32)>) {
        var places: [AddressPrefix: UInt32] = [:]
        var four: [SegmentTable<UInt32>.Block] = []
        var six: [SegmentTable<UInt128>.Block] = []
        var known: [(value: UInt32, outer: UInt32)] = []
        for (prefix, value) in blocks {
            if let place = places[prefix] {
                known[Int(place)].value = value
                continue
            }
            let owner = UInt32(clamping: known.count)
            places[prefix] = owner
            known.append((value, SegmentTable<UInt32>.noOwner))
            if prefix.address.isIPv4 {
                let rest = UInt32.max >> UInt32(prefix.length)
                four.append(.init(first: prefix.address.ipv4, last: prefix.address.ipv4 | rest, owner: owner))
            } else {
                let first = Self.number(prefix.address)
                six.append(.init(first: first, last: first | UInt128.max >> UInt128(prefix.length), owner: owner))
            }
        }
        segments4 = SegmentTable(four) { known[Int($0)].outer = $1 }
        segments6 = SegmentTable(six) { known[Int($0)].outer = $1 }
        self.blocks = known
    }

    /// The number of blocks.
    public var count: Int { blocks.count }

    /// The number of the longest block that holds `address`. No allocation.
    public func match(_ address: IPAddress) -> UInt32? {
        let owner = owner(of: address)
        return owner == SegmentTable<UInt32>.noOwner ? nil : blocks[Int(owner)].value
    }

    /// Appends the numbers of all blocks that hold `address`, the longest first. No allocation but the array's growth.
    public func append(to numbers: inout [UInt32], holding address: IPAddress) {
        var owner = owner(of: address)
        while owner != SegmentTable<UInt32>.noOwner {
            numbers.append(blocks[Int(owner)].value)
            owner = blocks[Int(owner)].outer
        }
    }

    private func owner(of address: IPAddress) -> UInt32 {
        address.isIPv4 ? segments4.owner(of: address.ipv4) : segments6.owner(of: Self.number(address))
    }

    private static func number(_ address: IPAddress) -> UInt128 { UInt128(address.high) << 64 | UInt128(address.low) }
}
