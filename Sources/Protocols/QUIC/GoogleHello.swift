import Bytes

/// Google's own hello, `CHLO`: tags and values, in the clear up to Q046 and in CRYPTO frames in Q050.
///
/// A message is its tag, the number of entries, two bytes of padding, an index of tags and end offsets, and the values;
/// numbers are in little-endian order.
enum GoogleHello {
    /// The SNI value of the message that begins at the first byte, in lower case; nothing where it has none or the
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

    /// The name in a datagram whose hello is in the clear: the message begins a few dozen bytes in, behind the packet
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
