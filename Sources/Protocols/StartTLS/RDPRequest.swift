import Bytes

/// The X.224 connection request in a TPKT that opens RDP ([MS-RDPBCGR] section 2.2.1.1). TLS begins behind it where the
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
