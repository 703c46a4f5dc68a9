import Bytes

/// The forms in which a client may send a value that the auditor knows.
struct KnownForms {
    /// What must surround a hit for it to count.
    enum Boundary: Sendable {
        /// Nothing.
        case none
        /// No letter or digit on either side.
        case word
        /// The field is the value and nothing else.
        case whole
        /// The digits continue as those of the digest do, and no other hexadecimal digit follows.
        case digest([UInt8])
        /// No digit on either side.
        case decimal
    }

    /// One byte string to search for.
    struct Pattern: Sendable {
        /// The position of the value in `KnownValues`.
        var value: Int
        /// The form, for people.
        var form: String
        /// The bytes.
        var bytes: [UInt8]
        /// Whether capital letters matter, as they do in base64.
        var isExact = false
        /// What must surround it.
        var boundary: Boundary
    }

    /// The patterns of all values.
    private(set) var patterns: [Pattern] = []

    /// The forms of `values`. Cost: some hundred patterns a value.
    init(_ values: KnownValues) {
        for (index, value) in values.values.enumerated() {
            var seen: Set<String> = []
            for form in NormalForms(value.text).forms where seen.insert(form.text).inserted {
                add(value: index, form.text, form.name)
            }
        }
    }

    private mutating func add(value: Int, _ text: String, _ name: String) {
        let bytes = Array(text.utf8)
        let boundary: Boundary = bytes.count < 4 ? .whole : bytes.count < 12 ? .word : .none
        patterns.append(Pattern(value: value, form: name, bytes: bytes, boundary: boundary))
        let escaped = Self.percentEncoded(bytes)
        if escaped != bytes {
            patterns.append(Pattern(value: value, form: "\(name), URL-encoded", bytes: escaped, boundary: boundary))
        }
        guard bytes.count >= 4 else { return addDigests(value: value, text, name) }
        let digits = Array(bytes.hexadecimalText.utf8)
        patterns.append(Pattern(value: value, form: "\(name), in hexadecimal digits", bytes: digits, boundary: .none))
        addBase64(value: value, bytes, name)
        let reversed = Array(String(text.reversed()).utf8)
        if bytes.count >= 6, reversed != bytes {
            patterns.append(Pattern(value: value, form: "\(name), reversed", bytes: reversed, boundary: boundary))
        }
        addDigests(value: value, text, name)
    }

    /// Base64 shows a text in one of three ways, by its position in the encoded bytes; the characters at its ends mix with
    /// neighbors and are left out.
    private mutating func addBase64(value: Int, _ bytes: [UInt8], _ name: String) {
        for shift in 0..<3 {
            for isURL in [false, true] {
                var encoded = Base64Text.encode([UInt8](repeating: 0, count: shift) + bytes, isURL: isURL)
                encoded = encoded.filter { $0 != UInt8(ascii: "=") }
                let first = shift == 0 ? 0 : shift + 1
                let last = (shift + bytes.count) * 8 / 6
                guard last - first >= 6, last <= encoded.count else { continue }
                let core = Array(encoded[first..<last])
                if isURL, !core.contains(UInt8(ascii: "-")), !core.contains(UInt8(ascii: "_")) { continue }
                patterns.append(
                    Pattern(value: value, form: "\(name), in base64", bytes: core, isExact: true, boundary: .none))
            }
        }
    }

    private mutating func addDigests(value: Int, _ text: String, _ name: String) {
        var inputs = [(Array(text.utf8), name)]
        let lower = text.lowercased()
        if lower != text { inputs.append((Array(lower.utf8), name + " in lower case")) }
        inputs.append((Array(text.utf8) + [0x0A], name + " with a line end"))
        for (bytes, name) in inputs {
            for checksum in Checksum.allCases { add(checksum, of: bytes, value: value, name) }
        }
    }

    private mutating func add(_ checksum: Checksum, of bytes: [UInt8], value: Int, _ name: String) {
        let digest = checksum.digest(of: bytes)
        let digits = Array(digest.hexadecimalText.utf8)
        let form = "\(checksum.title) of \(name)"
        patterns.append(
            Pattern(value: value, form: form, bytes: Array(digits.prefix(8)), boundary: .digest(digits)))
        if digest.count <= 8 {
            let number = digest.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let text = Array(String(number).utf8)
            if text.count >= 8 {
                patterns.append(Pattern(value: value, form: "\(form), as a number", bytes: text, boundary: .decimal))
            }
        } else {
            for isURL in [false, true] {
                let encoded = Array(Base64Text.encode(digest, isURL: isURL).prefix(16))
                patterns.append(
                    Pattern(value: value, form: "\(form), in base64", bytes: encoded, isExact: true, boundary: .none))
            }
        }
    }

    private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte.isASCIIWord || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result += [byte].hexadecimalText.uppercased().utf8
            }
        }
        return result
    }
}
