public import Bytes

/// Decodes a frame down to its innermost TCP or UDP header.
///
/// Stateless: what it knows is in the frame. Ethernet, VLAN tags, IPv4, IPv6, TCP and UDP are in this file and are
/// inlined into the caller; whatever is rarer is called. No allocation. Work is linear in the headers, and encapsulation
/// one inside another is followed to `depthLimit`.
public enum PacketDecoder {
    /// How many tunnels, one inside another, are followed.
    public static let depthLimit: UInt8 = 8

    /// Decodes `frame`, which had `wireLength` bytes before the capture cut it, into `packet`.
    ///
    /// `packet` holds something only where the result is `.packet`; its ranges are of `frame`.
    @inlinable
    public static func decode(
        _ frame: RawSpan, link: LinkType, wireLength: Int, into packet: inout Packet
    ) -> Decoded {
        packet.envelope = Envelope()
        packet.notes = []
        var walk = Walk(wireLength: wireLength)
        var reader = ByteReader(frame)
        do throws(ParseError) {
            if link == .ethernet { return try ethernet(&reader, walk: &walk, into: &packet) }
            return try otherLink(link, &reader, walk: &walk, into: &packet)
        } catch {
            return .malformed(walk.layer)
        }
    }

    /// What the decoder carries from layer to layer beside the packet.
    @frozen
    @usableFromInline
    struct Walk: Sendable {
        /// The frame's length before it was cut.
        @usableFromInline let wireLength: Int
        /// Where the innermost IP packet ends in the frame, as captured.
        @usableFromInline var end = 0
        /// Where it would end had the capture not cut it.
        @usableFromInline var wireEnd: Int
        /// The layer that is being read: the one to blame.
        @usableFromInline var layer = Layer.link

        @inlinable
        init(wireLength: Int) {
            self.wireLength = wireLength
            wireEnd = wireLength
        }
    }

    // MARK: Ethernet

    @inlinable @inline(__always)
    static func ethernet(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let header: FixedBytes<14> = try reader.take()
        return try etherType(header.uint16(at: 12), &reader, walk: &walk, into: &packet)
    }

    @inlinable @inline(__always)
    static func etherType(
        _ first: UInt16, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        var type = first
        while type == EtherType.vlan || type == EtherType.serviceVLAN || type == EtherType.oldServiceVLAN {
            let tag: FixedBytes<4> = try reader.take()
            packet.envelope.addVLAN(tag.uint16(at: 0) & 0x0FFF)
            type = tag.uint16(at: 2)
        }
        switch type {
        case EtherType.ipv4: return try ipv4(&reader, walk: &walk, into: &packet)
        case EtherType.ipv6: return try ipv6(&reader, walk: &walk, into: &packet)
        default: return try otherEtherType(type, &reader, walk: &walk, into: &packet)
        }
    }

    // MARK: IP

    @inlinable @inline(__always)
    static func ipv4(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        walk.layer = .ip
        let start = reader.position
        packet.ipOffset = start
        let header = try IPv4Header(&reader)
        let total = header.totalLength
        // An offloaded segment train has no length: what was sent is what the frame holds.
        packet.ipLength = total == 0 ? walk.wireLength &- start : total
        guard packet.ipLength >= header.headerLength else { throw .malformed }
        if packet.ipLength > walk.wireEnd &- start { clampLength(to: walk.wireEnd &- start, &packet) }
        fence(start &+ packet.ipLength, &reader, walk: &walk)
        packet.source = header.source
        packet.destination = header.destination
        if header.isFragment { return ipv4Fragment(header, reader, walk: walk, packet: packet) }
        return try transport(header.transport, &reader, walk: &walk, into: &packet)
    }

    @inlinable @inline(__always)
    static func ipv6(
        _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        walk.layer = .ip
        let start = reader.position
        packet.ipOffset = start
        let header = try IPv6Header(&reader)
        let length = header.payloadLength
        packet.ipLength = length == 0 ? max(walk.wireLength &- start, 40) : 40 &+ length
        if packet.ipLength > walk.wireEnd &- start { clampLength(to: walk.wireEnd &- start, &packet) }
        fence(start &+ packet.ipLength, &reader, walk: &walk)
        packet.source = header.source
        packet.destination = header.destination
        let next = header.nextHeader
        if next == .tcp || next == .udp { return try transport(next, &reader, walk: &walk, into: &packet) }
        return try ipv6Extended(next, &reader, walk: &walk, into: &packet)
    }

