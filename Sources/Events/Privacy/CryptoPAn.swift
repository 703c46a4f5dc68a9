public import Bytes
import Crypto
import CryptoExtras

/// Pseudonyms for addresses that keep prefixes: two addresses that share their first n bits have pseudonyms that do, too.
///
/// Crypto-PAn (Xu, Fan, Ammar, Moon, "Prefix-Preserving IP Address Anonymization", ICNP 2002) with AES-128, over 32 bits
/// for IPv4 and over 128 for IPv6. One to one, so that who has the key can go back. It hides who someone is from those
/// without the key, as long as they do not see both sides of some addresses.
public struct CryptoPAn: Sendable {
    private let key: SymmetricKey
    /// What fills the bits that are not looked at.
    private let pad: (high: UInt64, low: UInt64)

    /// From 32 bytes: the key of AES-128, then what the padding is made of. Nothing for another number of bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        key = SymmetricKey(data: Array(bytes.prefix(16)))
        guard let pad = Self.encrypt(Array(bytes.suffix(16)), key) else { return nil }
        self.pad = pad
    }

    /// The pseudonym of `address`, of the same family. Cost: a block of AES a bit.
    public func pseudonym(of address: IPAddress) -> IPAddress {
        map(address) { original, _ in original }
    }

    /// The address whose pseudonym `address` is. The same cost.
    public func original(of address: IPAddress) -> IPAddress {
        map(address) { _, result in result }
    }

    /// Flips each bit of `address` by a function of the original bits before it. Which side is the original, the bits of
    /// `address` or those found so far, `original` says.
    private func map(
        _ address: IPAddress, original: (_ given: (UInt64, UInt64), _ found: (UInt64, UInt64)) -> (UInt64, UInt64)
    ) -> IPAddress {
        let width = address.bitWidth
        let given = address.isIPv4 ? (UInt64(address.ipv4) << 32, 0) : (address.high, address.low)
        var found = given
        for index in 0..<width {
            let (high, low) = original(given, found)
            // The first `index` bits of the original, the rest of the padding.
            let mask = Self.prefixMask(index)
            let block = (high & mask.0 | pad.high & ~mask.0, low & mask.1 | pad.low & ~mask.1)
            guard let output = Self.encrypt(Self.bytes(block), key), output.high >> 63 == 1 else { continue }
            if index < 64 { found.0 ^= 1 << (63 - index) } else { found.1 ^= 1 << (127 - index) }
        }
        return address.isIPv4
            ? IPAddress(ipv4: UInt32(truncatingIfNeeded: found.0 >> 32)) : IPAddress(high: found.0, low: found.1)
    }

    private static func prefixMask(_ count: Int) -> (UInt64, UInt64) {
        // A shift by 64 gives no bits, as it should.
        count <= 64 ? (~(UInt64.max >> count), 0) : (.max, ~(UInt64.max >> (count - 64)))
    }

    private static func encrypt(_ block: [UInt8], _ key: SymmetricKey) -> (high: UInt64, low: UInt64)? {
        var block = block
        guard (try? AES.permute(&block, key: key)) != nil else { return nil }
        return (number(block.prefix(8)), number(block.suffix(8)))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func bytes(_ block: (UInt64, UInt64)) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        for index in 0..<8 {
            bytes[index] = UInt8(truncatingIfNeeded: block.0 >> UInt64(56 - 8 * index))
            bytes[index + 8] = UInt8(truncatingIfNeeded: block.1 >> UInt64(56 - 8 * index))
        }
        return bytes
    }
}
