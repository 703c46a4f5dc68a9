import Text

/// One JSON object of one line, put together member by member.
package struct JSONLine: Sendable {
    private var members: [String] = []

    /// An empty object.
    package init() {}

    /// The text of the object.
    package var text: String { "{" + members.joined(separator: ",") + "}" }

    /// Adds a text.
    package mutating func add(_ key: String, _ value: String) { raw(key, Self.quoted(value)) }

    /// Adds a text if there is one.
    package mutating func add(_ key: String, _ value: String?) {
        if let value { add(key, value) }
    }

    /// Adds a number.
    package mutating func add(_ key: String, _ value: Int) { raw(key, String(value)) }

    /// Adds a truth value.
    package mutating func add(_ key: String, _ value: Bool) { raw(key, value ? "true" : "false") }

    /// Adds a probability, with the digits that are exact.
    package mutating func add(_ key: String, probability value: Double) {
        raw(key, value.isFinite ? "\(min(max(value, 0), 1))" : "1")
    }

    /// Adds an object.
    package mutating func add(_ key: String, _ value: JSONLine) { raw(key, value.text) }

    /// Adds an array of texts.
    package mutating func add(_ key: String, _ values: [String]) {
        raw(key, "[" + values.map(Self.quoted).joined(separator: ",") + "]")
    }

    /// Adds an array of numbers.
    package mutating func add(_ key: String, _ values: [Int]) {
        raw(key, "[" + values.map(String.init).joined(separator: ",") + "]")
    }

    /// Adds an array of objects.
    package mutating func add(_ key: String, _ values: [JSONLine]) {
        raw(key, "[" + values.map(\.text).joined(separator: ",") + "]")
    }

    mutating func raw(_ key: String, _ json: String) { members.append(Self.quoted(key) + ":" + json) }

    /// A text as JSON. Characters that a terminal would obey, and those that show nothing, are escaped: what a report says of an
    /// invisible character must not hold it.
    static func quoted(_ text: String) -> String {
        // Most texts hold nothing that is written otherwise.
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        if isPlain { return "\"" + text + "\"" }
        var result = ""
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard isHidden(scalar) else {
                plain.append(scalar)
                continue
            }
            result += JSONText.quoted(String(plain)).dropFirst().dropLast()
            plain = String.UnicodeScalarView()
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return "\"" + result + JSONText.quoted(String(plain)).dropFirst()
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
