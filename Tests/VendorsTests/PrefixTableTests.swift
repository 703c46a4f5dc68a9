import Bytes
import Testing
import Vendors

@Suite struct PrefixTableTests {
    @Test func theLongestBlockWinsAndFamiliesAreApart() throws {
        var table = PrefixTable()
        for (value, text) in ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "2001:db8::/32", "0.0.0.0/0"].enumerated() {
            table.insert(try #require(AddressPrefix(text)), value: UInt32(value))
        }
        func match(_ text: String) throws -> UInt32? { table.match(try #require(IPAddress(text))) }
        #expect(try match("10.1.2.3") == 2)
        #expect(try match("10.1.2.4") == 1)
        #expect(try match("10.2.0.0") == 0)
        #expect(try match("11.0.0.0") == 4)
        #expect(try match("2001:db8::1") == 3)
        #expect(try match("2001:db9::1") == nil)
        #expect(table.count == 5)
    }

    @Test func theTableAgreesWithAPlainScanOverRandomBlocks() throws {
        var random = Random(state: 11)
        for _ in 0..<40 {
            var table = PrefixTable()
            var model: [AddressPrefix: UInt32] = [:]
            for value in 0..<UInt32(Int.random(in: 1...80, using: &random)) {
                let address = Self.address(&random)
                let length = Int.random(in: 0...address.bitWidth, using: &random)
                let prefix = try #require(AddressPrefix(address, length: length))
                #expect(table.insert(prefix, value: value) == model.updateValue(value, forKey: prefix))
            }
            for _ in 0..<200 {
                let address = Self.address(&random)
                let longest = model.filter { $0.key.contains(address) }.max { $0.key.length < $1.key.length }
                #expect(table.match(address) == longest?.value)
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
