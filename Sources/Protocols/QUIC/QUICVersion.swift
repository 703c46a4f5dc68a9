/// A QUIC version number as it is on the wire (RFC 8999 section 5.1).
@frozen
public struct QUICVersion: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The 32-bit number.
    public let rawValue: UInt32

    /// The version `rawValue`; any number will do, known or not.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The number that marks a Version Negotiation packet (RFC 8999 section 6); no version at all.
    public static let negotiation = QUICVersion(rawValue: 0)
    /// QUIC version 1 (RFC 9000).
    public static let version1 = QUICVersion(rawValue: 0x0000_0001)
    /// QUIC version 2 (RFC 9369).
    public static let version2 = QUICVersion(rawValue: 0x6b33_43cf)
    /// Google QUIC 50: Google's own handshake in Initial packets.
    public static let googleQ050 = QUICVersion(rawValue: 0x5130_3530)
    /// Google QUIC with the TLS handshake, before the drafts took over.
    public static let googleT050 = QUICVersion(rawValue: 0x5430_3530)
    /// The successor of `googleT050`.
    public static let googleT051 = QUICVersion(rawValue: 0x5430_3531)

    /// Whether it is one of the numbers `0x?a?a?a?a` that are kept to provoke negotiation (RFC 9000 section 15).
    public var isReserved: Bool { rawValue & 0x0f0f_0f0f == 0x0a0a_0a0a }

    /// Whether it is one of Google's: `Q` or `T`, a zero and two digits.
    public var isGoogle: Bool {
        let letter = rawValue >> 24
        return (letter == 0x51 || letter == 0x54) && (rawValue >> 16) & 0xff == 0x30
            && (0x30...0x39).contains((rawValue >> 8) & 0xff) && (0x30...0x39).contains(rawValue & 0xff)
    }

    /// Whether the handshake in its CRYPTO frames is Google's own rather than TLS.
    var hasGoogleHandshake: Bool { isGoogle && rawValue >> 24 == 0x51 }

    /// Whether its Initial packets are laid out as in RFC 9000 and protected by keys that are known here.
    public var isReadable: Bool { protection != nil }

    /// The draft of the IETF, 21...34, or `nil` for every other number.
    var draft: UInt32? {
        guard rawValue >> 8 == 0xff_0000, (21...34).contains(rawValue & 0xff) else { return nil }
        return rawValue & 0xff
    }

    /// The version that `word` names, in any form that `description` has, or as a number in hexadecimal; `nil` for other text.
    public init?(word: String) {
        switch word {
        case "1": self = .version1
        case "2": self = .version2
        default:
            if word.hasPrefix("0x"), let number = UInt32(word.dropFirst(2), radix: 16) {
                self.init(rawValue: number)
            } else if word.hasPrefix("draft-"), let number = UInt32(word.dropFirst(6)), (21...34).contains(number) {
                self.init(rawValue: 0xff00_0000 | number)
            } else {
                guard word.utf8.count == 4 else { return nil }
                self.init(rawValue: word.utf8.reduce(0) { $0 << 8 | UInt32($1) })
                guard isGoogle else { return nil }
            }
        }
    }
}

extension QUICVersion: CustomStringConvertible {
    /// The word of `quic.version`: `1`, `2`, `draft-29`, `Q046`, or the number in hexadecimal. Allocates.
    public var description: String {
        if let draft { return "draft-\(draft)" }
        if isGoogle {
            return String(
                decoding: stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: rawValue >> $0) },
                as: UTF8.self)
        }
        switch self {
        case .version1: return "1"
        case .version2: return "2"
        default:
            let digits = String(rawValue, radix: 16)
            return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
        }
    }
}
