public import Bytes

extension PacketDecoder {
    /// Whether a UDP packet's ports are those of a tunnel; a few comparisons on the fast path.
    @inlinable @inline(__always)
    static func mayBeTunnel(_ packet: Packet) -> Bool {
        switch packet.destinationPort {
        case TunnelPort.vxlan, TunnelPort.oldVXLAN, TunnelPort.geneve, TunnelPort.gtpu, TunnelPort.teredo,
            TunnelPort.l2tp, TunnelPort.greInUDP, TunnelPort.vxlanGPE, TunnelPort.mplsInUDP, TunnelPort.tzsp,
            TunnelPort.gue, TunnelPort.lisp:
            true
        default:
            packet.sourcePort == TunnelPort.teredo || packet.sourcePort == TunnelPort.l2tp
        }
    }

    /// Enters a tunnel over UDP where its header and what is in it hold; otherwise the packet stays as it is, for a
    /// port alone proves nothing.
    @usableFromInline
    static func udpTunnel(_ reader: borrowing ByteReader, walk: Walk, into packet: inout Packet) -> Decoded {
        guard packet.envelope.depth < depthLimit else { return .packet }
        var inner = packet
        inner.noteTunnel()
        var innerWalk = walk
        var innerReader = copy reader
        do throws(ParseError) {
            let decoded = try enter(packet, &innerReader, walk: &innerWalk, into: &inner)
            switch decoded {
            case .packet:
                packet = inner
                return .packet
            case .fragment, .ignored(.tooDeep):
                return decoded
            case .ignored, .malformed:
                return .packet
            }
        } catch {
            return .packet
        }
    }

    private static func enter(
        _ outer: Packet, _ reader: inout ByteReader, walk: inout Walk, into inner: inout Packet
    ) throws(ParseError) -> Decoded {
        switch outer.destinationPort {
        case TunnelPort.vxlan, TunnelPort.oldVXLAN: return try vxlan(&reader, walk: &walk, into: &inner)
        case TunnelPort.geneve: return try geneve(&reader, walk: &walk, into: &inner)
        case TunnelPort.gtpu: return try gtpu(&reader, walk: &walk, into: &inner)
        case TunnelPort.l2tp: return try l2tp(&reader, walk: &walk, into: &inner)
        case TunnelPort.greInUDP: return try otherTransport(.gre, &reader, walk: &walk, into: &inner)
        case TunnelPort.vxlanGPE: return try vxlanGPE(&reader, walk: &walk, into: &inner)
        case TunnelPort.mplsInUDP: return try mpls(&reader, walk: &walk, into: &inner)
        case TunnelPort.tzsp: return try tzsp(&reader, walk: &walk, into: &inner)
        case TunnelPort.gue: return try gue(&reader, walk: &walk, into: &inner)
        case TunnelPort.lisp: return try lisp(&reader, walk: &walk, into: &inner)
        default:
            if outer.sourcePort == TunnelPort.l2tp { return try l2tp(&reader, walk: &walk, into: &inner) }
            return try teredo(&reader, walk: &walk, into: &inner)
        }
    }

    /// VXLAN (RFC 7348 section 5).
    private static func vxlan(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<8> = try reader.take()
        guard header.uint8(at: 0) & 0x08 != 0 else { throw .malformed }
        packet.envelope.add(.vxlan, identifier: header.uint32(at: 4) >> 8)
        return try bridged(&reader, walk: &walk, into: &packet)
    }

    /// Geneve (RFC 8926 section 3.4).
    private static func geneve(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<8> = try reader.take()
        guard header.uint8(at: 0) >> 6 == 0 else { throw .unsupported }
        packet.envelope.add(.geneve, identifier: header.uint32(at: 4) >> 8)
        try reader.skip(Int(header.uint8(at: 0) & 0x3F) &* 4)
        return try etherType(header.uint16(at: 2), &reader, walk: &walk, into: &packet)
    }

    /// GTP-U version 1, a T-PDU (3GPP TS 29.281 section 5.1).
    private static func gtpu(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<8> = try reader.take()
        let flags = header.uint8(at: 0)
        guard flags >> 4 == 0x3, header.uint8(at: 1) == 255 else { throw .unsupported }
        packet.envelope.add(.gtpu, identifier: header.uint32(at: 4))
        if flags & 0x07 != 0 {
            let options: FixedBytes<4> = try reader.take()
            var next = options.uint8(at: 3)
            for _ in 0..<8 where next != 0 {
                let length = Int(try reader.uint8()) &* 4
                guard length > 0 else { throw .malformed }
                try reader.skip(length &- 2)
                next = try reader.uint8()
            }
        }
        return try ipByVersion(&reader, walk: &walk, into: &packet)
    }

    /// Teredo: IPv6 in UDP, behind an authentication and an origin header where they are (RFC 4380 section 5.1.1).
    private static func teredo(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        if reader.remaining.uint16(at: 0) == 1 {
            let header: FixedBytes<4> = try reader.take()
            try reader.skip(Int(header.uint8(at: 2)) &+ Int(header.uint8(at: 3)) &+ 9)
        }
        if reader.remaining.uint16(at: 0) == 0 { try reader.skip(8) }
        packet.envelope.add(.teredo)
        return try ipv6(&reader, walk: &walk, into: &packet)
    }

    /// L2TP version 2 data messages (RFC 2661 section 3.1).
    private static func l2tp(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let flags = try reader.uint16()
        let isControl = flags & 0x8000 != 0
        guard flags & 0x000F == 2, !isControl else { throw .unsupported }
        let hasLength = flags & 0x4000 != 0
        let hasSequence = flags & 0x0800 != 0
        let hasOffset = flags & 0x0200 != 0
        if hasLength { try reader.skip(2) }
        let session = try reader.uint32()
        if hasSequence { try reader.skip(4) }
        if hasOffset { try reader.skip(Int(try reader.uint16())) }
        packet.envelope.add(.l2tp, identifier: session)
        return try ppp(&reader, walk: &walk, into: &packet)
    }
}

/// UDP ports of tunnels (IANA).
@usableFromInline
enum TunnelPort {
    @inlinable static var vxlan: UInt16 { 4789 }
    /// Linux's first choice, still its default.
    @inlinable static var oldVXLAN: UInt16 { 8472 }
    @inlinable static var geneve: UInt16 { 6081 }
    @inlinable static var gtpu: UInt16 { 2152 }
    @inlinable static var teredo: UInt16 { 3544 }
    @inlinable static var l2tp: UInt16 { 1701 }
    /// GRE in UDP (RFC 8086).
    @inlinable static var greInUDP: UInt16 { 4754 }
    @inlinable static var vxlanGPE: UInt16 { 4790 }
    /// RFC 7510.
    @inlinable static var mplsInUDP: UInt16 { 6635 }
    @inlinable static var tzsp: UInt16 { 37008 }
    @inlinable static var gue: UInt16 { 6080 }
    /// RFC 6830 section 5.
    @inlinable static var lisp: UInt16 { 4341 }
}
