import Bytes

/// Tunnels over UDP that few networks have. The caller keeps the outer datagram where one of these does not hold.
extension PacketDecoder {
    /// VXLAN with a next protocol (draft-ietf-nvo3-vxlan-gpe section 3): Ethernet where the P bit is clear.
    static func vxlanGPE(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<8> = try reader.take()
        let flags = header.uint8(at: 0)
        let hasNetwork = flags & 0x08 != 0
        let hasNext = flags & 0x04 != 0
        guard flags & 0x30 == 0, hasNetwork else { throw .unsupported }
        packet.envelope.add(.vxlanGPE, identifier: header.uint32(at: 4) >> 8)
        return try nextProtocol(hasNext ? header.uint8(at: 3) : 3, &reader, walk: &walk, into: &packet)
    }

    /// GUE (draft-ietf-intarea-gue section 3): version 0 has a header that names an IP protocol, version 1 is an IP
    /// packet whose own version makes the first two bits 01.
    static func gue(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        guard let first = reader.remaining.byte(at: 0) else { throw .truncated }
        packet.envelope.add(.gue)
        if first >> 6 == 1 { return try ipByVersion(&reader, walk: &walk, into: &packet) }
        let isControl = first & 0x20 != 0
        guard first >> 6 == 0, !isControl else { throw .unsupported }
        let header: FixedBytes<4> = try reader.take()
        try reader.skip(Int(first & 0x1F) &* 4)
        let next = IPProtocol(rawValue: header.uint8(at: 1))
        guard next != .tcp, next != .udp else { throw .unsupported }
        return try otherTransport(next, &reader, walk: &walk, into: &packet)
    }

    /// TZSP: a header of four bytes, tagged fields up to an end tag, then the frame that was sniffed.
    static func tzsp(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<4> = try reader.take()
        guard header.uint8(at: 0) == 1, header.uint8(at: 1) <= 1 else { throw .unsupported }
        while true {
            let tag = try reader.uint8()
            if tag == 1 { break }
            if tag != 0 { try reader.skip(Int(try reader.uint8())) }
        }
        packet.envelope.add(.tzsp)
        switch header.uint16(at: 2) {
        case 1: return try bridged(&reader, walk: &walk, into: &packet)
        case 18: return try wifi(&reader, walk: &walk, into: &packet)
        default: throw .unsupported
        }
    }

    /// A LISP data packet (RFC 6830 section 5.3): eight bytes, of which the last four hold an instance where the I bit
    /// says so.
    static func lisp(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<8> = try reader.take()
        let hasInstance = header.uint8(at: 0) & 0x08 != 0
        packet.envelope.add(.lisp, identifier: hasInstance ? header.uint32(at: 4) >> 8 : nil)
        return try ipByVersion(&reader, walk: &walk, into: &packet)
    }
}
