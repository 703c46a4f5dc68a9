/// By which evidence the host of a flow is named, best first: the ladder.
///
/// The raw values are the words of `dst.host_source` in events and rules.
public enum HostSource: String, Sendable, CaseIterable, Comparable {
    /// The server_name of a TLS ClientHello (RFC 6066 section 3).
    case tlsSNI = "tls_sni"
    /// The server_name of a ClientHello inside QUIC Initial packets (RFC 9001).
    case quicSNI = "quic_sni"
    /// The target of an HTTP CONNECT request (RFC 9110 section 9.3.6).
    case connect
    /// The Host header or the `:authority` of a request in cleartext.
    case httpHost = "http_host"
    /// The host name in a SOCKS request (RFC 1928, SOCKS 4a).
    case socks
    /// A DNS answer that this client was given for the address shortly before.
    case dns
    /// A name in the server's certificate.
    case certificate
    /// The outer name of an encrypted_client_hello that is taken for real (RFC 9849): a cover that names no one.
    case echOuter = "ech_outer"
    /// The address alone, by a published range.
    case ipRange = "ip_range"
    /// Nothing names it.
    case none

    /// Whether `left` is the better evidence.
    public static func < (left: HostSource, right: HostSource) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .tlsSNI: 0
        case .quicSNI: 1
        case .connect: 2
        case .httpHost: 3
        case .socks: 4
        case .dns: 5
        case .certificate: 6
        case .echOuter: 7
        case .ipRange: 8
        case .none: 9
        }
    }
}

/// One name that one piece of evidence gives for the far end of a flow.
public struct NameEvidence: Equatable, Sendable {
    /// The name in its one form (see `HostName`), or an address in its canonical text.
    public var name: String
    /// What it was read from.
    public var source: HostSource
    /// Whether what it was read from keeps to its specification. A name out of a malformed hello is told, and never leads.
    public var isSound: Bool
    /// Whether the name was sent with letters beyond ASCII, which no host name has (RFC 6066 section 3, RFC 9110 section 4.2):
    /// `name` has its A-labels. Servers differ in what they make of such a name.
    public private(set) var isConverted = false

    /// The name `name`, read from `source`; letters beyond ASCII are converted to A-labels.
    public init(name: String, source: HostSource, isSound: Bool = true) {
        self.name = name
        self.source = source
        self.isSound = isSound
        guard let converted = HostName.converted(name) else { return }
        self.name = converted
        isConverted = true
    }

    /// Whether it is a host name or an address, rather than other bytes in a name's place.
    public var isHost: Bool { !isConverted && HostName.isHost(name) }
}
