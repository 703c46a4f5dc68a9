import Bytes

/// The commands of a text protocol, a line each, up to the one that asks for TLS.
///
/// `STARTTLS` in SMTP (RFC 3207), NNTP (RFC 4642), ManageSieve (RFC 5804) and IRC, `tag STARTTLS` in IMAP (RFC 9051),
/// `STLS` in POP3 (RFC 2595), `AUTH TLS` in FTP (RFC 4217). Other lines, known or not, are read over.
struct LineDialogue {
    private var lines = LineCursor()
    private var asked = false

    /// By the command that begins the stream, in whatever case.
    static func probe(_ bytes: RawSpan) -> Probe {
        for command in commands where bytes.hasUppercasedASCII(command) { return .yes }
        var end = 0
        while end < longestTag, let byte = bytes.byte(at: end), isTag(byte) { end &+= 1 }
        guard let next = bytes.byte(at: end) else { return .unsure }
        guard next == 0x20, end > 0 else { return .no }
        for command in tagged where bytes.hasUppercasedASCII(command, at: end &+ 1) { return .yes }
        return bytes.byteCount &- end &- 1 < longestTagged ? .unsure : .no
    }

    mutating func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        while true {
            if asked {
                let outcome = StartTLS.handshake(bytes, at: lines.lineStart)
                if outcome != .none { return outcome }
                asked = false
            }
            guard let line = lines.next(in: bytes) else {
                let isTooLong = bytes.byteCount &- lines.lineStart > Self.longestLine
                return isTooLong ? .none : .more(atLeast: bytes.byteCount &+ 1)
            }
            guard line.count <= Self.longestLine, line.upperBound <= StartTLS.longestDialogue else { return .none }
            asked = Self.asksForTLS(bytes.clamped(line))
        }
    }

    private static func asksForTLS(_ line: RawSpan) -> Bool {
        var end = line.byteCount
        while end > 0, line.byte(at: end &- 1) == 0x20 { end &-= 1 }
        switch end {
        case 4: return line.hasUppercasedASCII("STLS")
        case 8 where line.hasUppercasedASCII("AUTH TLS") || line.hasUppercasedASCII("AUTH SSL"): return true
        case 8: return line.hasUppercasedASCII("STARTTLS")
        case 10...(longestTag &+ 9):
            guard line.hasUppercasedASCII(" STARTTLS", at: end &- 9) else { return false }
            return (0..<end &- 9).allSatisfy { line.byte(at: $0).map(isTag) == true }
        default: return false
        }
    }

    /// The characters that clients make IMAP tags of.
    private static func isTag(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static let commands: [StaticString] = [
        "EHLO ", "HELO ", "LHLO ", "STARTTLS", "STLS", "AUTH ", "AUTH\r", "USER ", "PASS ", "NICK ", "CAPA",
        "CAP LS", "CAP REQ", "MODE REA", "FEAT", "OPTS ", "CLNT ", "HOST ", "SYST", "NOOP", "RSET", "QUIT",
    ]
    /// How the first commands of an IMAP client begin, behind their tag.
    private static let tagged: [StaticString] = ["CAPA", "STAR", "NOOP", "ID ", "LOGI", "LOGO", "AUTH"]
    private static let longestTag = 16
    private static let longestTagged = 4
    /// Longer than any of these protocols allows.
    private static let longestLine = 4096
}

/// An XML stream up to its `<starttls/>` (RFC 6120 section 5).
///
/// The byte that begins a TLS handshake record cannot stand in XML 1.0 at all, so that the first one behind the element
/// is where TLS begins, with no need to understand the elements.
struct XMPPDialogue {
    private var looked = 0
    private var asked = false

    static func probe(_ bytes: RawSpan) -> Probe {
        for text in beginnings {
            if bytes.hasASCII(text) { return .yes }
            if bytes.isProperPrefix(ofASCII: text) { return .unsure }
        }
        return .no
    }

    mutating func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        while looked < Swift.min(bytes.byteCount, StartTLS.longestDialogue) {
            let byte = bytes.byte(at: looked)
            if byte == StartTLS.handshakeRecord { return asked ? .tls(at: looked) : .none }
            if byte == UInt8(ascii: "<"), !asked {
                let rest = bytes.clamped(looked...)
                if rest.isProperPrefix(ofASCII: Self.element) { break }
                asked = rest.hasASCII(Self.element)
            }
            looked &+= 1
        }
        return .more(atLeast: bytes.byteCount &+ 1)
    }

    private static let element: StaticString = "<starttls"
    private static let beginnings: [StaticString] = ["<?xml ", "<stream:stream", "<starttls"]
}
