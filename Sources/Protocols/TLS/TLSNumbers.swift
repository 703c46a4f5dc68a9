import Bytes

/// Numbers of TLS as IANA registers them (TLS Parameters, TLS ExtensionType Values).
enum TLSNumber {
    /// Record type handshake (RFC 8446 section 5.1).
    static var handshakeRecord: UInt8 { 22 }
    /// Record type alert (RFC 8446 section 6).
    static var alertRecord: UInt8 { 21 }
    /// Record type change_cipher_spec (RFC 8446 section 5).
    static var changeCipherRecord: UInt8 { 20 }
    /// Handshake types (RFC 8446 section 4).
    static var clientHello: UInt8 { 1 }
    static var serverHello: UInt8 { 2 }
    static var certificate: UInt8 { 11 }

    static var ssl3: UInt16 { 0x0300 }
    static var tls12: UInt16 { 0x0303 }
    static var tls13: UInt16 { 0x0304 }

    /// A record's fragment is at most 2^14 bytes; 2^14 + 2048 were allowed before TLS 1.3 (RFC 5246 section 6.2.3).
    static var recordLimit: Int { 16_384 + 2_048 }
}

/// Extension types.
enum TLSExtension {
    /// RFC 6066 section 3.
    static var serverName: UInt16 { 0 }
    /// RFC 8422 section 5.1.1, RFC 8446 section 4.2.7.
    static var supportedGroups: UInt16 { 10 }
    /// RFC 8422 section 5.1.2.
    static var pointFormats: UInt16 { 11 }
    /// RFC 8446 section 4.2.3.
    static var signatureAlgorithms: UInt16 { 13 }
    /// RFC 7301 section 3.1.
    static var alpn: UInt16 { 16 }
    /// RFC 5077 section 3.2.
    static var sessionTicket: UInt16 { 35 }
    /// RFC 8446 section 4.2.11.
    static var preSharedKey: UInt16 { 41 }
    /// RFC 8446 section 4.2.1.
    static var supportedVersions: UInt16 { 43 }
    /// RFC 9849 section 5.
    static var encryptedClientHello: UInt16 { 0xFE0D }
}

/// Values that clients sprinkle in so that peers keep ignoring the unknown (RFC 8701 section 2).
enum GREASE {
    /// Whether `value` is one of the sixteen: `0x0A0A`, `0x1A1A` … `0xFAFA`.
    static func contains(_ value: UInt16) -> Bool {
        value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF
    }
}

/// Key-exchange groups that resist a quantum computer (draft-ietf-tls-ecdhe-mlkem, draft-connolly-tls-mlkem-key-agreement).
enum PostQuantumGroup {
    /// Whether `group` is one, hybrid or plain, ML-KEM or its Kyber draft.
    static func contains(_ group: UInt16) -> Bool {
        switch group {
        case 0x0200...0x0202: true  // MLKEM512, MLKEM768, MLKEM1024
        case 0x11EB...0x11EE: true  // SecP256r1MLKEM768, X25519MLKEM768, SecP384r1MLKEM1024, curveSM2MLKEM768
        case 0x6399, 0x639A: true  // X25519Kyber768Draft00, SecP256r1Kyber768Draft00
        case 0xFE30...0xFE32: true  // X25519Kyber512Draft00 and its variants in use
        default: false
        }
    }
}

/// The numbers of a ClientHello that both fingerprints are made of, without GREASE: taken once for both.
struct HelloNumbers {
    /// The cipher suites in their order.
    let ciphers: [UInt16]
    /// The types of the extensions in their order.
    let extensions: [UInt16]
    /// The groups in their order.
    let groups: [UInt16]
    /// The signature algorithms in their order.
    let signatureAlgorithms: [UInt16]
    /// The point formats in their order; they have no GREASE.
    let pointFormats: [UInt16]

    /// The numbers of `hello`, which was read from `bytes`; its groups have been taken before.
    init(_ hello: ClientHello, bytes: RawSpan, groups: [UInt16]) {
        ciphers = TLSFacts.numbers(bytes, hello.cipherSuites)
        extensions = Self.extensionTypes(bytes.clamped(hello.extensions.indices))
        self.groups = groups
        signatureAlgorithms = TLSFacts.numbers(bytes, hello.signatureAlgorithms)
        let formats = bytes.clamped(hello.pointFormats.indices)
        pointFormats = (0..<formats.byteCount).map { UInt16(formats.byte(at: $0) ?? 0) }
    }

    private static func extensionTypes(_ bytes: RawSpan) -> [UInt16] {
        var types: [UInt16] = []
        types.reserveCapacity(24)
        var offset = 0
        while let type = bytes.uint16(at: offset), let length = bytes.uint16(at: offset &+ 2) {
            if !GREASE.contains(type) { types.append(type) }
            offset &+= 4 &+ Int(length)
            guard offset <= bytes.byteCount else { break }
        }
        return types
    }
}
