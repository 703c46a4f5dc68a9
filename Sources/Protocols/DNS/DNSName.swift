public import Bytes

/// Domain names as they are in messages and as text (RFC 1035 sections 3.1 and 4.1.4).
///
/// The text is in lower case, without a trailing dot; the root is a single dot. A byte that could be mistaken, because
/// it is a dot inside a label, a backslash, a space, a control character or no ASCII, is written `\DDD` (RFC 1035
/// section 5.1), so that text with a backslash in it is never a host name.
public enum DNSName {
    /// The most bytes that a name may have on the wire, its root included.
    public static var maximumWireLength: Int { 255 }
    /// The most bytes that the text of a name may have: every byte of every label escaped.
    public static var maximumTextLength: Int { 4 * 255 }

    /// Appends the text of the name at `start` of `message` and returns the offset after the name.
    ///
    /// A pointer must lead to before the stretch of labels that it ends, so that each one leads nearer to the start,
    /// and at most 32 are followed. Throws `truncated` where the message ends first, `malformed` for a pointer that
    /// leads elsewhere or a name of more than 255 bytes; `text` is then as it was. No allocation but `text`'s growth.
    public static func append(
        at start: Int, of message: RawSpan, to text: inout [UInt8]
    ) throws(ParseError) -> Int {
        let mark = text.count
        do throws(ParseError) {
            return try appendLabels(at: start, of: message, to: &text)
        } catch {
            text.removeSubrange(mark...)
            throw error
        }
    }

    /// The offset after the name at `start` of `message`, without reading what a pointer leads to.
    public static func end(at start: Int, of message: RawSpan) throws(ParseError) -> Int {
        var cursor = start
        while cursor &- start < maximumWireLength {
            guard let length = message.byte(at: cursor) else { throw .truncated }
            switch length & labelKind {
            case plainLabel where length == 0: return cursor &+ 1
            case plainLabel: cursor &+= 1 &+ Int(length)
            case pointer:
                guard message.byte(at: cursor &+ 1) != nil else { throw .truncated }
                return cursor &+ 2
            default: throw .malformed
            }
        }
        throw .malformed
    }

    /// Whether `text` is the name of a host in the wide sense that is in use: labels of letters, digits, hyphens and
    /// underscores, each of 1 to 63 bytes, at most 253 in all, with `*` as the first label where `allowsWildcard`.
    public static func isHostName(_ text: RawSpan, allowsWildcard: Bool = false) -> Bool {
        guard (1...253).contains(text.byteCount) else { return false }
        var labelLength = 0
        for index in 0..<text.byteCount {
            guard let byte = text.byte(at: index) else { return false }
            switch byte {
            case UInt8(ascii: "."):
                guard labelLength > 0 else { return false }
                labelLength = 0
                continue
            case UInt8(ascii: "*"):
                guard allowsWildcard, index == 0, text.byte(at: 1) == UInt8(ascii: ".") else { return false }
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                break
            default: return false
            }
            labelLength &+= 1
            guard labelLength <= 63 else { return false }
        }
        return labelLength > 0
    }

    private static func appendLabels(
        at start: Int, of message: RawSpan, to text: inout [UInt8]
    ) throws(ParseError) -> Int {
        var cursor = start
        var stretch = start
        var end: Int?
        var hops = 0
        var wireLength = 1
        while true {
            guard let length = message.byte(at: cursor) else { throw .truncated }
            switch length & labelKind {
            case plainLabel where length == 0:
                if wireLength == 1 { text.append(UInt8(ascii: ".")) }
                return end ?? cursor &+ 1
            case plainLabel:
                if wireLength > 1 { text.append(UInt8(ascii: ".")) }
                wireLength &+= 1 &+ Int(length)
                guard wireLength <= maximumWireLength else { throw .malformed }
                try appendLabel(cursor &+ 1, Int(length), of: message, to: &text)
                cursor &+= 1 &+ Int(length)
            case pointer:
                guard let word = message.uint16(at: cursor) else { throw .truncated }
                let target = Int(word & 0x3FFF)
                guard target >= DNSHeader.byteCount, target < stretch, hops < maximumHops else { throw .malformed }
                end = end ?? cursor &+ 2
                (cursor, stretch) = (target, target)
                hops &+= 1
            default: throw .malformed
            }
        }
    }

    private static func appendLabel(
        _ start: Int, _ length: Int, of message: RawSpan, to text: inout [UInt8]
    ) throws(ParseError) {
        for offset in start..<start &+ length {
            guard let byte = message.byte(at: offset) else { throw .truncated }
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): text.append(byte | 0x20)
            case UInt8(ascii: "."), UInt8(ascii: "\\"), 0x00...0x20, 0x7F...0xFF: appendEscape(byte, to: &text)
            default: text.append(byte)
            }
        }
    }

    private static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        text.append(UInt8(ascii: "\\"))
        text.append(zero &+ byte / 100)
        text.append(zero &+ byte / 10 % 10)
        text.append(zero &+ byte % 10)
    }

    /// The two bits that say what a length byte means (RFC 1035 section 4.1.4); 01 and 10 are not in use (RFC 6891).
    private static var labelKind: UInt8 { 0xC0 }
    private static var plainLabel: UInt8 { 0x00 }
    private static var pointer: UInt8 { 0xC0 }
    private static var maximumHops: Int { 32 }
}
