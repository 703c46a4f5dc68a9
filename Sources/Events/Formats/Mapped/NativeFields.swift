/// The fields of one event in egret's own form, by path and in order, each value still the JSON that was written.
///
/// It reads what this module's own writer made, and so what is valid; of anything else it makes fewer fields.
struct NativeFields {
    /// One field.
    struct Field {
        var path: String
        /// Its value as JSON.
        var json: ArraySlice<UInt8>
    }

    private(set) var fields: [Field] = []
    private var index: [String: Int] = [:]
    private let bytes: [UInt8]
    private var position = 0

    /// The fields of the object in `bytes`.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        readObject(below: "")
    }

    /// The JSON of the field at `path`.
    subscript(path: String) -> ArraySlice<UInt8>? { index[path].map { fields[$0].json } }

    /// The text at `path`; nothing where it is none, or has an escape.
    func text(_ path: String) -> String? {
        guard let json = self[path], json.count >= 2, json.first == UInt8(ascii: "\"") else { return nil }
        let inner = json.dropFirst().dropLast()
        return inner.contains(UInt8(ascii: "\\")) ? nil : String(decoding: inner, as: UTF8.self)
    }

    /// The whole number at `path`.
    func number(_ path: String) -> UInt64? { self[path].flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } }

    /// Whether the field at `path` is `true`.
    func isTrue(_ path: String) -> Bool { self[path].map { $0.elementsEqual("true".utf8) } ?? false }

    private mutating func readObject(below parent: String) {
        guard take(UInt8(ascii: "{")) else { return }
        while position < bytes.count, bytes[position] != UInt8(ascii: "}") {
            let key = skipValue().dropFirst().dropLast()
            guard take(UInt8(ascii: ":")), position < bytes.count else { return }
            let name = String(decoding: key, as: UTF8.self)
            let path = parent.isEmpty ? name : "\(parent).\(name)"
            if bytes[position] == UInt8(ascii: "{"), !Self.opaque.contains(path) {
                readObject(below: path)
            } else {
                index[path] = fields.count
                fields.append(Field(path: path, json: skipValue()))
            }
            if !take(UInt8(ascii: ",")) { break }
        }
        _ = take(UInt8(ascii: "}"))
    }

    /// Objects whose keys are others' words.
    private static let opaque: Set<String> = [
        "alert.group", "rules.matches", "rules.shadow", "rules.deduplicated", "rules.suppressed",
        "rules.broad_exceptions", "rules.lacking_evidence",
    ]

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Goes past a value, and gives its bytes.
    private mutating func skipValue() -> ArraySlice<UInt8> {
        let start = position
        var depth = 0
        var isText = false
        while position < bytes.count {
            let byte = bytes[position]
            if isText {
                if byte == UInt8(ascii: "\\") { position += 1 }
                if byte == UInt8(ascii: "\"") { isText = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ":"):
                    if depth == 0 { return bytes[start..<position] }
                    if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
                default: break
                }
            }
            position += 1
        }
        return bytes[start..<min(position, bytes.count)]
    }
}
