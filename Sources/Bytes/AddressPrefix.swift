/// A block of addresses: `10.20.30.0/24`, `2001:db8::/32` (RFC 4632, RFC 4291 section 2.3).
@frozen
public struct AddressPrefix: Hashable, Sendable, BitwiseCopyable {
    /// The first address of the block; every bit past the prefix is zero.
    public let address: IPAddress
    /// The length in bits of the address's own family: 0...32 or 0...128.
    public let length: Int

    /// The block of `length` bits that holds `address`; `nil` if the family has fewer bits.
    public init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= address.bitWidth else { return nil }
        self.length = length
        self.address = address.masked(to: address.isIPv4 ? length + 96 : length)
    }

    /// Reads `address/length`, or a bare address as the block of that one; `nil` if the text is neither.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address, length: address.bitWidth)
            return
        }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]) else { return nil }
        self.init(address, length: length)
    }

    /// Whether `candidate` is in the block. Two masks and a comparison.
    @inlinable
    public func contains(_ candidate: IPAddress) -> Bool {
        guard candidate.isIPv4 == address.isIPv4 else { return false }
        return candidate.masked(to: address.isIPv4 ? length &+ 96 : length) == address
    }
}

extension IPAddress {
    /// The address with every bit past the first `bits` of its sixteen bytes cleared.
    @inlinable
    public func masked(to bits: Int) -> IPAddress {
        // Swift's `<<` on a count of the full width gives zero, so no case needs its own branch.
        let highMask = UInt64.max << UInt64(clamping: 64 &- bits)
        let lowMask = UInt64.max << UInt64(clamping: 128 &- bits)
        return IPAddress(high: high & highMask, low: low & lowMask)
    }
}

extension AddressPrefix: CustomStringConvertible {
    /// The block as `address/length`.
    public var description: String { "\(address)/\(length)" }
}
