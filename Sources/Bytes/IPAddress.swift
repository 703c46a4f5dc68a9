import Glibc

/// An IPv4 or IPv6 address in sixteen bytes; IPv4 is held in its IPv4-mapped form (RFC 4291 section 2.5.5.2).
///
/// Trivial and comparable by value. An IPv6 packet that carries an IPv4-mapped address, which must not appear on the
/// wire, reads as the IPv4 address it names.
@frozen
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    /// The first eight bytes as a big-endian number.
    public var high: UInt64
    /// The last eight bytes as a big-endian number.
    public var low: UInt64

    /// The address of the two halves.
    @inlinable @inline(__always)
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The IPv4 address of the number, whose most significant byte is the first of the dotted form.
    @inlinable @inline(__always)
    public init(ipv4: UInt32) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(ipv4))
    }

    /// Reads the dotted or the colon form (RFC 4291 section 2.2); `nil` if the text is neither.
    ///
    /// The system's own reader decides; a zone (`%eth0`) and a prefix length are not part of an address.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard Self.mayBeAddress(text.utf8.span) else { return nil }
        var v4 = in_addr()
        // Invariant: each call writes one address of its family into memory of just that size.
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            self.init(ipv4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        let read = unsafe withUnsafeMutableBytes(of: &bytes) { unsafe inet_pton(AF_INET6, text, $0.baseAddress) }
        guard read == 1 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(bytes[index])
            low = low << 8 | UInt64(bytes[index &+ 8])
        }
        self.init(high: high, low: low)
    }

    /// Most of what is asked for is a name, and no address: that ends in a digit or has a colon, and no zero byte.
    private static func mayBeAddress(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0, text.count <= 45 else { return false }
        var hasColon = false
        for index in text.indices {
            if text[index] == 0 { return false }
            hasColon = hasColon || text[index] == UInt8(ascii: ":")
        }
        return hasColon || (0x30...0x39).contains(text[text.count &- 1])
    }

    /// Whether this is an IPv4 address.
    @inlinable @inline(__always)
    public var isIPv4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    /// The IPv4 address as a number; meaningless for IPv6.
    @inlinable @inline(__always)
    public var ipv4: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// The number of bits of the address's own family: 32 or 128.
    @inlinable
    public var bitWidth: Int { isIPv4 ? 32 : 128 }

    /// The IPv4 address that a NAT64 gateway reaches by this one: the last 32 bits behind the well-known prefix
    /// 64:ff9b::/96 (RFC 6052 section 2.1). The address itself if it has another prefix.
    public var translated: IPAddress {
        let wellKnown: UInt64 = 0x0064_FF9B_0000_0000
        guard high == wellKnown, low >> 32 == 0 else { return self }
        return IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
    }

    /// Appends the canonical text (RFC 5952 for IPv6) in ASCII to `output`. No allocation but the array's growth.
    public func append(to output: inout [UInt8]) {
        guard isIPv4 else { return appendIPv6(to: &output) }
        output.append(decimal: UInt64(ipv4 >> 24))
        for index in 1..<4 as Range<UInt32> {
            output.append(UInt8(ascii: "."))
            output.append(decimal: UInt64(ipv4 >> (24 &- 8 &* index) & 0xFF))
        }
    }

    private func appendIPv6(to output: inout [UInt8]) {
        var bytes: (UInt64, UInt64) = (high.bigEndian, low.bigEndian)
        unsafe output.append(atMost: Self.textLimit) { target in
            // Invariant: the writer ends its text with a zero inside the bytes for which there is room.
            unsafe target.withMemoryRebound(to: CChar.self, capacity: Self.textLimit) { text in
                unsafe inet_ntop(AF_INET6, &bytes, text, socklen_t(Self.textLimit)) == nil ? 0 : strlen(text)
            }
        }
    }

    /// The most bytes of an address as text, the zero after it included (INET6_ADDRSTRLEN).
    private static var textLimit: Int { 46 }

    @inlinable static var mappedPrefix: UInt64 { 0xFFFF_0000_0000 }
}

extension IPAddress: Comparable {
    /// By number, IPv4 before every global IPv6 address.
    @inlinable @inline(__always)
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.number < right.number
    }

    /// All sixteen bytes as one number: two of them compare in two instructions, without a branch.
    @inlinable @inline(__always)
    var number: UInt128 {
        UInt128(high) << 64 | UInt128(low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text. Cost: an array and a string.
    public var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension IPAddress {
    /// Whether the address is a group's (RFC 5771, RFC 4291 section 2.7) or everyone's on the link (RFC 919).
    public var isMulticast: Bool {
        isIPv4 ? ipv4 >> 28 == 0xE || ipv4 == 0xFFFF_FFFF : high >> 56 == 0xFF
    }

    /// Whether the address belongs to no public network: private use (RFC 1918, RFC 4193), shared (RFC 6598), link-local
    /// (RFC 3927, RFC 4291) and loopback.
    public var isPrivate: Bool {
        if isIPv4 {
            return ipv4 >> 24 == 10 || ipv4 >> 20 == 0xAC1 || ipv4 >> 16 == 0xC0A8 || ipv4 >> 22 == 0x191
                || ipv4 >> 16 == 0xA9FE || ipv4 >> 24 == 127
        }
        return high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 || (high == 0 && low == 1)
    }
}
