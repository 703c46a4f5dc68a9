import Bytes

/// The host of an authority, `[userinfo@]host[:port]` (RFC 3986 section 3.2), in the one form names have here.
///
/// The user information and the port are read over and not kept. What is no name and no address is refused rather than
/// fixed: a wrong name is worse than none.
enum Authority {
    /// The host in lower case without a trailing dot, or the address in its canonical text; `nil` if `bytes`
    /// holds neither. Costs one pass and the string.
    static func host(of bytes: RawSpan) -> String? {
        let text = trimmed(bytes)
        var start = text.lowerBound
        var search = start
        while let at = bytes.firstIndex(of: UInt8(ascii: "@"), in: search..<text.upperBound) {
            start = at &+ 1
            search = start
        }
        guard start < text.upperBound, text.upperBound &- start <= longest else { return nil }
        let authority = bytes.clamped(start..<text.upperBound)
        return authority.byte(at: 0) == UInt8(ascii: "[") ? literal(authority) : named(authority)
    }

    /// The name in its one form: letters, digits, `-` and `_` in labels of 1 to 63 bytes (RFC 1035 section 2.3.4), or
    /// the canonical text of an IPv4 address; `nil` for anything else.
    static func name(of bytes: RawSpan) -> String? {
        let end = bytes.byte(at: bytes.byteCount &- 1) == UInt8(ascii: ".") ? bytes.byteCount &- 1 : bytes.byteCount
        guard end > 0, end <= longestName else { return nil }
        var name: [UInt8] = []
        name.reserveCapacity(end)
        var label = 0
        var isNumber = true
        for offset in 0..<end {
            guard let byte = bytes.byte(at: offset) else { return nil }
            guard byte < 0x80 else { return unicodeName(of: bytes.clamped(0..<end)) }
            guard let kept = lowered(byte) else { return nil }
            if kept == UInt8(ascii: ".") {
                guard label > 0 else { return nil }
                label = 0
                isNumber = true
            } else {
                label &+= 1
                guard label <= longestLabel else { return nil }
                isNumber = isNumber && kept >= UInt8(ascii: "0") && kept <= UInt8(ascii: "9")
            }
            name.append(kept)
        }
        guard label > 0 else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        // No top-level domain is a number: such text is an address or nothing (RFC 1123 section 2.1).
        return isNumber ? IPAddress(text)?.description : text
    }

    /// A name with letters beyond ASCII as it was sent, if it has a form in A-labels: see `NameEvidence`.
    private static func unicodeName(of bytes: RawSpan) -> String? {
        HostName.text(of: bytes).flatMap { HostName.converted($0) == nil ? nil : $0 }
    }

    private static func named(_ authority: RawSpan) -> String? {
        let colon = authority.firstIndex(of: UInt8(ascii: ":"), in: 0..<authority.byteCount)
        guard isPort(authority, from: colon) else { return nil }
        return name(of: authority.clamped(0..<(colon ?? authority.byteCount)))
    }

    private static func literal(_ authority: RawSpan) -> String? {
        guard let close = authority.firstIndex(of: UInt8(ascii: "]"), in: 0..<authority.byteCount) else { return nil }
        let next = close &+ 1
        guard isPort(authority, from: next < authority.byteCount ? next : nil) else { return nil }
        let text = String(decoding: authority.clamped(1..<close).copied(), as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        return IPAddress(text)?.description
    }

    /// Whether a colon and at most five digits are from `offset` to the end; nothing at all is a port left out.
    private static func isPort(_ bytes: RawSpan, from offset: Int?) -> Bool {
        guard let offset else { return true }
        guard bytes.byte(at: offset) == UInt8(ascii: ":"), bytes.byteCount &- offset <= 6 else { return false }
        for index in offset &+ 1..<bytes.byteCount {
            guard let byte = bytes.byte(at: index), (0x30...0x39).contains(byte) else { return false }
        }
        return true
    }

    /// The bytes without the blanks and line ends around them, which a folded header line leaves.
    private static func trimmed(_ bytes: RawSpan) -> Range<Int> {
        var start = 0
        var end = bytes.byteCount
        while start < end, isBlank(bytes.byte(at: start)) { start &+= 1 }
        while end > start, isBlank(bytes.byte(at: end &- 1)) { end &-= 1 }
        return start..<end
    }

    private static func isBlank(_ byte: UInt8?) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    /// The byte in lower case, or `nil` if it cannot stand in a name.
    private static func lowered(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &+ 0x20
        default: nil
        }
    }

    /// The longest name in its text form without the trailing dot (RFC 1035 section 2.3.4).
    private static let longestName = 253
    private static let longestLabel = 63
    /// The longest name, its dot, and a port.
    private static let longest = 260
}
