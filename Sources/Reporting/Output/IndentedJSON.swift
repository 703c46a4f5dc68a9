import Text

/// JSON (RFC 8259) put together in order, indented by two spaces a level; the same calls make the same bytes.
struct IndentedJSON {
    private(set) var text = ""
    private var depth = 0
    private var isFirst = true

    /// An object of what `content` adds.
    mutating func object(_ content: (inout IndentedJSON) -> Void) { enclose("{", "}", content: content) }

    /// A list of what `content` adds.
    mutating func list(_ content: (inout IndentedJSON) -> Void) { enclose("[", "]", content: content) }

    /// Adds the key of the next value.
    mutating func key(_ name: String) {
        begin()
        text += JSONText.quoted(name) + ": "
        isFirst = true
        isKeyed = true
    }

    private var isKeyed = false

    /// Adds a text as a member.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        value_(JSONText.quoted(value))
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
        value_(JSONText.quoted(value))
    }

    private mutating func value_(_ words: String) {
        text += words
        isKeyed = false
        isFirst = false
    }

    private mutating func enclose(_ opening: String, _ closing: String, content: (inout IndentedJSON) -> Void) {
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
}
