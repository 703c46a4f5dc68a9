import Bytes

/// The packet by which a MySQL or MariaDB client goes over to TLS (protocol 4.1, SSLRequest): the head of a login with
/// nothing of the login in it, so that its length identifies it.
enum MySQLRequest {
    static func probe(_ bytes: RawSpan) -> Probe {
        guard let header = bytes.uint32(at: 0) else { return bytes.byte(at: 0) ?? 0x20 == 0x20 ? .unsure : .no }
        // Length 32 in three bytes, least first; sequence number 1, the answer to the server's greeting.
        guard header == 0x2000_0001 else { return .no }
        guard bytes.byteCount >= length, let flags = bytes.byte(at: 5) else { return .unsure }
        // CLIENT_SSL and CLIENT_PROTOCOL_41; the filler of 19 bytes is zero, the 4 after it are MariaDB's.
        guard flags & 0x0A == 0x0A else { return .no }
        return (13..<32).allSatisfy { bytes.byte(at: $0) == 0 } ? .yes : .no
    }

    static func read(_ bytes: RawSpan) -> StartTLS.Outcome { StartTLS.handshake(bytes, at: length) }

    private static let length = 36
}

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

/// The prelogin of SQL Server ([MS-TDS] section 2.2.6.5), behind which the TLS handshake goes in packets of the same
/// type. TLS begins after the header of the second one; a hello larger than that packet (some 4 kB) is not joined.
enum TDSPrelogin {
    static func probe(_ bytes: RawSpan) -> Probe {
        guard bytes.byte(at: 0) ?? type == type, bytes.byte(at: 1) ?? 1 == 1 else { return .no }
        guard bytes.byteCount >= headerLength &+ 5 else { return .unsure }
        // The first option is the version, which has 6 bytes; the process id and the window of the header are zero.
        let isPrelogin =
            bytes.uint16(at: 4) == 0 && bytes.byte(at: 7) == 0 && bytes.byte(at: 8) == 0 && bytes.uint16(at: 11) == 6
        guard isPrelogin, let length = bytes.uint16(at: 2), length > 13, length <= 4096 else { return .no }
        return .yes
    }

    static func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        guard let length = bytes.uint16(at: 2) else { return .more(atLeast: 4) }
        guard let next = bytes.byte(at: Int(length)) else { return .more(atLeast: Int(length) &+ 1) }
        return next == type ? StartTLS.handshake(bytes, at: Int(length) &+ headerLength) : .none
    }

    private static let type: UInt8 = 0x12
    private static let headerLength = 8
}

/// The X.224 connection request in a TPKT that opens RDP ([MS-RDPBCGR] section 2.2.1.1). TLS begins after it where the
/// server chose it; the cookie, which holds a user's name, is passed over.
enum RDPRequest {
    static func probe(_ bytes: RawSpan) -> Probe {
        guard let word = bytes.uint32(at: 0) else {
            return bytes.byte(at: 0) ?? 3 == 3 && bytes.byte(at: 1) ?? 0 == 0 ? .unsure : .no
        }
        // TPKT version 3 (RFC 1006 section 6); a request is 11 bytes and its cookie.
        let length = word & 0xFFFF
        guard word >> 16 == 0x0300, length >= 11, length <= longest else { return .no }
        guard let indicator = bytes.byte(at: 4), let code = bytes.byte(at: 5) else { return .unsure }
        return UInt32(indicator) == length &- 5 && code & 0xF0 == 0xE0 ? .yes : .no
    }

    static func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        guard let length = bytes.uint16(at: 2) else { return .more(atLeast: 4) }
        return StartTLS.handshake(bytes, at: Int(length))
    }

    /// The length indicator of X.224 has one byte, and 255 is reserved.
    private static let longest: UInt32 = 259
}
