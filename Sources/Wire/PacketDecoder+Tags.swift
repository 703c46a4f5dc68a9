import Bytes

/// Tags and encapsulations that are between Ethernet and IP in switches, rings and service chains.
extension PacketDecoder {
    /// Every EtherType that `otherEtherType` does not read itself.
    static func rareEtherType(
        _ type: UInt16, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        switch type {
        case EtherType.ciscoMetadata:
            return try behindTag(of: 8, &reader, walk: &walk, into: &packet)
        case EtherType.vnTag, EtherType.highAvailability, EtherType.redundancy:
            return try behindTag(of: 6, &reader, walk: &walk, into: &packet)
        case EtherType.bridgePortExtension:
            return try behindTag(of: 8, &reader, walk: &walk, into: &packet)
        case EtherType.vlan9200, EtherType.vlan9300:
            let tag: FixedBytes<4> = try reader.take()
            packet.envelope.addVLAN(tag.uint16(at: 0) & 0x0FFF)
            return try tagged(tag.uint16(at: 2), &reader, walk: &walk, into: &packet)
        case EtherType.serviceHeader:
            return try serviceHeader(&reader, walk: &walk, into: &packet)
        case EtherType.trill:
            return try trill(&reader, walk: &walk, into: &packet)
        case EtherType.fabricPath:
            return .ignored(.unsupportedEncapsulation)
        default:
            return .ignored(.nonIP)
        }
    }

    /// A tag of `size` bytes whose last two are the EtherType of what follows.
    private static func behindTag(
        of size: Int, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        try reader.skip(size &- 2)
        return try tagged(try reader.uint16(), &reader, walk: &walk, into: &packet)
    }

    /// A network service header (RFC 8300 section 2): its length in words, and what follows.
    static func serviceHeader(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard packet.envelope.depth < depthLimit else { return .ignored(.tooDeep) }
        let header: FixedBytes<8> = try reader.take()
        guard header.uint8(at: 0) >> 6 == 0 else { return .ignored(.unsupportedEncapsulation) }
        let words = Int(header.uint8(at: 1) & 0x3F)
        guard words >= 2 else { throw .malformed }
        try reader.skip(words &* 4 &- 8)
        packet.envelope.add(.nsh, identifier: header.uint32(at: 4) >> 8)
        return try nextProtocol(header.uint8(at: 3), &reader, walk: &walk, into: &packet)
    }

    /// What a next-protocol number announces, the same in NSH (RFC 8300 section 2.2) and in VXLAN-GPE.
    static func nextProtocol(
        _ number: UInt8, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        switch number {
        case 1: return try ipv4(&reader, walk: &walk, into: &packet)
        case 2: return try ipv6(&reader, walk: &walk, into: &packet)
        case 3: return try bridged(&reader, walk: &walk, into: &packet)
        case 4: return try serviceHeader(&reader, walk: &walk, into: &packet)
        case 5: return try mpls(&reader, walk: &walk, into: &packet)
        default: return .ignored(.unsupportedEncapsulation)
        }
    }

    /// A TRILL header with its options, and the Ethernet frame inside (RFC 6325 section 3).
    private static func trill(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<6> = try reader.take()
        let control = header.uint16(at: 0)
        guard control >> 14 == 0 else { return .ignored(.unsupportedEncapsulation) }
        let optionWords = Int(control >> 6 & 0x1F)
        try reader.skip(optionWords &* 4)
        packet.envelope.add(.trill)
        return try bridged(&reader, walk: &walk, into: &packet)
    }
}

extension EtherType {
    /// Cisco VN-tag.
    static var vnTag: UInt16 { 0x8926 }
    /// E-tag (IEEE 802.1BR).
    static var bridgePortExtension: UInt16 { 0x893F }
    /// High-availability seamless redundancy (IEC 62439-3).
    static var highAvailability: UInt16 { 0x892F }
    /// R-tag of frame replication (IEEE 802.1CB).
    static var redundancy: UInt16 { 0xF1C1 }
    /// QinQ before 802.1ad, of some vendors.
    static var vlan9200: UInt16 { 0x9200 }
    static var vlan9300: UInt16 { 0x9300 }
    /// Network service header (RFC 8300).
    static var serviceHeader: UInt16 { 0x894F }
    /// RFC 6325.
    static var trill: UInt16 { 0x22F3 }
    /// Cisco FabricPath, whose frames are not read.
    static var fabricPath: UInt16 { 0x8903 }
}
