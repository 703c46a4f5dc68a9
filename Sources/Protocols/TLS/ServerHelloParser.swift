public import Bytes

/// The server's side of TLS over a byte stream, as far as it is in cleartext: the ServerHello, and before TLS 1.3 the
/// certificate, which is read only where the client's hello had no name.
public struct ServerHelloParser: StreamParser {
    private var handshake = HandshakeStream()
    private var isBehindHello = false

    /// The bytes of the message that is being joined.
    public var memory: Int { handshake.joined.heapBytes }

    /// A parser at the first record.
    public init() {}

    /// Whether a TLS handshake record with a ServerHello is at the front.
    public static func probe(_ bytes: RawSpan) -> Probe {
        HandshakeStream.probe(bytes, type: TLSNumber.serverHello)
    }

    /// Reads until all that is wanted is whole, and adds it to `findings.tls`; `bytes` begin with the first record.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        while true {
            switch handshake.advance(bytes) {
            case .message(let range):
                if let end = take(bytes.clamped(range.indices), of: bytes, into: &findings) { return end }
            case .joined:
                // A second owner for the call, for taking a message may begin another handshake stream.
                let joined = handshake.joined
                let message = joined.rawSpan.clamped(handshake.joinedRange)
                if let end = take(message, of: bytes, into: &findings) { return end }
            case .more(let needed): return .more(atLeast: needed)
            case .malformed, .overLimit: return .skip
            }
        }
    }

    /// Takes a message; `nil` if the next one is wanted too.
    private mutating func take(_ message: RawSpan, of stream: RawSpan, into findings: inout Findings) -> Progress? {
        if isBehindHello {
            if let names = try? CertificateNames(handshake: message) { findings.tls?.takeCertificate(names: names.all) }
            return .done(consumed: stream.byteCount)
        }
        guard let hello = try? ServerHello(message), let header = message.uint32(at: 0) else { return .skip }
        add(hello, to: &findings)
        let hasCertificate = hello.version < TLSNumber.tls13 && findings.tls?.serverName == nil
        guard hasCertificate else { return .done(consumed: stream.byteCount) }
        isBehindHello = true
        handshake = HandshakeStream(skipping: Int(header & 0x00FF_FFFF) + 4)
        return nil
    }

    private func add(_ hello: ServerHello, to findings: inout Findings) {
        findings.application = .tls
        if findings.tls == nil {
            // Without the client's side the hello is what was lost.
            var facts = TLSFacts()
            facts.helloState = .truncated
            findings.tls = facts
        }
        // Member by member, in place: a copy of all the facts would count a dozen references.
        findings.tls?.version = hello.version
        findings.tls?.versionIsChosen = true
        if hello.isRetryRequest { findings.tls?.isRetried = true }
        findings.tls?.cipherSuite = hello.cipherSuite
        findings.tls?.chosenALPN = hello.alpn
    }
}

/// What a TLS ServerHello chooses (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
public struct ServerHello: Equatable, Sendable {
    /// The version, from supported_versions if it is there.
    public private(set) var version: UInt16
    /// The cipher suite.
    public private(set) var cipherSuite: UInt16
    /// Whether it is a HelloRetryRequest: it has the random value of one (RFC 8446 section 4.1.3).
    public private(set) var isRetryRequest = false
    /// The application protocol, which only TLS 1.2 and below answer in cleartext.
    public private(set) var alpn: String?

    /// Reads the handshake message `bytes`, its four header bytes included. A HelloRetryRequest reads the same.
    ///
    /// - Throws: `truncated` where the bytes end too early, `malformed` if this is no ServerHello.
    public init(_ bytes: RawSpan) throws(ParseError) {
        var reader = ByteReader(bytes)
        guard try reader.uint8() == TLSNumber.serverHello else { throw .malformed }
        var body = try reader.fenced(Int(try reader.uint24()))
        version = try body.uint16()
        let random = (try body.uint64(), try body.uint64())
        try body.skip(16)
        isRetryRequest = random == (0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891)
        try body.skip(Int(try body.uint8()))
        cipherSuite = try body.uint16()
        try body.skip(1)
        if body.isEmpty { return }
        var extensions = try body.fenced(Int(try body.uint16()))
        while !extensions.isEmpty {
            let type = try extensions.uint16()
            let length = Int(try extensions.uint16())
            let content = try extensions.span(length)
            switch type {
            case TLSExtension.supportedVersions: version = content.uint16(at: 0) ?? version
            case TLSExtension.alpn: alpn = TLSFacts.protocolNames(content.clamped(2...)).names.first
            default: break
            }
        }
    }
}
