public import Bytes

extension PacketDecoder {
    /// Every EtherType but IP and VLAN tags: encapsulations are passed through, the rest is no IP.
    @usableFromInline
    static func otherEtherType(
        _ type: UInt16, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard packet.envelope.depth < depthLimit else { return .ignored(.tooDeep) }
        switch type {
        case EtherType.mpls, EtherType.mplsMulticast:
            return try mpls(&reader, walk: &walk, into: &packet)
        case EtherType.pppoeSession:
            return try pppoe(&reader, walk: &walk, into: &packet)
        case EtherType.providerBackbone:
            let tag: FixedBytes<4> = try reader.take()
            packet.envelope.add(.pbb, identifier: tag.uint32(at: 0) & 0x00FF_FFFF)
            return try bridged(&reader, walk: &walk, into: &packet)
        case EtherType.macsec:
            return try macsec(&reader, walk: &walk, into: &packet)
        case EtherType.transparentBridging:
            // Frames may be one inside another by this type alone: each counts, so that none fills the stack.
            packet.envelope.add(.none)
            return try bridged(&reader, walk: &walk, into: &packet)
        case EtherType.ppp:
            return try ppp(&reader, walk: &walk, into: &packet)
        case ..<EtherType.smallest:
            return try logicalLink(&reader, walk: &walk, into: &packet)
        default:
            return try rareEtherType(type, &reader, walk: &walk, into: &packet)
        }
    }

    /// A whole Ethernet frame inside an encapsulation. Called, so that the inlined fast path stays single.
    static func bridged(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard packet.envelope.depth <= depthLimit else { return .ignored(.tooDeep) }
        return try ethernet(&reader, walk: &walk, into: &packet)
    }

    /// What an EtherType inside an encapsulation announces. Called, as `bridged` is.
    static func tagged(
        _ type: UInt16, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard packet.envelope.depth <= depthLimit else { return .ignored(.tooDeep) }
        // A tag in front of a tag would recurse without a tunnel being counted.
        packet.envelope.add(.none)
        return try etherType(type, &reader, walk: &walk, into: &packet)
    }

    /// An MPLS label stack (RFC 3032) and what is after it: IP by its version, or Ethernet with or without a
    /// control word (RFC 4448).
    static func mpls(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard packet.envelope.depth < depthLimit else { return .ignored(.tooDeep) }
        var label: UInt32 = 0
        for _ in 0..<16 {
            label = try reader.uint32()
            if label & 0x100 != 0 { break }
        }
        guard label & 0x100 != 0 else { throw .malformed }
        packet.envelope.add(.mpls, identifier: label >> 12)
        guard let first = reader.remaining.byte(at: 0) else { throw .truncated }
        switch first >> 4 {
        case 4: return try ipv4(&reader, walk: &walk, into: &packet)
        case 6: return try ipv6(&reader, walk: &walk, into: &packet)
        case 0:
            // A control word begins with four zero bits, but so may a MAC address: an IP EtherType decides.
            let hasControlWord = reader.remaining.uint16(at: 16).map(isFollowed) ?? false
            if hasControlWord { try reader.skip(4) }
            return try bridged(&reader, walk: &walk, into: &packet)
        default: return try bridged(&reader, walk: &walk, into: &packet)
        }
    }

    private static func isFollowed(_ type: UInt16) -> Bool {
        type == EtherType.ipv4 || type == EtherType.ipv6 || type == EtherType.vlan || type == EtherType.serviceVLAN
    }

    /// A PPPoE session packet (RFC 2516 section 4).
    static func pppoe(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<6> = try reader.take()
        guard header.uint16(at: 0) == 0x1100 else { return .ignored(.noPayload) }
        packet.envelope.add(.pppoe, identifier: UInt32(header.uint16(at: 2)))
        return try ppp(&reader, walk: &walk, into: &packet)
    }

    /// A MACsec frame (IEEE 802.1AE section 9): followed only where its content is in clear.
    private static func macsec(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let tag: FixedBytes<6> = try reader.take()
        let control = tag.uint8(at: 0)
        let isEncrypted = control & 0x08 != 0
        let isChanged = control & 0x04 != 0
        guard !isEncrypted, !isChanged else { return .ignored(.unsupportedEncapsulation) }
        let hasChannel = control & 0x20 != 0
        if hasChannel { try reader.skip(8) }
        packet.envelope.add(.macsec)
        return try tagged(try reader.uint16(), &reader, walk: &walk, into: &packet)
    }
}
