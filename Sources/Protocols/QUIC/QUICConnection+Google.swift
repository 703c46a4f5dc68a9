import Bytes

extension QUICConnection {
    /// Reads a datagram of Google QUIC up to Q046: counts it, and takes the name from a hello in the clear.
    mutating func receiveGoogle(_ datagram: RawSpan, counters: inout QUICCounters) -> QUICOutcome {
        guard state == .waiting || state == .google, let version = QUICVersion.google(datagram) else { return [] }
        counters.google &+= 1
        state = .google
        self.version = version
        guard googleName == nil, let name = GoogleHello.serverName(inDatagram: datagram) else { return .recognised }
        googleName = name
        return [.recognised, .googleName]
    }
}

extension QUICVersion {
    /// The version up to Q046 that a datagram of Google QUIC names: behind the flags and connection id of the public
    /// header up to Q043, behind the first byte from Q044 on. Servers' datagrams up to Q043 name none. Later versions
    /// have long headers as in RFC 8999 and are none of these.
    static func google(_ datagram: RawSpan) -> QUICVersion? {
        guard let flags = datagram.byte(at: 0) else { return nil }
        let hasLongHeader = flags & 0x80 != 0
        // The public header has the version flag, is no reset, and a client's has its 8 bytes of connection id.
        guard hasLongHeader || flags & 0xcb == 0x09 else { return nil }
        guard let number = datagram.uint32(at: hasLongHeader ? 1 : 9) else { return nil }
        let version = QUICVersion(rawValue: number)
        return version.isGoogle && !version.isReadable ? version : nil
    }
}
