import Bytes

/// The frames of an opened Initial packet (RFC 9000 section 19).
///
/// Beside CRYPTO only PADDING, PING, ACK and CONNECTION_CLOSE may be there (section 12.4). The walk is linear in the
/// bytes, whatever they say: each step passes at least one.
enum QUICFrames {
    /// A CRYPTO frame: where its bytes belong in the stream, and where they are in the plaintext.
    struct Crypto {
        let offset: UInt64
        let range: ByteRange
    }

    /// Passes over frames up to and with the next CRYPTO frame; nothing at the end of the packet.
    static func nextCrypto(_ reader: inout ByteReader, version: QUICVersion) throws(ParseError) -> Crypto? {
        while !reader.isEmpty {
            let type = try reader.variableInteger()
            if version.isGoogle {
                if type == googleCrypto { return try crypto(&reader) }
                // Google's other frames are laid out in their own way; only those before the hello matter.
                guard type == padding || type == googlePing else { return nil }
                continue
            }
            switch type {
            case padding: reader.skipZeros()
            case ping: break
            case acknowledgement, acknowledgementECN: try skipAcknowledgement(&reader, type: type)
            case crypto: return try crypto(&reader)
            case connectionClose: try skipConnectionClose(&reader)
            default: throw .malformed
            }
        }
        return nil
    }

    private static func crypto(_ reader: inout ByteReader) throws(ParseError) -> Crypto {
        let offset = try reader.variableInteger()
        return Crypto(offset: offset, range: try reader.range(try reader.variableLength()))
    }

    private static func skipAcknowledgement(_ reader: inout ByteReader, type: UInt64) throws(ParseError) {
        _ = try reader.variableInteger()
        _ = try reader.variableInteger()
        let ranges = try reader.variableInteger()
        _ = try reader.variableInteger()
        // Each range takes two bytes at least, so a count past the bytes left ends at `truncated`.
        guard ranges <= UInt64(reader.count) else { throw .truncated }
        for _ in 0..<ranges {
            _ = try reader.variableInteger()
            _ = try reader.variableInteger()
        }
        guard type == acknowledgementECN else { return }
        for _ in 0..<3 { _ = try reader.variableInteger() }
    }

    private static func skipConnectionClose(_ reader: inout ByteReader) throws(ParseError) {
        _ = try reader.variableInteger()
        _ = try reader.variableInteger()
        try reader.skip(try reader.variableLength())
    }

    // RFC 9000 section 12.4, table 3.
    private static let padding: UInt64 = 0x00
    private static let ping: UInt64 = 0x01
    private static let acknowledgement: UInt64 = 0x02
    private static let acknowledgementECN: UInt64 = 0x03
    private static let crypto: UInt64 = 0x06
    private static let connectionClose: UInt64 = 0x1c
    // Google QUIC 50 and 51.
    private static let googleCrypto: UInt64 = 0x08
    private static let googlePing: UInt64 = 0x07
}
