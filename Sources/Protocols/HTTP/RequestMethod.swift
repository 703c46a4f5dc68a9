import Bytes

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

    /// The first byte from `offset` on that is no blank. One blank stands between the parts of a request line, but
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

    /// Each with the blank behind it, so that no token begins another; the most frequent first.
    private static let tokens: [StaticString] = [
        "GET ", "POST ", "CONNECT ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH ", "TRACE ", "PROPFIND ",
        "PROPPATCH ", "MKCOL ", "MKCALENDAR ", "COPY ", "MOVE ", "LOCK ", "UNLOCK ", "REPORT ", "SEARCH ", "QUERY ",
        "PURGE ", "M-SEARCH ", "NOTIFY ", "SUBSCRIBE ", "UNSUBSCRIBE ", "RPC_IN_DATA ", "RPC_OUT_DATA ",
    ]
}
