public import Bytes

/// Writes one JSON object (RFC 8259) as UTF-8 into a buffer that is used again for the next.
///
/// Keys are in the order of the calls. No call allocates once the buffer has its size, except that a `Double` of
/// more than fifteen characters goes through a string. Text past `limit` is not taken: the writer then only remembers
/// that it was too much, so that hostile names cost no memory; what it holds is of no use until the next `reset`.
public struct JSONWriter: Sendable {
    /// The most bytes of one object, in bytes.
    public let limit: Int
    /// What was written since `reset`.
    public internal(set) var bytes: [UInt8] = []
    private var wasRefused = false
    private var needsComma = false
    /// The two days that were written last, counted from 1970-01-01, and their texts: most moments of a run are of one
    /// day, and an inventory's period ends with the next.
    var day: (number: Int64, text: [UInt8]) = (.min, [])
    var dayBefore: (number: Int64, text: [UInt8]) = (.min, [])

    /// A writer for objects of at most `limit` bytes. One allocation.
    public init(limit: Int) {
        self.limit = max(0, limit)
        bytes.reserveCapacity(min(self.limit, 4096))
    }

    /// Whether more was written than the limit allows.
    public var isOverLimit: Bool { wasRefused || bytes.count > limit }

    /// Empties the buffer and keeps its memory.
    public mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        wasRefused = false
        needsComma = false
    }

    /// Opens an object: the outermost, or an element of an array.
    public mutating func beginObject() {
        separate()
        open("{")
    }

    /// Opens the object `key`.
    public mutating func beginObject(_ key: StaticString) {
        self.key(key)
        open("{")
    }

    /// Opens the object `key`, a word that is known only at run time.
    public mutating func beginObject(word key: String) {
        self.key(word: key)
        open("{")
    }

    /// Closes the innermost object.
    public mutating func endObject() { close("}") }

    /// Opens the array `key`.
    public mutating func beginArray(_ key: StaticString) {
        self.key(key)
        open("[")
    }

    /// Opens the array `key`, a word that is known only at run time.
    public mutating func beginArray(word key: String) {
        self.key(word: key)
        open("[")
    }

    /// Closes the innermost array.
    public mutating func endArray() { close("]") }

    /// Writes a line feed, which ends a JSON line.
    public mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    /// Writes `value`, a word of the schema, under `key`. No character of it needs an escape.
    public mutating func keyword(_ key: StaticString, _ value: String) {
        self.key(key)
        bytes.append(utf8: value, quoted: true)
    }

    /// Writes the text `value` under `key`.
    public mutating func string(_ key: StaticString, _ value: String) {
        self.key(key)
        quoted(value)
    }

    /// Writes the text `value` under `key` if there is one.
    public mutating func string(_ key: StaticString, _ value: String?) {
        if let value { string(key, value) }
    }

    /// Writes the text `value` under a key that is no word of the schema, and may need escapes.
    public mutating func string(foreign key: String, _ value: String) {
        foreignKey(key)
        quoted(value)
    }

    /// Writes the text `value` as an element of an array.
    public mutating func element(_ value: String) {
        separate()
        quoted(value)
    }

    /// Writes `value` under `key`, cut before the character with which it would be longer than `count` bytes of JSON.
    ///
    /// For identifiers that an event cannot go without, anyone who made them.
    public mutating func identifier(_ key: StaticString, _ value: String, maximum count: Int = 256) {
        self.key(key)
        if value.utf8.count <= count, appendPlain(value, quoted: true) { return }
        bytes.append(UInt8(ascii: "\""))
        appendIdentifier(value, maximum: count)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func appendIdentifier(_ value: String, maximum count: Int = 256) {
        if value.utf8.count <= count, appendPlain(value) { return }
        let end = bytes.count + count
        for scalar in value.unicodeScalars {
            let before = bytes.count
            append(scalar)
            if bytes.count > end {
                bytes.removeLast(bytes.count - before)
                return
            }
        }
    }

    /// Writes an array of texts under `key` if there is any.
    public mutating func strings(_ key: StaticString, _ values: [String]) {
        guard !values.isEmpty else { return }
        beginArray(key)
        for value in values { element(value) }
        endArray()
    }

    /// Writes a truth value under `key`.
    public mutating func bool(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bytes.append(value ? "true" : "false")
    }

    /// Writes the canonical text of `address` under `key`.
    public mutating func address(_ key: StaticString, _ address: IPAddress) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        address.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes `key` and the colon; a value must follow. The key is a word of the schema, which needs no escape.
    mutating func key(_ key: StaticString) {
        bytes.append(jsonKey: key, withComma: needsComma)
        needsComma = true
    }

    /// Writes the key and the colon where the word is known only at run time; a value must follow.
    mutating func key(word key: String) {
        separate()
        bytes.append(utf8: key, quoted: true)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a key that others chose, and the colon; a value must follow.
    mutating func foreignKey(_ key: String) {
        separate()
        quoted(key)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Appends text that is known to need no escape.
    mutating func ascii(_ text: String) { bytes.append(utf8: text) }

    /// Writes the comma before an element, if one is due.
    mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Opens an object after its key or comma.
    mutating func openObject() { open("{") }

    /// Opens an array after its key or comma.
    mutating func openArray() { open("[") }

    private mutating func open(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    mutating func quoted(_ text: String) {
        guard text.utf8.count <= limit &- bytes.count else {
            wasRefused = true
            bytes.append("\"\"")
            return
        }
        if appendPlain(text, quoted: true) { return }
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `text` if no character of it needs an escape; otherwise nothing, and says so.
    private mutating func appendPlain(_ text: String, quoted: Bool = false) -> Bool {
        guard text.isPlainJSON else { return false }
        bytes.append(utf8: text, quoted: quoted)
        return true
    }

    private mutating func appendEscaped(_ text: String) {
        for scalar in text.unicodeScalars { append(scalar) }
    }

    /// Appends a character, or its escape if it needs one: quotation mark, reverse solidus and the control characters of RFC 8259
    /// section 7; and what a terminal, a script or a reader would obey: DEL, U+0080 to U+009F, line and paragraph separators, and
    /// the controls of the direction of writing (Unicode Standard Annex 9).
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22: bytes.append("\\\"")
        case 0x5C: bytes.append("\\\\")
        case 0x08: bytes.append("\\b")
        case 0x09: bytes.append("\\t")
        case 0x0A: bytes.append("\\n")
        case 0x0C: bytes.append("\\f")
        case 0x0D: bytes.append("\\r")
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
            bytes.append("\\u")
            bytes.append(hexadecimal: UInt64(scalar.value), count: 4)
        default:
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { bytes.append(byte) }
        }
    }
}
