public import Bytes

extension PacketDecoder {
    /// The fragment that an IPv4 header announces.
    @usableFromInline
    static func ipv4Fragment(
        _ header: IPv4Header, _ reader: borrowing ByteReader, walk: Walk, packet: Packet
    ) -> Decoded {
        .fragment(
            Fragment(
                source: packet.source, destination: packet.destination,
                identification: UInt32(header.identification), transport: header.transport,
                offset: header.fragmentOffset, hasMore: header.hasMoreFragments,
                payload: rest(reader, walk), payloadLength: max(0, walk.wireEnd &- reader.position),
                envelope: packet.envelope, tunnel: packet.notes.contains(.carried) ? packet.tunnel : nil))
    }

    /// The extension headers of IPv6, and what is after them.
    @usableFromInline
    static func ipv6Extended(
        _ next: IPProtocol, _ reader: inout ByteReader, walk: inout Walk, into packet: inout Packet
    ) throws(ParseError) -> Decoded {
        let extensions = try IPv6Extensions(&reader, first: next)
        guard !extensions.areTooMany else { return .ignored(.tooDeep) }
        guard let fragment = extensions.fragment else {
            return try transport(extensions.transport, &reader, walk: &walk, into: &packet)
        }
        return .fragment(
            Fragment(
                source: packet.source, destination: packet.destination, identification: fragment.identification,
                transport: extensions.transport, offset: fragment.offset, hasMore: fragment.hasMore,
                payload: rest(reader, walk), payloadLength: max(0, walk.wireEnd &- reader.position),
                envelope: packet.envelope, tunnel: packet.notes.contains(.carried) ? packet.tunnel : nil))
    }

    /// Decodes the payload of an IP packet that was put together from its fragments.
    ///
    /// `payload` is the whole payload; `packet` comes out as if the packet had come in one piece, with ranges of
    /// `payload`. `fragment` is any of the pieces.
    public static func decode(reassembled payload: RawSpan, of fragment: Fragment, into packet: inout Packet) -> Decoded
    {
        packet.envelope = fragment.envelope
        packet.notes = fragment.tunnel == nil ? [] : .carried
        if let tunnel = fragment.tunnel { packet.tunnel = tunnel }
        packet.source = fragment.source
        packet.destination = fragment.destination
        packet.ipOffset = -1
        packet.ipLength = payload.byteCount &+ (fragment.source.isIPv4 ? 20 : 40)
        var walk = Walk(wireLength: payload.byteCount)
        var reader = ByteReader(payload)
        fence(payload.byteCount, &reader, walk: &walk)
        do throws(ParseError) {
            if fragment.source.isIPv4 { return try transport(fragment.transport, &reader, walk: &walk, into: &packet) }
            return try ipv6Extended(fragment.transport, &reader, walk: &walk, into: &packet)
        } catch {
            return .malformed(walk.layer)
        }
    }

    private static func rest(_ reader: borrowing ByteReader, _ walk: Walk) -> ByteRange {
        ByteRange(offset: reader.position, count: max(0, walk.end &- reader.position))
    }
}
