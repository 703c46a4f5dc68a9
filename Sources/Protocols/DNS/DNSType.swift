/// The type of a DNS question or record, as IANA numbers it.
@frozen
public struct DNSType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number on the wire.
    public var rawValue: UInt16

    /// The type of the number, known or not.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An IPv4 address (RFC 1035 section 3.4.1).
    @inlinable public static var a: DNSType { DNSType(rawValue: 1) }
    /// The canonical name behind an alias (RFC 1035 section 3.3.1).
    @inlinable public static var cname: DNSType { DNSType(rawValue: 5) }
    /// An IPv6 address (RFC 3596).
    @inlinable public static var aaaa: DNSType { DNSType(rawValue: 28) }
    /// EDNS, a record of the message rather than of a name (RFC 6891).
    @inlinable public static var opt: DNSType { DNSType(rawValue: 41) }
    /// A service binding (RFC 9460).
    @inlinable public static var svcb: DNSType { DNSType(rawValue: 64) }
    /// A service binding for HTTPS origins (RFC 9460 section 9).
    @inlinable public static var https: DNSType { DNSType(rawValue: 65) }
    /// All types, in a question only (RFC 1035 section 3.2.3, RFC 8482).
    @inlinable public static var any: DNSType { DNSType(rawValue: 255) }

    /// Whether it is a type that clients ask for in practice: what a message on any port must hold to be taken for DNS.
    public var isCommon: Bool {
        switch rawValue {
        case 1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 43, 46, 48, 52, 64, 65, 255, 257: true
        default: false
        }
    }

    /// Whether it is asked for over TCP in practice: the common types, and those of transfers and keys (RFC 5936, RFC 1995,
    /// RFC 2930), which are hardly ever asked for over UDP.
    public var isCommonOverTCP: Bool { isCommon || (249...252).contains(rawValue) }

    /// The type that `name` writes; `nil` for a word that it never is.
    public init?(name: String) {
        if name.hasPrefix("TYPE"), let number = UInt16(name.dropFirst(4)) {
            self.init(rawValue: number)
        } else if let number = (0...UInt16(257)).first(where: { DNSType(rawValue: $0).name == name }) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    /// The word for the type, `AAAA`; `TYPE731` if it has none here (RFC 3597 section 5).
    public var name: String {
        switch rawValue {
        case 1: "A"
        case 2: "NS"
        case 5: "CNAME"
        case 6: "SOA"
        case 10: "NULL"
        case 12: "PTR"
        case 15: "MX"
        case 16: "TXT"
        case 28: "AAAA"
        case 33: "SRV"
        case 35: "NAPTR"
        case 39: "DNAME"
        case 43: "DS"
        case 46: "RRSIG"
        case 48: "DNSKEY"
        case 52: "TLSA"
        case 64: "SVCB"
        case 65: "HTTPS"
        case 255: "ANY"
        case 257: "CAA"
        default: "TYPE\(rawValue)"
        }
    }
}
