import Bytes

/// The prelogin of SQL Server ([MS-TDS] section 2.2.6.5), behind which the TLS handshake goes in packets of the same
/// type. TLS begins behind the header of the second one; a hello larger than that packet (some 4 kB) is not joined.
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
