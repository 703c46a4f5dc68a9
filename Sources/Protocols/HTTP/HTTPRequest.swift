import Bytes

/// The head of one HTTP/1 request (RFC 9112): its request line and its Host, and where the next request begins.
///
/// Names are added as soon as they are read, so that a capture that ends inside the head still has them. No value of
/// any other header, no query and no body is looked at. After a CONNECT request, and after an accepted
/// `Upgrade: TLS` (RFC 2817), another protocol may begin; after an ordinary request the next one.
///
/// Costs one pass over the head, however it is cut into calls; allocates for what it finds only.
public struct HTTPRequest: StreamParser {
    /// A head that is not complete after so many bytes is given up; what it said so far is used.
    public static let longestHead = 65_536

    private enum Stage { case requestLine, headers, afterHead }
    private var stage = Stage.requestLine
    private var lines = LineCursor()
    private var isConnect = false
    /// How many Host headers were read, and the first one's host.
    private var hostCount = 0
    private var firstHost: String?
    private var offersTLS = false
    /// The length of the body, by Content-Length; `nil` if a header contradicts it or is no number.
    private var bodyLength: Int? = 0
    /// What comes after the request; set at its end.
    private(set) var successor = AppParser.Successor.nothing
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
        guard let targetEnd = Self.endOfTarget(bytes, targetStart..<max(targetStart, line.upperBound)) else {
            return false
        }
        let method = bytes.clamped(line.lowerBound..<methodEnd)
        isConnect = method.byteCount == 7 && method.hasASCII("CONNECT")
        let target = RequestTarget(bytes, in: targetStart..<targetEnd, isConnect: isConnect)
        findings.application = .http
        let facts = HTTPFacts(
            method: String(decoding: method.copied(), as: UTF8.self),
            path: RequestTarget.keptPath(bytes, in: target.path))
        // Of several requests the first one is told, unless it only asked a proxy for a tunnel.
        if findings.http == nil || findings.http?.method == "CONNECT" { findings.http = facts }
        if let authority = target.authority {
            findings.isViaProxy = true
            targetHost = Authority.host(of: bytes.clamped(authority))
            findings.add(name: targetHost, from: isConnect ? .connect : .httpHost)
        }
        stage = .headers
        return true
    }

    /// Where the target ends: before the last blank that the version follows. Servers take a target with blanks in it
    /// (RFC 9112 section 3 lets them).
    private static func endOfTarget(_ bytes: RawSpan, _ line: Range<Int>) -> Int? {
        var end: Int?
        var search = line
        while let blank = bytes.firstIndex(of: 0x20, in: search) {
            let next = RequestMethod.endOfBlanks(bytes, from: blank)
            if next <= line.upperBound, bytes.hasASCII("HTTP/1.", at: next) { end = blank }
            search = min(max(next, blank &+ 1), line.upperBound)..<line.upperBound
        }
        return end
    }

    /// Takes the Host once the line after it does not continue it.
    private mutating func settleHost(_ bytes: RawSpan, into findings: inout Findings) {
        guard let host = openHost, let next = bytes.byte(at: lines.lineStart), next != 0x20, next != 0x09 else {
            return
        }
        openHost = nil
        let name = Authority.host(of: bytes.clamped(host))
        hostCount &+= 1
        if hostCount == 1 {
            firstHost = name
        } else if name != firstHost {
            // An error of the sender's (RFC 9112 section 3.2). Servers refuse it, or go by one of them.
            findings.conflicts &+= 1
        }
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
        if hostCount < Self.mostHosts, header.hasUppercasedASCII("HOST:") {
            openHost = line.lowerBound &+ 5..<line.upperBound
        } else if header.hasUppercasedASCII("UPGRADE:") {
            offersTLS = Self.namesTLS(header)
        } else if header.hasUppercasedASCII("CONTENT-LENGTH:") {
            bodyLength = Self.number(header.clamped(15...))
        } else if header.hasUppercasedASCII("TRANSFER-ENCODING:") {
            bodyLength = nil
        }
    }

    /// The number in a Content-Length; `nil` if it is not one, or of more digits than a length has that is followed.
    private static func number(_ value: RawSpan) -> Int? {
        var number = 0
        var digits = 0
        for offset in 0..<value.byteCount {
            guard let byte = value.byte(at: offset) else { return nil }
            if byte == 0x20 || byte == 0x09 || byte == 0x0D { continue }
            guard (0x30...0x39).contains(byte), digits < 9 else { return nil }
            number = number &* 10 &+ Int(byte &- 0x30)
            digits &+= 1
        }
        return digits > 0 ? number : nil
    }

    /// Whether TLS is among the protocols of an Upgrade header.
    private static func namesTLS(_ header: RawSpan) -> Bool {
        for offset in 8..<Swift.max(header.byteCount, 8) where header.hasUppercasedASCII("TLS/", at: offset) {
            return true
        }
        return false
    }

    /// What may come after the head.
    private mutating func end(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        if isConnect {
            successor = .another
            return .done(consumed: lines.lineStart)
        }
        if offersTLS {
            guard let next = bytes.byte(at: lines.lineStart) else { return .more(atLeast: lines.lineStart &+ 1) }
            // The offer was taken only if a TLS handshake record follows; otherwise it is the next plain request.
            if next == 0x16 {
                findings.isOpportunisticTLS = true
                successor = .another
                return .done(consumed: lines.lineStart)
            }
        }
        if let bodyLength {
            successor = .request
            return .done(consumed: lines.lineStart &+ bodyLength)
        }
        if let next = Self.nextRequest(afterChunksIn: bytes, from: lines.lineStart) {
            successor = .request
            return .done(consumed: next)
        }
        successor = .requestAfterBody
        return .done(consumed: bytes.byteCount)
    }

    /// Where a request begins after the last chunk of a body (RFC 9112 section 7.1) that ends in `bytes`, looked for from
    /// `start`; `nil` if none does. Cost: one pass.
    public static func nextRequest(afterChunksIn bytes: RawSpan, from start: Int = 0) -> Int? {
        var position = max(start, 0)
        while let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n"), in: position..<max(position, bytes.byteCount)) {
            // A last chunk is a line that says zero, and an empty line after it.
            let isLast = bytes.hasASCII("0\r\n\r\n", at: position) && probe(bytes.clamped((position &+ 5)...)) == .yes
            if isLast { return position &+ 5 }
            position = lineEnd &+ 1
        }
        return nil
    }

    /// Empty lines before a request are tolerated up to here.
    private static let mostLeadingBytes = 8
    private static let longestMethod = 16
    /// The most Host headers of a request that are read.
    private static let mostHosts = 4
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

    /// The next complete line without its ending, or `nil` if the bytes hold no further line's end.
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
    /// Adds a name unless the same one from the same source is there already (a client asked twice).
    mutating func add(name: String?, from source: HostSource) {
        guard let name else { return }
        add(evidence: NameEvidence(name: name, source: source), first: false)
    }

    /// Adds a piece of evidence unless the same one is there, or `mostNames` are; as the first of all if `first`.
    public mutating func add(evidence: NameEvidence, first: Bool) {
        var evidence = evidence
        if let index = names.firstIndex(where: { $0.name == evidence.name && $0.source == evidence.source }) {
            evidence.isSound = evidence.isSound || names[index].isSound
            guard first else {
                names[index] = evidence
                return
            }
            names.remove(at: index)
        }
        guard names.count < Self.mostNames else { return }
        names.insert(evidence, at: first ? 0 : names.count)
    }

    /// The most names that are kept of a flow: what 64 requests of a connection name, and some from elsewhere.
    public static var mostNames: Int { 80 }
}
