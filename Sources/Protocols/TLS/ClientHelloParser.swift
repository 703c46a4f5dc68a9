import Bytes

/// The client's side of TLS over a byte stream: one ClientHello, over any number of records and segments; or the second
/// one, which a client sends after a HelloRetryRequest.
public struct ClientHelloParser: StreamParser {
    private var handshake = HandshakeStream()
    /// Whether it is the second hello that is wanted.
    private let isRetry: Bool

    /// The bytes of the message that is being joined.
    var memory: Int { handshake.joined.heapBytes }

    /// A parser at the first record.
    public init() { isRetry = false }

    /// A parser at the first record after a hello, if `isRetry`: it reads a second hello, and nothing else.
    public init(isRetry: Bool) { self.isRetry = isRetry }

    /// Whether a second hello may follow the one that was read: only TLS 1.3 has a HelloRetryRequest.
    func mayRetry(_ findings: Findings) -> Bool {
        !isRetry && findings.tls?.helloState != .overLimit
            && findings.tls?.offeredVersions.contains(TLSNumber.tls13) == true
    }

    /// Whether a TLS handshake record with a ClientHello is at the front.
    public static func probe(_ bytes: RawSpan) -> Probe {
        HandshakeStream.probe(bytes, type: TLSNumber.clientHello)
    }

    /// Reads until the hello is whole, then takes its facts. `findings.tls` is set as soon as the hello is recognized
    /// as one that will not be read whole; its name is set only if all of it was there.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        switch handshake.advance(bytes) {
        case .message(let range):
            return finish(bytes.clamped(range.indices), of: bytes, into: &findings)
        case .joined:
            return finish(handshake.joined.rawSpan, of: bytes, into: &findings)
        case .more(let needed):
            return .more(atLeast: needed)
        case .malformed:
            if !isRetry { add(state: .malformed, to: &findings) }
            return .skip
        case .overLimit:
            if !isRetry { add(state: .overLimit, to: &findings) }
            return .skip
        }
    }

    /// Takes what is certain of a hello that will never be whole: the stream ended, or bytes of it were lost.
    ///
    /// - Returns: whether it was a hello at all.
    @discardableResult
    public mutating func abandon(_ bytes: RawSpan, into findings: inout Findings) -> Bool {
        guard !isRetry else { return false }
        guard case .more = handshake.advance(bytes) else { return false }
        let isJoined = !handshake.joined.isEmpty
        var message = handshake.joined
        // The next record's header may itself be missing, or only begun.
        bytes.clamped((handshake.position &+ 5)...).append(to: &message)
        guard isJoined || !message.isEmpty, let hello = try? ClientHello(message.rawSpan) else {
            add(state: .truncated, to: &findings)
            return true
        }
        add(TLSFacts(hello, bytes: message.rawSpan, isQUIC: false), to: &findings)
        findings.tls?.helloState = .truncated
        return true
    }

    private func finish(_ message: RawSpan, of stream: RawSpan, into findings: inout Findings) -> Progress {
        guard !isRetry else { return finishRetry(message, of: stream, into: &findings) }
        if let facts = findings.preview?.facts(of: message) {
            add(facts, to: &findings)
            return .done(consumed: min(handshake.position, stream.byteCount))
        }
        guard let hello = try? ClientHello(message) else {
            add(state: .malformed, to: &findings)
            return .skip
        }
        add(findings.shapes.facts(hello, bytes: message, isQUIC: false), to: &findings)
        return .done(consumed: min(handshake.position, stream.byteCount))
    }

    /// Takes the name of a second hello, which servers go by: it leads. Another one than in the first hello is against
    /// RFC 8446 section 4.1.2, and a contradiction; the fingerprints stay those of the first.
    private func finishRetry(_ message: RawSpan, of stream: RawSpan, into findings: inout Findings) -> Progress {
        guard let hello = try? ClientHello(message) else { return .skip }
        var second = TLSFacts()
        second.takeServerName(message.clamped(hello.serverName.indices))
        let name = second.serverName
        findings.tls?.isRetried = true
        if name != findings.tls?.serverName {
            findings.conflicts += 1
            if let name {
                findings.tls?.serverName = name
                let isSound = hello.state != .malformed
                findings.add(evidence: NameEvidence(name: name, source: .tlsSNI, isSound: isSound), first: true)
            }
        }
        return .done(consumed: min(handshake.position, stream.byteCount))
    }

    private func add(state: TLSFacts.HelloState, to findings: inout Findings) {
        var facts = TLSFacts()
        facts.helloState = state
        add(facts, to: &findings)
    }

    private func add(_ facts: consuming TLSFacts, to findings: inout Findings) {
        facts.helloRecords = max(1, handshake.records)
        facts.adoptChoice(of: findings.tls)
        findings.application = .tls
        findings.tls = facts
        if let name = facts.serverName {
            let isSound = facts.helloState != .malformed
            findings.add(evidence: NameEvidence(name: name, source: .tlsSNI, isSound: isSound), first: false)
        }
    }
}
