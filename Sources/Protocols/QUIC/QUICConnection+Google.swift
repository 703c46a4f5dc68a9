import Bytes

extension QUICConnection {
    /// Reads a datagram of Google QUIC up to Q046: counts it, and takes the name from a hello in cleartext.
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
    /// header up to Q043, after the first byte from Q044 on. Servers' datagrams up to Q043 name none. Later versions
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

/// Google's own hello, `CHLO`: tags and values, in cleartext up to Q046 and in CRYPTO frames in Q050.
///
/// A message is its tag, the number of entries, two bytes of padding, an index of tags and end offsets, and the values;
/// numbers are in little-endian order.
enum GoogleHello {
    /// The SNI value of the message that begins at the first byte, in lower case; `nil` if it has none or the
    /// bytes end before it.
    static func serverName(_ message: RawSpan) -> String? {
        guard message.hasASCII("CHLO"), let entries = message.uint16(at: 4)?.byteSwapped else { return nil }
        let values = headerCount &+ Int(entries) &* entryCount
        guard entries <= maximumEntries, values <= message.byteCount else { return nil }
        var start = 0
        for index in 0..<Int(entries) {
            let entry = headerCount &+ index &* entryCount
            guard let end = message.uint32(at: entry &+ 4).map({ Int($0.byteSwapped) }), start <= end else {
                return nil
            }
            if message.hasASCII("SNI\0", at: entry) {
                guard end <= message.byteCount &- values else { return nil }
                return hostName(message.clamped(values &+ start..<values &+ end))
            }
            start = end
        }
        return nil
    }

    /// The name in a datagram whose hello is in cleartext: the message begins a few dozen bytes in, behind the packet
    /// header, a hash and a stream frame whose sizes differ by version.
    static func serverName(inDatagram datagram: RawSpan) -> String? {
        for offset in 16..<96 where datagram.hasASCII("CHLO", at: offset) {
            return serverName(datagram.clamped(offset...))
        }
        return nil
    }

    private static func hostName(_ bytes: RawSpan) -> String? {
        guard bytes.byteCount > 0, bytes.byteCount <= 253 else { return nil }
        var name = bytes.copied()
        for index in name.indices {
            switch name[index] {
            case 0x41...0x5a: name[index] |= 0x20
            case 0x61...0x7a, 0x30...0x39, 0x2d, 0x2e, 0x5f: break
            default: return nil
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static let headerCount = 8
    private static let entryCount = 8
    private static let maximumEntries: UInt16 = 128
}
