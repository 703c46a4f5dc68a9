import Bytes

/// The packet by which a MySQL or MariaDB client goes over to TLS (protocol 4.1, SSLRequest): the head of a login with
/// nothing of the login in it, so that it can be told by its length.
enum MySQLRequest {
    static func probe(_ bytes: RawSpan) -> Probe {
        guard let header = bytes.uint32(at: 0) else { return bytes.byte(at: 0) ?? 0x20 == 0x20 ? .unsure : .no }
        // Length 32 in three bytes, least first; sequence number 1, the answer to the server's greeting.
        guard header == 0x2000_0001 else { return .no }
        guard bytes.byteCount >= length, let flags = bytes.byte(at: 5) else { return .unsure }
        // CLIENT_SSL and CLIENT_PROTOCOL_41; the filler of 19 bytes is zero, the 4 behind it are MariaDB's.
        guard flags & 0x0A == 0x0A else { return .no }
        return (13..<32).allSatisfy { bytes.byte(at: $0) == 0 } ? .yes : .no
    }

    static func read(_ bytes: RawSpan) -> StartTLS.Outcome { StartTLS.handshake(bytes, at: length) }

    private static let length = 36
}
