import Bytes

/// The target of a request (RFC 9112 section 3.2) as ranges within the bytes of its line.
struct RequestTarget {
    /// The authority of an absolute-form or authority-form target; nothing in the other forms.
    let authority: Range<Int>?
    /// The path with whatever follows it; empty in the authority form.
    let path: Range<Int>

    /// Reads the target that is in `range` of `bytes`.
    init(_ bytes: RawSpan, in range: Range<Int>, isConnect: Bool) {
        if isConnect {
            self.authority = range
            self.path = range.upperBound..<range.upperBound
        } else if let start = Self.endOfScheme(bytes, in: range) {
            var end = start
            while end < range.upperBound, !Self.endsAuthority(bytes.byte(at: end)) { end &+= 1 }
            self.authority = start..<end
            self.path = end..<range.upperBound
        } else {
            self.authority = nil
            self.path = range
        }
    }

    /// The path that may be kept: no query, no fragment, no model's name, at most 256 bytes.
    ///
    /// Some vendors put the name of a model into the path (`/v1beta/models/NAME:generateContent`); the part behind
    /// `models`, `model`, `deployments` or `engines` is written as `*`, up to a colon that begins a verb.
    static func keptPath(_ bytes: RawSpan, in range: Range<Int>) -> String {
        var kept: [UInt8] = []
        var segment = 0
        var isHidden = false
        for offset in range {
            guard kept.count < longestPath, let byte = bytes.byte(at: offset) else { break }
            if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { break }
            if byte == UInt8(ascii: "/") {
                isHidden = !isHidden && namesModels(bytes.clamped(segment..<offset))
                segment = offset &+ 1
                kept.append(byte)
                continue
            }
            if isHidden, byte == UInt8(ascii: ":") { isHidden = false }
            if !isHidden { kept.append(byte) } else if offset == segment { kept.append(UInt8(ascii: "*")) }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func namesModels(_ segment: RawSpan) -> Bool {
        switch segment.byteCount {
        case 5: segment.hasASCII("model")
        case 6: segment.hasASCII("models")
        case 7: segment.hasASCII("engines")
        case 11: segment.hasASCII("deployments")
        default: false
        }
    }

    /// Where the authority of an absolute-form target begins, behind `http://` and its like.
    private static func endOfScheme(_ bytes: RawSpan, in range: Range<Int>) -> Int? {
        for scheme in schemes where bytes.hasUppercasedASCII(scheme, at: range.lowerBound) {
            let start = range.lowerBound &+ scheme.utf8CodeUnitCount
            return start <= range.upperBound ? start : nil
        }
        return nil
    }

    private static func endsAuthority(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static let schemes: [StaticString] = ["HTTP://", "HTTPS://", "WS://", "WSS://", "FTP://"]
    private static let longestPath = 256
}

/// The methods by which a stream is taken for HTTP (the IANA HTTP Method Registry, and what is common besides it).
enum RequestMethod {
    /// Whether the bytes may begin a request: a method, blanks, and the first byte of a target it may have.
    static func probe(_ bytes: RawSpan) -> Probe {
        var mayBe = false
        for token in tokens {
            if bytes.hasASCII(token) {
                guard let byte = bytes.byte(at: endOfBlanks(bytes, from: token.utf8CodeUnitCount)) else {
                    return .unsure
                }
                return beginsTarget(byte) ? .yes : .no
            }
            mayBe = mayBe || bytes.isProperPrefix(ofASCII: token)
        }
        return mayBe ? .unsure : .no
    }

    /// The first byte from `offset` on that is no blank. One blank is between the parts of a request line, but
    /// servers take more (RFC 9112 section 3), and who hides from a monitor sends more; past 64 it is no request.
    static func endOfBlanks(_ bytes: RawSpan, from offset: Int) -> Int {
        var end = offset
        while end < offset &+ 64, bytes.byte(at: end) == 0x20 { end &+= 1 }
        return end
    }

    /// A path, `*`, a scheme or a host name, or an IPv6 literal.
    private static func beginsTarget(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "["), UInt8(ascii: "_"): true
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    /// Each with the blank after it, so that no token begins another; the most frequent first.
    fileprivate static let tokens: [StaticString] = [
        "GET ", "POST ", "CONNECT ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH ", "TRACE ", "PROPFIND ",
        "PROPPATCH ", "MKCOL ", "MKCALENDAR ", "COPY ", "MOVE ", "LOCK ", "UNLOCK ", "REPORT ", "SEARCH ", "QUERY ",
        "PURGE ", "M-SEARCH ", "NOTIFY ", "SUBSCRIBE ", "UNSUBSCRIBE ", "RPC_IN_DATA ", "RPC_OUT_DATA ",
    ]
}

extension HTTPFacts {
    /// What `path` has of the request target `target`, which is a path: for rules that are compared with it.
    package static func keptPath(of target: String) -> String {
        let bytes = Array(target.utf8)
        return RequestTarget.keptPath(bytes.rawSpan, in: bytes.indices)
    }

    /// The methods that requests over HTTP/1 are told by, in capitals as they are sent.
    package static let methods: [String] = RequestMethod.tokens.map { String($0.description.dropLast()) }
}
