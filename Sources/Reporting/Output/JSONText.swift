/// JSON (RFC 8259) put together in order, indented by two spaces a level; the same calls make the same bytes.
struct JSONText {
    private(set) var text = ""
    private var depth = 0
    private var isFirst = true

    /// An object of what `content` adds.
    mutating func object(_ content: (inout JSONText) -> Void) { enclose("{", "}", content: content) }

    /// A list of what `content` adds.
    mutating func list(_ content: (inout JSONText) -> Void) { enclose("[", "]", content: content) }

    /// Adds the key of the next value.
    mutating func key(_ name: String) {
        begin()
        text += Self.quoted(name) + ": "
        isFirst = true
        isKeyed = true
    }

    private var isKeyed = false

    /// Adds a text as a member.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        value_(Self.quoted(value))
    }

    /// Adds a number as a member.
    mutating func member(_ name: String, _ value: Int64) {
        key(name)
        value_("\(value)")
    }

    /// Adds a number with a fraction as a member.
    mutating func member(_ name: String, _ value: Double) {
        key(name)
        value_(value.isFinite ? "\(value)" : "0.0")
    }

    /// Adds texts as a member.
    mutating func member(_ name: String, _ values: [String]) {
        key(name)
        list { json in for value in values { json.element(value) } }
    }

    /// Adds a text to a list.
    mutating func element(_ value: String) {
        begin()
        value_(Self.quoted(value))
    }

    private mutating func value_(_ words: String) {
        text += words
        isKeyed = false
        isFirst = false
    }

    private mutating func enclose(_ opening: String, _ closing: String, content: (inout JSONText) -> Void) {
        if !isKeyed { begin() }
        isKeyed = false
        text += opening
        depth += 1
        isFirst = true
        content(&self)
        depth -= 1
        if !isFirst { text += "\n" + String(repeating: "  ", count: depth) }
        text += closing
        isFirst = false
    }

    private mutating func begin() {
        guard depth > 0 else { return }
        text += (isFirst ? "\n" : ",\n") + String(repeating: "  ", count: depth)
        isFirst = false
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case let other where other.value < 0x20 || other.properties.generalCategory == .format:
                result += escape(other)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
