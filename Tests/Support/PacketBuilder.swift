public import Bytes

/// Builds packets for tests from the inside out: payload, transport, IP, tunnels, link.
///
/// Each step puts its header in front and remembers how the next layer has to announce it:
/// `PacketBuilder("hi").tcp().ipv4().vlan(7).ethernet().bytes`. Checksums are left zero, as nothing reads them.
public struct PacketBuilder: Sendable {
    /// The bytes so far.
    public private(set) var bytes: [UInt8]
    /// The EtherType that announces them.
    public private(set) var etherType = 0
    /// The IP protocol number that announces them.
    public private(set) var ipProtocol = 0

    /// The client of every packet unless it is set otherwise.
    public static let client = IPAddress(ipv4: 0x0A01_0203)
    /// The server of every packet unless it is set otherwise.
    public static let server = IPAddress(ipv4: 0xC633_6414)
    /// The client over IPv6.
    public static let client6 = IPAddress(high: 0x2001_0DB8_0000_0001, low: 1)
    /// The server over IPv6.
    public static let server6 = IPAddress(high: 0x2001_0DB8_0000_0002, low: 2)

    /// A payload.
    public init(_ payload: [UInt8]) { bytes = payload }

    /// A payload of text.
    public init(_ payload: String) { bytes = Array(payload.utf8) }

    /// The bytes behind `header`, announced as told.
    public func behind(_ header: [UInt8], etherType: Int = 0, ipProtocol: Int = 0) -> PacketBuilder {
        var next = PacketBuilder(header + bytes)
        next.etherType = etherType
        next.ipProtocol = ipProtocol
        return next
    }

    /// The bytes with `trailer` after them, announced as before.
    public func followed(by trailer: [UInt8]) -> PacketBuilder {
        var next = self
        next.bytes += trailer
        return next
    }

    /// A 16-bit number in network byte order, cut to its low bits.
    public static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    /// A 32-bit number in network byte order, cut to its low bits.
    public static func long(_ value: Int) -> [UInt8] { word(value >> 16) + word(value) }

    // MARK: Transport

    /// UDP; `length` in place of the true one if it is given.
    public func udp(from source: Int = 50_000, to destination: Int = 443, length: Int? = nil) -> PacketBuilder {
        let header = Self.word(source) + Self.word(destination) + Self.word(length ?? bytes.count + 8) + [0, 0]
        return behind(header, ipProtocol: 17)
    }

    /// TCP; `options` are padded to four bytes, `offset` is in place of the true data offset if it is given.
    public func tcp(
        from source: Int = 50_000, to destination: Int = 443, sequence: UInt32 = 1000, acknowledgment: UInt32 = 2000,
        flags: UInt8 = 0x18, options: [UInt8] = [], offset: Int? = nil
    ) -> PacketBuilder {
        let padded = options + [UInt8](repeating: 1, count: (4 - options.count % 4) % 4)
        let numbers = Self.long(Int(sequence)) + Self.long(Int(acknowledgment))
        let words = offset ?? 5 + padded.count / 4
        let header = Self.word(source) + Self.word(destination) + numbers
        return behind(header + [UInt8(words << 4 & 0xFF), flags, 0x40, 0, 0, 0, 0, 0] + padded, ipProtocol: 6)
    }

    // MARK: IP

    /// IPv4; `fragment` is the field of flags and offset, `length` is in place of the true one if it is given.
    public func ipv4(
        from source: IPAddress = client, to destination: IPAddress = server, options: [UInt8] = [],
        identification: Int = 0, fragment: Int = 0, length: Int? = nil
    ) -> PacketBuilder {
        let padded = options + [UInt8](repeating: 1, count: (4 - options.count % 4) % 4)
        var header: [UInt8] = [0x45 + UInt8(padded.count / 4), 0]
        header += Self.word(length ?? 20 + padded.count + bytes.count) + Self.word(identification)
        header += Self.word(fragment) + [64, UInt8(ipProtocol), 0, 0]
        header += Self.long(Int(source.ipv4)) + Self.long(Int(destination.ipv4)) + padded
        return behind(header, etherType: 0x0800, ipProtocol: 4)
    }

    /// IPv6; `length` is in place of the true payload length if it is given.
    public func ipv6(
        from source: IPAddress = client6, to destination: IPAddress = server6, length: Int? = nil
    ) -> PacketBuilder {
        var header: [UInt8] = [0x60, 0, 0, 0] + Self.word(length ?? bytes.count) + [UInt8(ipProtocol), 64]
        for half in [source.high, source.low, destination.high, destination.low] {
            header += Self.long(Int(half >> 32)) + Self.long(Int(half & 0xFFFF_FFFF))
        }
        return behind(header, etherType: 0x86DD, ipProtocol: 41)
    }

    /// An IPv6 extension header of the protocol `number` with `units` of eight bytes beyond the first eight.
    public func extensionHeader(_ number: Int, units: Int = 0) -> PacketBuilder {
        let filler = [UInt8](repeating: 0, count: 6 + units * 8)
        return behind([UInt8(ipProtocol), UInt8(units)] + filler, ipProtocol: number)
    }

    /// An IPv6 fragment header; `offset` in bytes.
    public func fragmentHeader(identification: Int, offset: Int = 0, hasMore: Bool = false) -> PacketBuilder {
        let position = offset & 0xFFF8 | (hasMore ? 1 : 0)
        return behind([UInt8(ipProtocol), 0] + Self.word(position) + Self.long(identification), ipProtocol: 44)
    }

    /// An authentication header with a check value of twelve bytes (RFC 4302).
    public func authentication() -> PacketBuilder {
        behind([UInt8(ipProtocol), 4, 0, 0] + [UInt8](repeating: 7, count: 20), ipProtocol: 51)
    }
}
