import Bytes

/// The parsers of byte streams, one of which reads a flow's client side at a time: the registry.
///
/// An enumeration in place of an existential: a flow's parser costs no allocation and no dynamic call. To add a parser,
/// add its case here, to `begin`, to `parse` and, if another unit may follow its own, to `successor`.
public enum AppParser: Sendable {
    /// No parser yet.
    case none
    /// TLS (RFC 8446).
    case tls(ClientHelloParser)
    /// The PROXY protocol's header, before anything else.
    case proxyProtocol(ProxyProtocolHeader)
    /// HTTP/2 in cleartext (RFC 9113).
    case http2(HTTP2Preface)
    /// HTTP/1 in cleartext (RFC 9112).
    case http(HTTPRequest)
    /// SOCKS (RFC 1928).
    case socks(SOCKSRequest)
    /// DNS over TCP (RFC 7766).
    case dns(DNSStream)
    /// A plain dialogue that asks for TLS.
    case startTLS(StartTLS)

    /// What the first bytes of a stream call for.
    public enum Beginning: Sendable {
        /// This parser.
        case parser(AppParser)
        /// More bytes are needed to tell.
        case unsure
        /// No parser knows it.
        case unknown
    }

    /// The bytes of the heap that the parser holds beside the stream.
    public var memory: Int {
        switch self {
        case .tls(let parser): parser.memory
        case .http2(let parser): parser.memory
        case .none, .proxyProtocol, .http, .socks, .dns, .startTLS: 0
        }
    }

    /// Asks every parser whether the stream that begins with `bytes` is its own; the first that is sure gets it.
    ///
    /// The order is from the surest probe to the least: a dialogue that may still ask for TLS is known by its words only.
    public static func begin(_ bytes: RawSpan) -> Beginning {
        var isUnsure = false
        func claims(_ probe: Probe) -> Bool {
            if probe == .unsure { isUnsure = true }
            return probe == .yes
        }
        if claims(ClientHelloParser.probe(bytes)) { return .parser(.tls(ClientHelloParser())) }
        if claims(ProxyProtocolHeader.probe(bytes)) { return .parser(.proxyProtocol(ProxyProtocolHeader())) }
        if claims(HTTP2Preface.probe(bytes)) { return .parser(.http2(HTTP2Preface())) }
        if claims(HTTPRequest.probe(bytes)) { return .parser(.http(HTTPRequest())) }
        if claims(SOCKSRequest.probe(bytes)) { return .parser(.socks(SOCKSRequest())) }
        if claims(DNSStream.probe(bytes)) { return .parser(.dns(DNSStream())) }
        if claims(StartTLS.probe(bytes)) { return .parser(.startTLS(StartTLS())) }
        return isUnsure ? .unsure : .unknown
    }

    /// Reads on with this parser; `bytes` begin where its protocol does.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        // Taken out before it is changed, so that what it holds is not copied.
        let parser = self
        self = .none
        let progress: Progress
        switch parser {
        case .none:
            progress = .skip
        case .tls(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .tls(parser)
        case .proxyProtocol(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .proxyProtocol(parser)
        case .http2(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .http2(parser)
        case .http(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .http(parser)
        case .socks(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .socks(parser)
        case .dns(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .dns(parser)
        case .startTLS(var parser):
            progress = parser.parse(bytes, into: &findings)
            self = .startTLS(parser)
        }
        return progress
    }

    /// What may come after a unit that this parser has read to its end.
    public enum Successor: Equatable, Sendable {
        /// Nothing that is wanted.
        case nothing
        /// Another protocol: the unit was the header of a proxy, or asked for TLS.
        case another
        /// The next request of the same connection.
        case request
        /// The same, after a body of unknown length.
        case requestAfterBody
        /// A second ClientHello, if the server answers with a HelloRetryRequest (RFC 8446 section 4.1.4).
        case hello

        /// Whether the unit names the flow by itself, without what comes after it.
        public var isNaming: Bool { self != .another }
    }

    /// What may come after the unit that was read to its end.
    public func successor(_ findings: Findings) -> Successor {
        switch self {
        case .proxyProtocol, .socks, .startTLS: .another
        case .http(let parser): parser.successor
        case .tls(let parser): parser.mayRetry(findings) ? .hello : .nothing
        case .none, .http2, .dns: .nothing
        }
    }

    /// Takes what is certain of a protocol unit that will never be whole; `bytes` begin where the protocol does. The
    /// other parsers name what they read at once, and have nothing left.
    public mutating func abandon(_ bytes: RawSpan, into findings: inout Findings) {
        if case .tls(var parser) = self { parser.abandon(bytes, into: &findings) }
    }
}
