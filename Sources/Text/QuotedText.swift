/// Strings as JSON text (RFC 8259 section 7), and as double-quoted scalars of YAML.
public enum JSONText {
    /// `text` in quotes, with everything escaped that must be, and what a terminal or a reader would obey: see
    /// `String.isObeyed`. A character beyond U+FFFF is escaped as a surrogate pair.
    public static func quoted(_ text: String) -> String {
        quoted(text) { scalar in String(scalar).utf16.map { escape($0) }.joined() }
    }

    /// `text` as a double-quoted scalar of YAML (1.2.2 section 5.7): as JSON text, but with one escape of eight digits for a
    /// character beyond U+FFFF, since YAML knows no surrogate pairs.
    package static func yaml(_ text: String) -> String {
        quoted(text) { scalar in "\\U\(digits(scalar.value, count: 8))" }
    }

    private static func quoted(_ text: String, escapeWide: (Unicode.Scalar) -> String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where !String.isObeyed(scalar): result.unicodeScalars.append(scalar)
            case _ where scalar.value <= 0xFFFF: result += escape(UInt16(scalar.value))
            default: result += escapeWide(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ unit: UInt16) -> String { "\\u\(digits(UInt32(unit), count: 4))" }

    private static func digits(_ value: UInt32, count: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}

extension String {
    /// The text with the characters of markup as references (HTML section 13.1.4): `<`, `>`, `&` and both quotation marks.
    package var escapedForMarkup: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
