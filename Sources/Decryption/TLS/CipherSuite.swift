/// What a cipher suite's number says about its records (IANA, TLS Cipher Suites).
package struct CipherSuite: Sendable {
    /// How a suite protects records.
    package enum Protection: Sendable {
        /// One algorithm for secrecy and integrity.
        case aead(AEADAlgorithm)
        /// AES in CBC mode with a code of its own.
        case cbc(keyCount: Int, code: CodeHash)
    }

    /// The hash of the code that is next to CBC.
    package enum CodeHash: Sendable {
        case sha1
        case sha256
        case sha384

        /// The length of the code and of its key, in bytes.
        package var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            }
        }
    }

    /// How it protects records.
    package var protection: Protection
    /// The hash of its key schedule.
    package var hash: SuiteHash

    /// The suites of TLS 1.3 that are read, in the order in which they are tried.
    package static let tls13: [CipherSuite] = [0x1301, 0x1302, 0x1303, 0x1304].compactMap { CipherSuite(number: $0) }

    /// The suite `number`, or `nil` if its records cannot be opened here.
    package init?(number: UInt16) {
        if let suite = Self.modern(number) ?? Self.classic(number) { self = suite } else { return nil }
    }

    private init(_ protection: Protection, _ hash: SuiteHash = .sha256) {
        self.protection = protection
        self.hash = hash
    }

    private static func modern(_ number: UInt16) -> CipherSuite? {
        switch number {
        case 0x1301, 0x009C, 0x009E, 0x00A0, 0x00A2, 0x00A4, 0x00A6, 0x00A8, 0x00AA, 0x00AC, 0xC02B, 0xC02D, 0xC02F,
            0xC031, 0xD001:
            CipherSuite(.aead(.aes128GCM))
        case 0x1302, 0x009D, 0x009F, 0x00A1, 0x00A3, 0x00A5, 0x00A7, 0x00A9, 0x00AB, 0x00AD, 0xC02C, 0xC02E, 0xC030,
            0xC032, 0xD002:
            CipherSuite(.aead(.aes256GCM), .sha384)
        case 0x1303, 0xCCA8...0xCCAE: CipherSuite(.aead(.chaCha20Poly1305))
        case 0x1304, 0xC09C, 0xC09E, 0xC0A4, 0xC0A6, 0xC0AC, 0xD005: CipherSuite(.aead(.aes128CCM))
        case 0x1305, 0xC0A0, 0xC0A2, 0xC0A8, 0xC0AA, 0xC0AE, 0xD003: CipherSuite(.aead(.aes128CCM8))
        default: nil
        }
    }

    private static func classic(_ number: UInt16) -> CipherSuite? {
        switch number {
        case 0x002F...0x0034, 0xC004, 0xC009, 0xC00E, 0xC013, 0xC018, 0x008C, 0x0090, 0x0094, 0xC035, 0xC01D...0xC01F:
            CipherSuite(.cbc(keyCount: 16, code: .sha1))
        case 0x0035...0x003A, 0xC005, 0xC00A, 0xC00F, 0xC014, 0xC019, 0x008D, 0x0091, 0x0095, 0xC036, 0xC020...0xC022:
            CipherSuite(.cbc(keyCount: 32, code: .sha1))
        case 0x003C, 0x003E...0x0040, 0x0067, 0x006C, 0xC023, 0xC025, 0xC027, 0xC029, 0x00AE, 0x00B2, 0x00B6, 0xC037:
            CipherSuite(.cbc(keyCount: 16, code: .sha256))
        case 0x003D, 0x0068...0x006B, 0x006D: CipherSuite(.cbc(keyCount: 32, code: .sha256))
        case 0xC024, 0xC026, 0xC028, 0xC02A, 0x00AF, 0x00B3, 0x00B7, 0xC038:
            CipherSuite(.cbc(keyCount: 32, code: .sha384), .sha384)
        default: nil
        }
    }
}
