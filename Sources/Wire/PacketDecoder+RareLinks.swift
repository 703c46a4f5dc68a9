import Bytes

/// Link types that few captures have: variants of PPP, and headers that a capturing system puts before the frame
/// (tcpdump.org/linktypes.html has each layout).
extension PacketDecoder {
    /// Every link type that `otherLink` does not read itself.
    static func rareLink(
        _ link: LinkType, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        switch link {
        case .pppOverHDLC: return try pppOrHDLC(&reader, walk: &walk, into: &packet)
        case .pppOverEthernet: return try pppoe(&reader, walk: &walk, into: &packet)
        case .pppd, .pppWithDirection, .ciscoHDLCWithDirection:
            return try directed(link, &reader, walk: &walk, into: &packet)
        case .atm: return try logicalLink(&reader, walk: &walk, into: &packet)
        case .mpls: return try mpls(&reader, walk: &walk, into: &packet)
        case .enc:
            try reader.skip(12)
            return try ipByVersion(&reader, walk: &walk, into: &packet)
        case .mpacket, .netAnalyzer, .netAnalyzerTransparent:
            try reader.skip(link == .mpacket ? 8 : link == .netAnalyzer ? 4 : 12)
            return try bridged(&reader, walk: &walk, into: &packet)
        case .prism, .avs: return try prism(&reader, walk: &walk, into: &packet)
        case .nflog: return try nflog(&reader, walk: &walk, into: &packet)
        case .pktap: return try pktap(&reader, walk: &walk, into: &packet)
        case .ppi: return try ppi(&reader, walk: &walk, into: &packet)
        default: return .ignored(.unsupportedLink)
        }
    }

    /// LINKTYPE_PPP_HDLC: Cisco HDLC where the first byte is one of its two addresses, otherwise PPP (RFC 1662).
    private static func pppOrHDLC(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let first = reader.remaining.byte(at: 0)
        let isCisco = first == 0x0F || first == 0x8F
        return isCisco
            ? try ciscoHDLC(&reader, walk: &walk, into: &packet) : try ppp(&reader, walk: &walk, into: &packet)
    }

    /// A direction byte, then PPP or Cisco HDLC. LINKTYPE_PPP_PPPD has it in place of PPP's address byte.
    private static func directed(
        _ link: LinkType, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        try reader.skip(1)
        if link == .ciscoHDLCWithDirection { return try ciscoHDLC(&reader, walk: &walk, into: &packet) }
        if link == .pppd, reader.remaining.byte(at: 0) == 0x03 { try reader.skip(1) }
        return try ppp(&reader, walk: &walk, into: &packet)
    }

    /// A Prism header of 144 bytes, or an AVS header, which has a magic number and its length, before IEEE 802.11.
    private static func prism(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let bytes = reader.remaining
        let isAVS = bytes.uint32(at: 0).map { $0 & 0xFFFF_FFF0 == 0x8021_1000 } ?? false
        let length = isAVS ? Int(bytes.uint32(at: 4) ?? 0) : 144
        guard length >= 8 else { throw .malformed }
        try reader.skip(length)
        return try wifi(&reader, walk: &walk, into: &packet)
    }

    /// LINKTYPE_NFLOG: attributes of netlink, whose numbers have the byte order of the capturing machine. The packet
    /// is an attribute too; no type has a number above 255, so that the zero byte tells the order.
    private static func nflog(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        try reader.skip(4)
        while true {
            let header: FixedBytes<4> = try reader.take()
            let isLittle = header.uint8(at: 3) == 0
            let length = Int(isLittle ? header.uint16(at: 0).byteSwapped : header.uint16(at: 0))
            let type = isLittle ? header.uint8(at: 2) : header.uint8(at: 3)
            let payloadAttribute: UInt8 = 9
            if type == payloadAttribute { return try ipByVersion(&reader, walk: &walk, into: &packet) }
            // Attributes are padded to four bytes; one has at least its own header, so that each turn moves on.
            guard length >= 4 else { throw .malformed }
            try reader.skip((length &+ 3) & ~3 &- 4)
        }
    }

    /// LINKTYPE_PKTAP: a header that says how long it is and which link type follows, little-endian on all of
    /// Apple's current systems.
    private static func pktap(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<12> = try reader.take()
        let length = Int(header.uint32(at: 0).byteSwapped)
        let next = header.uint32(at: 4).byteSwapped
        guard length >= 12 else { throw .malformed }
        guard next != 0 else { return .ignored(.noPayload) }
        try reader.skip(length &- 12)
        return try wrapped(header.uint32(at: 8).byteSwapped, &reader, walk: &walk, into: &packet)
    }

    /// LINKTYPE_PPI: version, flags, a little-endian length and link type.
    private static func ppi(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<8> = try reader.take()
        let length = Int(header.uint16(at: 2).byteSwapped)
        guard length >= 8 else { throw .malformed }
        try reader.skip(length &- 8)
        return try wrapped(header.uint32(at: 4).byteSwapped, &reader, walk: &walk, into: &packet)
    }

    /// The frame after a header that names its link type; another such header inside would recurse, and is not read.
    private static func wrapped(
        _ dlt: UInt32, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        // DLT_RAW has another number than LINKTYPE_RAW.
        let link: LinkType = dlt == 12 || dlt == 14 ? .raw : LinkType(rawValue: UInt16(clamping: dlt))
        guard link != .pktap, link != .ppi else { return .ignored(.unsupportedLink) }
        if link == .ethernet { return try bridged(&reader, walk: &walk, into: &packet) }
        return try otherLink(link, &reader, walk: &walk, into: &packet)
    }
}
