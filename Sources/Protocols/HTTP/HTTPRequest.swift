import Bytes

/// The head of a client's first HTTP/1 request (RFC 9112): its request line and its Host, nothing else.
///
/// Names are added as soon as they are read, so that a capture that ends inside the head still has them. No value of
/// any other header, no query and no body is looked at. Behind a CONNECT request, and behind an accepted
/// `Upgrade: TLS` (RFC 2817), another protocol may begin; an ordinary request ends the reading of its flow.
///
/// Costs one pass over the head, however it is cut into calls; allocates for what it finds only.
public struct HTTPRequest: StreamParser {
    /// A head that is not complete after so many bytes is given up; what it said so far stands.
    public static let longestHead = 65_536

    private enum Stage { case requestLine, headers, afterHead }
    private var stage = Stage.requestLine
    private var lines = LineCursor()
    private var isConnect = false
    private var hasHost = false
    private var offersTLS = false
    /// The value of the Host header while the next line may still continue it (obs-fold, RFC 9112 section 5.2).
    private var openHost: Range<Int>?
    /// The host of the request's target; a Host header that only repeats it is no further evidence.
    private var targetHost: String?

    /// A parser at the first byte of a request.
    public init() {}

    /// By the method and the first byte of the target; empty lines before it are passed over (RFC 9112 section 2.2).
    public static func probe(_ bytes: RawSpan) -> Probe {
        var start = 0
        while start < mostLeadingBytes, let byte = bytes.byte(at: start), byte == 0x0D || byte == 0x0A { start &+= 1 }
        return RequestMethod.probe(bytes.clamped(start...))
    }

    /// Reads on to the end of the head.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        while stage != .afterHead {
            settleHost(bytes, into: &findings)
            guard let line = lines.next(in: bytes) else {
                return bytes.byteCount < Self.longestHead ? .more(atLeast: bytes.byteCount &+ 1) : .skip
            }
            guard line.upperBound <= Self.longestHead else { return .skip }
            if stage == .headers {
                readHeader(bytes, line)
            } else if !line.isEmpty {
                guard readRequestLine(bytes, line, into: &findings) else { return .skip }
            } else if line.lowerBound >= Self.mostLeadingBytes {
                return .skip
            }
        }
        return end(bytes, into: &findings)
    }

    /// `method SP request-target SP HTTP-version` with any number of blanks; whether the line is one.
    private mutating func readRequestLine(_ bytes: RawSpan, _ line: Range<Int>, into findings: inout Findings) -> Bool {
        guard let methodEnd = bytes.firstIndex(of: 0x20, in: line), methodEnd &- line.lowerBound <= Self.longestMethod,
            RequestMethod.probe(bytes.clamped(line)) == .yes
        else { return false }
        let targetStart = RequestMethod.endOfBlanks(bytes, from: methodEnd)
        guard let targetEnd = bytes.firstIndex(of: 0x20, in: targetStart..<line.upperBound),
            bytes.hasASCII("HTTP/1.", at: RequestMethod.endOfBlanks(bytes, from: targetEnd))
        else { return false }
        let method = bytes.clamped(line.lowerBound..<methodEnd)
        isConnect = method.byteCount == 7 && method.hasASCII("CONNECT")
        let target = RequestTarget(bytes, in: targetStart..<targetEnd, isConnect: isConnect)
        findings.application = .http
        findings.http = HTTPFacts(
            method: String(decoding: method.copied(), as: UTF8.self),
            path: RequestTarget.keptPath(bytes, in: target.path))
        if let authority = target.authority {
            findings.isViaProxy = true
            targetHost = Authority.host(of: bytes.clamped(authority))
            findings.add(name: targetHost, from: isConnect ? .connect : .httpHost)
        }
        stage = .headers
        return true
    }

    /// Takes the Host once the line behind it does not continue it.
    private mutating func settleHost(_ bytes: RawSpan, into findings: inout Findings) {
        guard let host = openHost, let next = bytes.byte(at: lines.lineStart), next != 0x20, next != 0x09 else {
            return
        }
        openHost = nil
        let name = Authority.host(of: bytes.clamped(host))
        if name != targetHost { findings.add(name: name, from: .httpHost) }
    }

    private mutating func readHeader(_ bytes: RawSpan, _ line: Range<Int>) {
        guard let first = line.isEmpty ? nil : bytes.byte(at: line.lowerBound) else {
            stage = .afterHead
            return
        }
        if first == 0x20 || first == 0x09 {
            if let host = openHost { openHost = host.lowerBound..<line.upperBound }
            return
        }
        let header = bytes.clamped(line)
        if !hasHost, header.hasUppercasedASCII("HOST:") {
            // A second Host is an error of the sender's (RFC 9112 section 3.2); the first one stands.
            hasHost = true
            openHost = line.lowerBound &+ 5..<line.upperBound
        } else if header.hasUppercasedASCII("UPGRADE:") {
            offersTLS = Self.namesTLS(header)
        }
    }

    /// Whether TLS is among the protocols of an Upgrade header.
    private static func namesTLS(_ header: RawSpan) -> Bool {
        for offset in 8..<Swift.max(header.byteCount, 8) where header.hasUppercasedASCII("TLS/", at: offset) {
            return true
        }
        return false
    }

    /// What may stand behind the head.
    private func end(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        if isConnect { return .done(consumed: lines.lineStart) }
        guard offersTLS else { return .done(consumed: bytes.byteCount) }
        guard let next = bytes.byte(at: lines.lineStart) else { return .more(atLeast: lines.lineStart &+ 1) }
        // The offer was taken only where a TLS handshake record follows; otherwise it is the next plain request.
        guard next == 0x16 else { return .done(consumed: bytes.byteCount) }
        findings.isOpportunisticTLS = true
        return .done(consumed: lines.lineStart)
    }

    /// Empty lines before a request are tolerated up to here.
    private static let mostLeadingBytes = 8
    private static let longestMethod = 16
}

/// The lines of a stream that grows, each found once: it remembers how far it has looked.
///
/// A line ends with LF; a CR before it is no part of it (RFC 9112 section 2.2). Trivial; the bytes are never copied.
/// Looking costs one comparison a byte over the whole life of the stream, however often it is called.
struct LineCursor: Sendable {
    /// Where the line that is not complete yet begins.
    private(set) var lineStart = 0
    /// Every byte before this one is known to be no end of the current line.
    private var looked = 0

    /// The next complete line without its ending, or nothing where the bytes hold no further line's end.
    mutating func next(in bytes: RawSpan) -> Range<Int>? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n"), in: looked..<Swift.max(looked, bytes.byteCount)) else {
            looked = Swift.max(looked, bytes.byteCount)
            return nil
        }
        let start = lineStart
        lineStart = end &+ 1
        looked = lineStart
        let hasReturn = end > start && bytes.byte(at: end &- 1) == UInt8(ascii: "\r")
        return start..<(hasReturn ? end &- 1 : end)
    }
}

extension Findings {
    /// Adds a name where the same one from the same source does not stand already (a client asked twice).
    mutating func add(name: String?, from source: HostSource) {
        guard let name else { return }
        let evidence = NameEvidence(name: name, source: source)
        guard names.count < Self.mostNames, !names.contains(evidence) else { return }
        names.append(evidence)
    }

    /// A stream that names more hosts than this in one flow's beginning is no client's; the first ones stand.
    private static let mostNames = 16
}
