import Bytes

/// The request for encryption that opens a PostgreSQL connection: SSLRequest, perhaps behind a GSSENCRequest that was
/// refused (PostgreSQL frontend/backend protocol, message formats).
enum PostgreSQLRequest {
    static func probe(_ bytes: RawSpan) -> Probe {
        guard let length = bytes.uint32(at: 0) else { return bytes.byte(at: 0) ?? 0 == 0 ? .unsure : .no }
        guard length == 8 else { return .no }
        guard let code = bytes.uint32(at: 4) else { return .unsure }
        return code == tls || code == gss ? .yes : .no
    }

    static func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        guard bytes.uint32(at: 4) == gss else { return StartTLS.handshake(bytes, at: 8) }
        guard let length = bytes.uint32(at: 8), let code = bytes.uint32(at: 12) else {
            return .more(atLeast: Swift.max(16, bytes.byteCount &+ 1))
        }
        return length == 8 && code == tls ? StartTLS.handshake(bytes, at: 16) : .none
    }

    private static let tls: UInt32 = 80_877_103
    private static let gss: UInt32 = 80_877_104
}
