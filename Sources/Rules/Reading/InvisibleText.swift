/// Characters that look like nothing or like others, which come into a policy when text is copied into it from elsewhere.
enum InvisibleText {
    /// The first such character in `text`, with its number and what it is; `nil` if there is none.
    static func first(in text: String) -> String? {
        text.unicodeScalars.lazy.compactMap { scalar in
            name(of: scalar).map { "\(number(scalar)) (\($0))" }
        }.first
    }

    /// `text` without them, and without quotes at its ends.
    static func removed(from text: String) -> String {
        let kept = text.unicodeScalars.filter { name(of: $0) == nil }
        var plain = Substring(String(String.UnicodeScalarView(kept)))
        while let first = plain.first, " \"'`\t".contains(first) { plain = plain.dropFirst() }
        while let last = plain.last, " \"'`\t".contains(last) { plain = plain.dropLast() }
        return String(plain)
    }

    private static func name(of scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: "a blank that is no ASCII blank"
        case 0xAD: "a soft hyphen"
        case 0x200B...0x200D, 0x2060...0x2064, 0xFEFF, 0x180E: "a character without width"
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "a mark of writing direction"
        case 0x2028, 0x2029, 0x85: "a line separator"
        case 0x2018...0x201F, 0xAB, 0xBB, 0x2032...0x2036: "a typographic quotation mark"
        case 0...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F: "a control character"
        default: nil
        }
    }

    private static func number(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
