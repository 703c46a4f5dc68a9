import Bytes
import Vendors

/// A table of many address blocks, asked for random addresses of which half are in one.
struct PrefixBench {
    private let table: PrefixTable

    init(_ count: Int) {
        var dice = Dice(3)
        let lengths = [16, 20, 22, 24, 24, 24, 28, 32]
        table = PrefixTable(
            (0..<count).compactMap { number in
                let address = IPAddress(ipv4: UInt32(dice.below(1 << 31)))
                return AddressPrefix(address, length: lengths[number % lengths.count])
                    .map { (prefix: $0, value: UInt32(number)) }
            })
    }

    /// Asks for the first `count` of 40,000 addresses.
    func ask(_ count: Int) -> Int {
        var dice = Dice(5)
        let addresses = (0..<40_000).map { _ in IPAddress(ipv4: UInt32(dice.below(1 << 32))) }
        return addresses.prefix(count).count { table.match($0) != nil }
    }
}
