import Bytes

/// Walks over JSON (RFC 8259) in memory without making values: a value is its kind and its place.
///
/// It accepts what a reader must accept of egret's own lines; it does not check escapes and numbers to the last digit, which are
/// checked if they are used. Never recursive on what it passes over. Never traps.
struct JSONCursor {
    /// The kind of a value.
    enum Kind: UInt8 {
        case absent, text, escapedText, number, yes, no, null, list, object
    }

    /// A value's place: a text's without its quotation marks, a list's and an object's with its brackets.
    struct Value {
        var kind = Kind.absent
        var start = 0
        var end = 0

        var range: Range<Int> { start..<max(start, end) }
    }

    var offset: Int
    let end: Int

    @inline(__always)
    mutating func skipBlanks(_ bytes: RawSpan) {
        while offset < end, let byte = bytes.byte(at: offset), byte == 0x20 || byte == 0x09 || byte == 0x0D {
            offset &+= 1
        }
    }

    /// Passes over `byte` if it is next.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ bytes: RawSpan) -> Bool {
        guard offset < end, bytes.byte(at: offset) == byte else { return false }
        offset &+= 1
        return true
    }

    /// Passes over a text whose opening mark is next; `nil` if there is none, or no end.
    @inline(__always)
    mutating func text(_ bytes: RawSpan) -> Value? {
        guard take(Self.quote, bytes) else { return nil }
        let start = offset
        var kind = Kind.text
        while offset < end {
            while offset &+ 8 <= end, let word = bytes.uint64(at: offset) {
                let marks = SwarBytes.equal(word, to: Self.quote) | SwarBytes.equal(word, to: Self.backslash)
                // The word is big-endian: its highest byte is the first.
                if marks != 0 {
                    offset &+= marks.leadingZeroBitCount / 8
                    break
                }
                offset &+= 8
            }
            guard offset < end, let byte = bytes.byte(at: offset) else { return nil }
            offset &+= 1
            if byte == Self.quote { return Value(kind: kind, start: start, end: offset &- 1) }
            if byte == Self.backslash {
                kind = .escapedText
                offset &+= 1
            }
        }
        return nil
    }

    /// Passes over the next value.
    mutating func value(_ bytes: RawSpan) -> Value? {
        guard offset < end, let byte = bytes.byte(at: offset) else { return nil }
        switch byte {
        case Self.quote: return text(bytes)
        case UInt8(ascii: "{"): return container(.object, bytes)
        case UInt8(ascii: "["): return container(.list, bytes)
        case UInt8(ascii: "t"): return word(.yes, count: 4, bytes)
        case UInt8(ascii: "f"): return word(.no, count: 5, bytes)
        case UInt8(ascii: "n"): return word(.null, count: 4, bytes)
        default: return number(bytes)
        }
    }

    private mutating func word(_ kind: Kind, count: Int, _ bytes: RawSpan) -> Value? {
        guard count <= end &- offset else { return nil }
        let value = Value(kind: kind, start: offset, end: offset &+ count)
        let isRight =
            switch kind {
            case .yes: bytes.hasASCII("true", at: offset)
            case .no: bytes.hasASCII("false", at: offset)
            default: bytes.hasASCII("null", at: offset)
            }
        offset &+= count
        return isRight ? value : nil
    }

    private mutating func number(_ bytes: RawSpan) -> Value? {
        let start = offset
        while offset < end, let byte = bytes.byte(at: offset), Self.isOfNumber(byte) { offset &+= 1 }
        return offset > start ? Value(kind: .number, start: start, end: offset) : nil
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    /// Passes over a list or an object by counting brackets outside texts.
    private mutating func container(_ kind: Kind, _ bytes: RawSpan) -> Value? {
        let start = offset
        var depth = 0
        while offset < end, let byte = bytes.byte(at: offset) {
            switch byte {
            case Self.quote:
                guard text(bytes) != nil else { return nil }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth &-= 1
            default: break
            }
            offset &+= 1
            if depth == 0 { return Value(kind: kind, start: start, end: offset) }
        }
        return nil
    }

    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
}
