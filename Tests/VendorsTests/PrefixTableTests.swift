import Bytes
import Testing
import Vendors

@Suite struct PrefixTableTests {
    @Test func theLongestBlockWinsAndFamiliesAreApart() throws {
        let blocks = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "2001:db8::/32", "0.0.0.0/0"]
        let table = PrefixTable(
            try blocks.enumerated().map { (prefix: try #require(AddressPrefix($1)), value: UInt32($0)) })
        func match(_ text: String) throws -> UInt32? { table.match(try #require(IPAddress(text))) }
        #expect(try match("10.1.2.3") == 2)
        #expect(try match("10.1.2.4") == 1)
        #expect(try match("10.2.0.0") == 0)
        #expect(try match("11.0.0.0") == 4)
        #expect(try match("2001:db8::1") == 3)
        #expect(try match("2001:db9::1") == nil)
        #expect(table.count == 5)
        #expect(all(table, "10.1.2.3") == [2, 1, 0, 4])
        #expect(all(table, "2001:db9::1") == [])
        #expect(all(PrefixTable(), "10.1.2.3") == [])
    }

    @Test func theEndsOfAllAddressesAreInTheirBlocks() throws {
        let blocks = ["0.0.0.0/0", "::/0", "255.255.255.255/32", "ffff::/16", "0.0.0.0/32", "::/128"]
        let table = PrefixTable(
            try blocks.enumerated().map { (prefix: try #require(AddressPrefix($1)), value: UInt32($0)) })
        #expect(all(table, "255.255.255.255") == [2, 0])
        #expect(all(table, "0.0.0.0") == [4, 0])
        #expect(all(table, "0.0.0.1") == [0])
        #expect(all(table, "255.255.255.254") == [0])
        #expect(all(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == [3, 1])
        #expect(all(table, "::") == [5, 1])
        #expect(all(table, "::1") == [1])
    }

    private func all(_ table: PrefixTable, _ text: String) -> [UInt32] {
        var numbers: [UInt32] = []
        if let address = IPAddress(text) { table.append(to: &numbers, holding: address) }
        return numbers
    }

    @Test func theTableAgreesWithAPlainScanOverRandomBlocks() throws {
        var random = Random(state: 11)
        for _ in 0..<40 {
            var model: [AddressPrefix: UInt32] = [:]
            var blocks: [(prefix: AddressPrefix, value: UInt32)] = []
            for value in 0..<UInt32(Int.random(in: 1...80, using: &random)) {
                let address = Self.address(&random)
                let length = Int.random(in: 0...address.bitWidth, using: &random)
                let prefix = try #require(AddressPrefix(address, length: length))
                blocks.append((prefix, value))
                model[prefix] = value
            }
            let table = PrefixTable(blocks)
            #expect(table.count == model.count)
            for _ in 0..<200 {
                let address = Self.address(&random)
                let holding = model.filter { $0.key.contains(address) }.sorted { $0.key.length > $1.key.length }
                #expect(table.match(address) == holding.first?.value)
                #expect(all(table, address.description) == holding.map(\.value))
            }
        }
    }

    /// An address out of few, so that blocks hold one another.
    private static func address(_ random: inout Random) -> IPAddress {
        let low = UInt32.random(in: 0...15, using: &random) << 28 | UInt32.random(in: 0...7, using: &random)
        guard Bool.random(using: &random) else { return IPAddress(ipv4: low) }
        return IPAddress(high: 0x2001_0DB8 << 32 | UInt64(low), low: UInt64(low))
    }
}
