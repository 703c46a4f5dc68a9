import Bytes

/// Escapes in JSON texts (RFC 8259 section 7).
enum JSONEscapes {
    /// Appends the text in `range`, its escapes resolved; half a surrogate pair becomes U+FFFD.
    static func decode(_ bytes: RawSpan, _ range: Range<Int>, into text: inout [UInt8]) {
        var offset = range.lowerBound
        while offset < range.upperBound, let byte = bytes.byte(at: offset) {
            offset &+= 1
            guard byte == JSONCursor.backslash, offset < range.upperBound, let mark = bytes.byte(at: offset) else {
                text.append(byte)
                continue
            }
            offset &+= 1
            if mark == UInt8(ascii: "u") {
                append(unicode(bytes, &offset, end: range.upperBound), to: &text)
            } else {
                text.append(single(mark))
            }
        }
    }

    private static func single(_ mark: UInt8) -> UInt8 {
        switch mark {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: mark
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        text += Array(String(Character(scalar)).utf8)
    }

    /// The scalar of the four digits at `offset`, and of the second half of a pair after it.
    private static func unicode(_ bytes: RawSpan, _ offset: inout Int, end: Int) -> Unicode.Scalar {
        guard let first = digits(bytes, offset, end: end) else { return "\u{FFFD}" }
        offset &+= 4
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        guard bytes.byte(at: offset) == JSONCursor.backslash, bytes.byte(at: offset &+ 1) == UInt8(ascii: "u"),
            let second = digits(bytes, offset &+ 2, end: end), (0xDC00..<0xE000).contains(second)
        else { return "\u{FFFD}" }
        offset &+= 6
        return Unicode.Scalar(0x10000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00)) ?? "\u{FFFD}"
    }

    private static func digits(_ bytes: RawSpan, _ offset: Int, end: Int) -> UInt32? {
        guard offset &+ 4 <= end else { return nil }
        var number: UInt32 = 0
        for index in 0..<4 {
            guard let byte = bytes.byte(at: offset &+ index), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { return nil }
            number = number << 4 | UInt32(digit)
        }
        return number
    }
}
