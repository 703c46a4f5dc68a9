public import Bytes

extension PacketDecoder {
    /// Every IP protocol but TCP and UDP: tunnels are entered, the rest is not followed.
    @usableFromInline
    static func otherTransport(
        _ transport: IPProtocol, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard packet.envelope.depth < depthLimit else { return .ignored(.tooDeep) }
        if transport != .authentication { packet.noteTunnel() }
        switch transport {
        case .ipv4:
            packet.envelope.add(.ipip)
            return try ipv4(&reader, walk: &walk, into: &packet)
        case .ipv6:
            packet.envelope.add(.ip6)
            return try ipv6(&reader, walk: &walk, into: &packet)
        case .gre:
            return try gre(&reader, walk: &walk, into: &packet)
        case .authentication:
            // In IPv6 an extension header; in IPv4 it is where a transport would (RFC 4302 section 2).
            let next = try reader.uint8()
            let length = try reader.uint8()
            try reader.skip(Int(length) &* 4 &+ 6)
            packet.envelope.add(.none)
            return try self.transport(IPProtocol(rawValue: next), &reader, walk: &walk, into: &packet)
        case .mpls:
            return try mpls(&reader, walk: &walk, into: &packet)
        case .etherIP:
            // Version 3 and twelve reserved bits (RFC 3378 section 3).
            guard try reader.uint16() == 0x3000 else { return .ignored(.unsupportedEncapsulation) }
            packet.envelope.add(.etherip)
            return try bridged(&reader, walk: &walk, into: &packet)
        case .ipComp, .l2tp3:
            return .ignored(.unsupportedEncapsulation)
        case .hopByHop, .routing, .fragment, .destinationOptions, .mobility, .hostIdentity, .shim6:
            // Extension headers belong to IPv6 and were passed there.
            return .ignored(.otherTransport)
        default:
            return .ignored(.otherTransport)
        }
    }

    /// GRE version 0 (RFC 2784, RFC 2890, with the routing field of RFC 1701) and version 1 with PPP (RFC 2637).
    private static func gre(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<4> = try reader.take()
        let control = header.uint16(at: 0)
        let type = header.uint16(at: 2)
        let hasChecksum = control & 0x8000 != 0
        let hasRouting = control & 0x4000 != 0
        let hasKey = control & 0x2000 != 0
        let hasSequence = control & 0x1000 != 0
        if control & 0x0007 == 1 { return try pptp(control, &reader, walk: &walk, into: &packet) }
        guard control & 0x0007 == 0 else { return .ignored(.unsupportedEncapsulation) }
        if hasChecksum || hasRouting { try reader.skip(4) }
        let key: UInt32? = hasKey ? try reader.uint32() : nil
        if hasSequence { try reader.skip(4) }
        if hasRouting { try skipSourceRoutes(&reader) }
        if type == EtherType.erspan || type == EtherType.erspan3 {
            packet.envelope.add(.gre, identifier: key)
            return try erspan(type, hasSequence: hasSequence, &reader, walk: &walk, into: &packet)
        }
        packet.envelope.add(.gre, identifier: key)
        return try etherType(type, &reader, walk: &walk, into: &packet)
    }

    /// Source route entries, up to the empty one (RFC 1701).
    private static func skipSourceRoutes(_ reader: inout ByteReader) throws(ParseError) {
        for _ in 0..<16 {
            let entry: FixedBytes<4> = try reader.take()
            let length = Int(entry.uint8(at: 3))
            if length == 0 { return }
            try reader.skip(length)
        }
        throw .malformed
    }

    /// Enhanced GRE, as PPTP uses it (RFC 2637 section 4.1).
    private static func pptp(
        _ control: UInt16, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let lengthAndCall = try reader.uint32()
        packet.envelope.add(.gre, identifier: lengthAndCall & 0xFFFF)
        let hasSequence = control & 0x1000 != 0
        let hasAcknowledgment = control & 0x0080 != 0
        guard hasSequence else { return .ignored(.noPayload) }
        try reader.skip(hasAcknowledgment ? 8 : 4)
        return try ppp(&reader, walk: &walk, into: &packet)
    }

    /// ERSPAN types I (no header), II (8 bytes) and III (12 bytes, 8 more where the O bit says so)
    /// (draft-foschiano-erspan-03 section 4).
    private static func erspan(
        _ type: UInt16, hasSequence: Bool, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        if type == EtherType.erspan3 {
            let header: FixedBytes<12> = try reader.take()
            packet.envelope.add(.erspan, identifier: UInt32(header.uint16(at: 2) & 0x03FF))
            let hasSubheader = header.uint8(at: 11) & 1 != 0
            if hasSubheader { try reader.skip(8) }
        } else if hasSequence {
            let header: FixedBytes<8> = try reader.take()
            packet.envelope.add(.erspan, identifier: UInt32(header.uint16(at: 2) & 0x03FF))
        } else {
            packet.envelope.add(.erspan)
        }
        return try bridged(&reader, walk: &walk, into: &packet)
    }
}
