import Bytes

extension QUICConnection {
    /// Whether a datagram, on whatever port, begins a QUIC connection; `unsure` never: one datagram decides.
    ///
    /// It looks for a long header whose version and lengths fit the datagram, or for Google's public header with a
    /// version. Packets with a short header have nothing to know them by (RFC 8999 section 5.2): they are QUIC only on
    /// a flow that is. DNS, RTP, STUN, DTLS and WireGuard differ in the bytes that are looked at. No allocation; some
    /// 70 ns.
    public static func probe(_ datagram: RawSpan) -> Probe {
        guard let first = datagram.byte(at: 0) else { return .no }
        if QUICVersion.google(datagram) != nil { return .yes }
        guard first & 0x80 != 0, let number = datagram.uint32(at: 1) else { return .no }
        let version = QUICVersion(rawValue: number)
        guard version == .negotiation || version.isReadable else { return .no }
        let isGreased = version != .negotiation && first & 0x40 == 0
        do throws(ParseError) {
            let packet = try QUICLongHeader(datagram)
            if isGreased, !mayBeGreased(packet, of: datagram) { return .no }
            return probe(packet, of: datagram)
        } catch {
            // Captured in part: the number of a version in use is enough.
            let isTold = version != .negotiation && !version.isReserved && !isGreased
            return error == .truncated && isTold ? .yes : .no
        }
    }

    /// Whether a packet whose fixed bit is 0 may be a client's first: one with a token, as RFC 9287 section 3.1 has it, or one
    /// in a datagram of full size.
    private static func mayBeGreased(_ packet: QUICLongHeader, of datagram: RawSpan) -> Bool {
        packet.kind == .initial && !packet.version.isReserved
            && (!packet.token.isEmpty || datagram.byteCount >= minimumDatagram)
    }

    private static func probe(_ packet: QUICLongHeader, of datagram: RawSpan) -> Probe {
        switch packet.kind {
        case .versionNegotiation: return listsVersions(packet, of: datagram) ? .yes : .no
        case .other: return .no
        case .initial where packet.version.isReserved:
            // Any datagram has such bytes once in 65,536 times; a client's first one is full size.
            return datagram.byteCount >= minimumDatagram ? .yes : .no
        default: return packet.version.isReserved ? .no : .yes
        }
    }

    /// Whether a Version Negotiation packet lists whole version numbers, and one of them is known (RFC 9000 section
    /// 17.2.1): four zero bytes alone are found in too many protocols.
    private static func listsVersions(_ packet: QUICLongHeader, of datagram: RawSpan) -> Bool {
        let list = packet.packetNumberOffset
        guard packet.destinationID.count <= QUICConnectionID.maximumCount,
            packet.sourceID.count <= QUICConnectionID.maximumCount, list < datagram.byteCount,
            (datagram.byteCount &- list) % 4 == 0
        else { return false }
        for offset in stride(from: list, to: datagram.byteCount, by: 4) {
            let version = QUICVersion(rawValue: datagram.uint32(at: offset) ?? 0)
            if version != .negotiation, version.isReadable || version.isGoogle { return true }
        }
        return false
    }

    /// A client pads a datagram with an Initial packet to this size (RFC 9000 section 14.1).
    static let minimumDatagram = 1_200
}
