public import Bytes

extension PacketDecoder {
    /// Every link layer but Ethernet.
    @usableFromInline
    static func otherLink(
        _ link: LinkType, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        switch link {
        case .raw, .ipv4, .ipv6:
            return try ipByVersion(&reader, walk: &walk, into: &packet)
        case .null, .loop:
            // The family's number and byte order are the capturing system's; the IP version says the same surely.
            try reader.skip(4)
            return try ipByVersion(&reader, walk: &walk, into: &packet)
        case .linuxCooked:
            let header: FixedBytes<16> = try reader.take()
            return try cooked(
                header.uint16(at: 14), hardware: header.uint16(at: 2), &reader, walk: &walk, into: &packet)
        case .linuxCooked2:
            let header: FixedBytes<20> = try reader.take()
            return try cooked(header.uint16(at: 0), hardware: header.uint16(at: 8), &reader, walk: &walk, into: &packet)
        case .ppp:
            return try ppp(&reader, walk: &walk, into: &packet)
        case .ciscoHDLC:
            return try ciscoHDLC(&reader, walk: &walk, into: &packet)
        case .radiotap:
            return try radiotap(&reader, walk: &walk, into: &packet)
        case .wifi:
            return try wifi(&reader, walk: &walk, into: &packet)
        default:
            return try rareLink(link, &reader, walk: &walk, into: &packet)
        }
    }

    /// Cisco HDLC: an address byte, a control byte and an EtherType.
    static func ciscoHDLC(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<4> = try reader.take()
        return try etherType(header.uint16(at: 2), &reader, walk: &walk, into: &packet)
    }

    /// IP of either version, told by its first four bits; anything else is no IP.
    static func ipByVersion(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard let first = reader.remaining.byte(at: 0) else { throw .truncated }
        switch first >> 4 {
        case 4: return try ipv4(&reader, walk: &walk, into: &packet)
        case 6: return try ipv6(&reader, walk: &walk, into: &packet)
        default: return .ignored(.nonIP)
        }
    }

    /// Linux cooked capture: the protocol is an EtherType where the hardware is a network (packet(7); LINKTYPE_LINUX_SLL).
    private static func cooked(
        _ type: UInt16, hardware: UInt16, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let netlink: UInt16 = 824
        guard hardware != netlink else { return .ignored(.nonIP) }
        return try etherType(type, &reader, walk: &walk, into: &packet)
    }

    /// PPP (RFC 1661, RFC 1662): address and control bytes may be left out, the protocol field may be one byte.
    static func ppp(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        if reader.remaining.uint16(at: 0) == 0xFF03 { try reader.skip(2) }
        var type = UInt16(try reader.uint8())
        if type & 1 == 0 { type = type << 8 | UInt16(try reader.uint8()) }
        switch type {
        case 0x0021: return try ipv4(&reader, walk: &walk, into: &packet)
        case 0x0057: return try ipv6(&reader, walk: &walk, into: &packet)
        case 0x0281, 0x0283: return try mpls(&reader, walk: &walk, into: &packet)
        default: return .ignored(.nonIP)
        }
    }

    /// The radiotap header, of which only its length matters (radiotap.org).
    private static func radiotap(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<4> = try reader.take()
        // The one little-endian length on the way.
        let length = Int(header.uint16(at: 2).byteSwapped)
        guard length >= 4 else { throw .malformed }
        try reader.skip(length &- 4)
        return try wifi(&reader, walk: &walk, into: &packet)
    }

    /// An IEEE 802.11 data frame with an LLC/SNAP payload (IEEE 802.11-2020 section 9.3.2.1).
    static func wifi(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let control = try reader.uint16()
        let isData = control >> 8 & 0x0C == 0x08
        guard isData, control >> 8 & 0x40 == 0 else { return .ignored(.noPayload) }
        let isProtected = control & 0x40 != 0
        guard !isProtected else { return .ignored(.unsupportedEncapsulation) }
        try reader.skip(22)
        let hasFourAddresses = control & 0x03 == 0x03
        if hasFourAddresses { try reader.skip(6) }
        let hasQoS = control >> 8 & 0x80 != 0
        if hasQoS { try reader.skip(2) }
        let isOrdered = control & 0x80 != 0
        if hasQoS && isOrdered { try reader.skip(4) }
        return try logicalLink(&reader, walk: &walk, into: &packet)
    }

    /// An IEEE 802.2 LLC header; only SNAP with an EtherType is followed (RFC 1042).
    static func logicalLink(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard reader.remaining.uint32(at: 0).map({ $0 >> 8 }) == 0xAAAA03 else { return .ignored(.nonIP) }
        let header: FixedBytes<8> = try reader.take()
        let type = header.uint16(at: 6)
        // A length in the type's place would be another LLC header, and so on without a bound.
        guard type >= EtherType.smallest else { return .ignored(.nonIP) }
        return try etherType(type, &reader, walk: &walk, into: &packet)
    }
}