    /// Cuts an IP packet's length to what the frame, or the packet around it, had on the wire: what a header claims beyond
    /// that was never sent. The wire length is the frame's before the capture cut it.
    @usableFromInline
    static func clampLength(to length: Int, _ packet: inout Packet) {
        packet.ipLength = max(0, length)
        packet.notes.insert(.clamped)
    }

    /// Notes where the IP packet ends, on the wire and in what was captured.
    @inlinable @inline(__always)
    static func fence(_ wireEnd: Int, _ reader: inout ByteReader, walk: inout Walk) {
        walk.wireEnd = wireEnd
        walk.end = min(wireEnd, reader.position &+ reader.count)
    }

    // MARK: Transport

    @inlinable @inline(__always)
    static func transport(
        _ transport: IPProtocol, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        switch transport {
        case .tcp:
            walk.layer = .tcp
            let start = reader.position
            let header = try TCPHeader(&reader)
            packet.transport = .tcp
            packet.sourcePort = header.sourcePort
            packet.destinationPort = header.destinationPort
            packet.sequence = header.sequence
            packet.acknowledgment = header.acknowledgment
            packet.flags = header.flags
            packet.headerOffset = start
            try payload(start &+ header.headerLength, walk.wireEnd, walk: walk, into: &packet)
            return .packet
        case .udp:
            walk.layer = .udp
            let start = reader.position
            let header = try UDPHeader(&reader)
            packet.transport = .udp
            packet.sourcePort = header.sourcePort
            packet.destinationPort = header.destinationPort
            packet.sequence = 0
            packet.acknowledgment = 0
            packet.flags = TCPFlags(rawValue: 0)
            let length = header.length
            guard length >= 8 || length == 0 else { throw .malformed }
            try payload(
                reader.position, length == 0 ? walk.wireEnd : min(walk.wireEnd, start &+ length), walk: walk,
                into: &packet)
            if mayBeTunnel(packet) { return udpTunnel(reader, walk: walk, into: &packet) }
            return .packet
        default:
            return try otherTransport(transport, &reader, walk: &walk, into: &packet)
        }
    }

    /// Notes the payload from `start` to `wireEnd`, or to where the capture cut it, be that inside the header.
    @inlinable @inline(__always)
    static func payload(
        _ start: Int, _ wireEnd: Int, walk: Walk, into packet: inout Packet
    ) throws(ParseError) {
        // Headers that end behind the IP packet's end contradict its length.
        guard start <= walk.wireEnd else { throw .malformed }
        packet.payloadLength = max(0, wireEnd &- start)
        packet.payload = ByteRange(offset: min(start, walk.end), count: max(0, min(wireEnd, walk.end) &- start))
    }
}

/// EtherType numbers (IEEE 802 registry), those that are passed through or distinguished.
@usableFromInline
enum EtherType {
    @inlinable static var ipv4: UInt16 { 0x0800 }
    @inlinable static var ipv6: UInt16 { 0x86DD }
    /// IEEE 802.1Q.
    @inlinable static var vlan: UInt16 { 0x8100 }
    /// IEEE 802.1ad.
    @inlinable static var serviceVLAN: UInt16 { 0x88A8 }
    /// QinQ before 802.1ad.
    @inlinable static var oldServiceVLAN: UInt16 { 0x9100 }
    @inlinable static var transparentBridging: UInt16 { 0x6558 }
    @inlinable static var mpls: UInt16 { 0x8847 }
    @inlinable static var mplsMulticast: UInt16 { 0x8848 }
    @inlinable static var pppoeSession: UInt16 { 0x8864 }
    @inlinable static var macsec: UInt16 { 0x88E5 }
    @inlinable static var providerBackbone: UInt16 { 0x88E7 }
    @inlinable static var erspan: UInt16 { 0x88BE }
    @inlinable static var erspan3: UInt16 { 0x22EB }
    @inlinable static var ppp: UInt16 { 0x880B }
    /// Cisco metadata (CMD), a tag before the real type.
    @inlinable static var ciscoMetadata: UInt16 { 0x8909 }
    /// Values below are lengths (IEEE 802.3).
    @inlinable static var smallest: UInt16 { 0x0600 }
}
