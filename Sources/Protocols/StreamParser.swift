public import Bytes

/// Whether the beginning of a stream may be a protocol's.
@frozen
public enum Probe: Sendable {
    /// It is: the bytes could hardly be anything else.
    case yes
    /// Too few bytes to say.
    case unsure
    /// It is not, whatever may follow.
    case no
}

/// What a parser made of the bytes it was given.
@frozen
public enum Progress: Equatable, Sendable {
    /// All that is wanted was read; the protocol uses the first `consumed` bytes, which may be more than are there yet (a body),
    /// and another may begin after them
    /// (the TLS hello behind a CONNECT request). A parser that ends its flow's reading reports all bytes consumed.
    case done(consumed: Int)
    /// Call again when the stream holds at least this many bytes from the protocol's start; always more than it holds.
    case more(atLeast: Int)
    /// Not this protocol after all, or damaged past use: the findings made so far are kept, no more will come.
    case skip
}

/// One application protocol on the client's side of a byte stream.
///
/// A parser is a value kept with its flow. It is given the stream's contiguous bytes from the protocol's first byte
/// on, each time from that same byte, so that it holds no copy of them; what it needs to remember between calls (how
/// far it got) is its own, and calls with one byte more each time must not cost more than linear work in all. It never
/// traps and never allocates but for a finding. Bytes are borrowed for the call.
public protocol StreamParser: Sendable {
    /// A parser at the protocol's first byte.
    init()

    /// Whether the stream may be this protocol, by its first bytes; cheap, and never more than a few dozen bytes read.
    static func probe(_ bytes: RawSpan) -> Probe

    /// Reads on and adds to `findings` what was found.
    mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress
}

/// The application protocol of a flow, as far as it was recognized; the words of `net.app`.
public enum Application: String, Sendable, CaseIterable {
    case unknown, tls, quic, dns, http, http2, socks, gquic
}

/// What the parsers of one flow found, in the order in which they found it.
public struct Findings: Equatable, Sendable {
    /// The innermost protocol that was recognized.
    public var application = Application.unknown
    /// Names of the far end.
    public var names: [NameEvidence] = []
    /// What the TLS or QUIC handshake says.
    public var tls: TLSFacts?
    /// The request line, if it was in cleartext.
    public var http: HTTPFacts?
    /// Whether the client addressed a proxy (CONNECT, absolute-form request, SOCKS).
    public var isViaProxy = false
    /// The client's true address and port where a PROXY protocol header tells them.
    public var proxiedClient: (address: IPAddress, port: UInt16)?
    /// Whether TLS began in the middle of a plain protocol (STARTTLS and its like).
    public var isOpportunisticTLS = false
    /// How the client hides its DNS questions, where the flow says so.
    public var encryptedDNS: EncryptedDNS?
    /// Whether the names that DNS gives are several for one address, so that none of them is sure.
    public var isAmbiguous = false
    /// The QUIC version of the first Initial packet.
    public var quicVersion: UInt32 = 0
    /// Contradictions in what names the flow, from whatever layer: bytes of a stream that came twice with two values
    /// before the receiver acknowledged them, a second hello with another name, urgent bytes, CRYPTO frames or IP
    /// fragments that differ. Any of them makes the evidence incomplete; every name that was read is kept in `names`.
    public var conflicts = 0
    /// The questions of DNS over TCP that were read since they were taken last; no finding that is compared.
    public var questions: [DNSStream.Question] = []
    /// Whether a name was found that the flow can go by.
    public var hasHost: Bool { names.contains { $0.isSound && $0.source != .echOuter } }
    /// What was made ahead of the payload that is read now; nothing that was found, so that it makes no difference to
    /// whether two are equal.
    public var preview: SpeculativeParse?
    /// A cache of recent hellos, borrowed from the caller for the time of one payload; also no finding.
    public var shapes = ClientHelloCache()

    /// Nothing found yet.
    public init() {}

    /// Whether both found the same.
    public static func == (left: Findings, right: Findings) -> Bool {
        left.application == right.application && left.names == right.names && left.tls == right.tls
            && left.http == right.http && left.isViaProxy == right.isViaProxy
            && left.proxiedClient?.address == right.proxiedClient?.address
            && left.proxiedClient?.port == right.proxiedClient?.port
            && left.isOpportunisticTLS == right.isOpportunisticTLS && left.encryptedDNS == right.encryptedDNS
            && left.quicVersion == right.quicVersion && left.isAmbiguous == right.isAmbiguous
            && left.conflicts == right.conflicts
    }
}

/// The request line of plain-text HTTP: what may be kept of it. Never a query, a header's value, or a body.
public struct HTTPFacts: Equatable, Sendable {
    /// The method, as sent.
    public var method: String
    /// The path without its query and fragment, cut at 256 bytes; bytes that are no UTF-8 are replaced.
    public var path: String

    /// A request of `method` for `path`.
    public init(method: String, path: String) {
        self.method = method
        self.path = path
    }
}

/// How DNS questions travel if they are hidden; the words of `dns.encrypted`.
public enum EncryptedDNS: String, Sendable, CaseIterable {
    /// DNS over HTTPS (RFC 8484).
    case doh
    /// DNS over TLS (RFC 7858).
    case dot
    /// DNS over QUIC (RFC 9250).
    case doq
}
