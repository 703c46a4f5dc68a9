import Crypto

/// How values are shown: by default as kind, length and a keyed hash, so that equal values can be seen to be equal.
package struct ValueDisplay: Sendable {
    /// The key of the hashes. It is made for one run and not kept, unless the auditor gives one.
    private let key: SymmetricKey
    /// Whether values are shown as they are.
    package let showsValues: Bool
    /// The longest value that is shown, in characters.
    static let longest = 400

    /// A display that shows values, or hashes under `key` or under one of its own.
    package init(showsValues: Bool = false, key: [UInt8]? = nil) {
        self.showsValues = showsValues
        self.key = key.map { SymmetricKey(data: $0) } ?? SymmetricKey(size: .bits256)
    }

    /// The value as an object. A credential is never shown, and has no hash that could be searched for.
    package func object(_ value: FieldValue, isCredential: Bool = false) -> JSONLine {
        var line = JSONLine()
        line.add("kind", isCredential ? "credential" : value.kind)
        line.add("length", value.utf8.count)
        if isCredential { return line }
        line.add("hash", hash(value))
        if showsValues {
            line.add("text", shown(value))
        } else if let points = Self.codePoints(value) {
            line.add("codepoints", points)
        }
        return line
    }

    /// The value for people.
    package func text(_ value: FieldValue, isCredential: Bool = false) -> String {
        if isCredential { return "(credential, \(value.utf8.count) bytes)" }
        if showsValues { return "\"" + Self.printable(shown(value)) + "\"" }
        if let points = Self.codePoints(value) { return points.joined(separator: " ") }
        return "(\(value.kind), \(value.utf8.count) bytes, \(hash(value)))"
    }

    private func hash(_ value: FieldValue) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: value.utf8, using: key)
        return "hmac-sha256:" + code.prefix(8).hexadecimalText
    }

    private func shown(_ value: FieldValue) -> String {
        let text = value.text
        return text.count > Self.longest ? text.prefix(Self.longest) + "…" : text
    }

    /// The code points of a value that is nothing but a few signs: they are what a mark is made of, and say nothing else.
    static func codePoints(_ value: FieldValue) -> [String]? {
        guard case .text(let text) = value, text.unicodeScalars.count <= 8 else { return nil }
        let hasContent = text.unicodeScalars.contains { scalar in
            guard let script = LetterScript(scalar) else { return scalar.properties.numericType != nil }
            return script != .latin || !(0x2B0...0x2FF).contains(scalar.value)
        }
        return hasContent ? nil : text.unicodeScalars.map(\.codePointText)
    }

    /// A text in which what a terminal would obey is written out.
    package static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain =
                scalar.isASCII
                ? scalar.value >= 0x20 && scalar.value != 0x7F
                : !scalar.properties.isDefaultIgnorableCodePoint
                    && ![.control, .format, .lineSeparator, .paragraphSeparator, .unassigned].contains(
                        scalar.properties.generalCategory)
            if isPlain {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return result
    }
}
