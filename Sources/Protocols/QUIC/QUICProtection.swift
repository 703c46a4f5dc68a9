/// What a version's Initial keys are made of besides the connection id: a salt and the labels (RFC 9001 section 5.2).
///
/// Constants: each is made once a process and then shared. The salt is public, so Initial packets are protected from
/// accidents and not from readers; that is why a monitor can read them.
final class QUICProtection: Sendable {
    /// HMAC-SHA256 keyed with the salt: the extract step waits only for the connection id.
    let extractor: KeyedHash
    /// The expand input of the packet key, the nonce's fixed part and the header key, in the form of HKDF-Expand-Label
    /// (RFC 8446 section 7.1) with the counter byte behind.
    let keyLabel: [UInt8]
    let ivLabel: [UInt8]
    let headerLabel: [UInt8]

    private init(salt: [UInt8], labels: String = "quic") {
        extractor = KeyedHash(key: salt)
        keyLabel = QUICProtection.expandInput("\(labels) key", length: 16)
        ivLabel = QUICProtection.expandInput("\(labels) iv", length: 12)
        headerLabel = QUICProtection.expandInput("\(labels) hp", length: 16)
    }

    static let clientLabel = expandInput("client in", length: 32)
    static let serverLabel = expandInput("server in", length: 32)

    /// An output of at most 32 bytes takes one round of HKDF-Expand, so the counter is always 1 (RFC 5869).
    private static func expandInput(_ label: String, length: UInt8) -> [UInt8] {
        let name = Array("tls13 \(label)".utf8)
        return [0, length, UInt8(clamping: name.count)] + name + [0, 1]
    }
}

extension QUICProtection {
    /// RFC 9001 section 5.2; drafts 33 and 34 have it too.
    static let version1 = QUICProtection(salt: [
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb,
        0x7f, 0x0a,
    ])
    /// RFC 9369 section 3.3.
    static let version2 = QUICProtection(
        salt: [
            0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd,
            0x2e, 0xd9,
        ], labels: "quicv2")
    /// Drafts 29 to 32.
    static let draft29 = QUICProtection(salt: [
        0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90,
        0xa8, 0x99,
    ])
    /// Drafts 23 to 28.
    static let draft23 = QUICProtection(salt: [
        0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9,
        0xf5, 0x02,
    ])
    /// Drafts 21 and 22.
    static let draft22 = QUICProtection(salt: [
        0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02,
        0x64, 0x4a,
    ])
    /// Google QUIC Q050.
    static let googleQ050 = QUICProtection(salt: [
        0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5,
        0x6b, 0x45,
    ])
    /// Google QUIC T050.
    static let googleT050 = QUICProtection(salt: [
        0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48,
        0x83, 0x10,
    ])
    /// Google QUIC T051.
    static let googleT051 = QUICProtection(salt: [
        0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e,
        0x03, 0x3d,
    ])
}

extension QUICVersion {
    /// What this version's Initial keys are made of, or `nil` if that is not known here.
    ///
    /// A number kept to provoke negotiation has no salt of its own; the clients seen with one use that of draft 29.
    /// Guessing costs nothing in truth: a name is taken only from a packet whose tag verifies.
    var protection: QUICProtection? {
        switch self {
        case .version1: return .version1
        case .version2: return .version2
        case .googleQ050: return .googleQ050
        case .googleT050: return .googleT050
        case .googleT051: return .googleT051
        case .mvfst22: return .draft22
        case .mvfst27, .mvfstExperiment: return .draft23
        default: break
        }
        if isReserved { return .draft29 }
        guard let draft else { return nil }
        if draft >= 33 { return .version1 }
        if draft >= 29 { return .draft29 }
        return draft >= 23 ? .draft23 : .draft22
    }

    /// mvfst's numbers for its reading of draft 22 and draft 27.
    static let mvfst22 = QUICVersion(rawValue: 0xface_b001)
    static let mvfst27 = QUICVersion(rawValue: 0xface_b002)
    static let mvfstExperiment = QUICVersion(rawValue: 0xface_b00e)
}
