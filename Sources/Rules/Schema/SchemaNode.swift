/// A value of a JSON Schema, written with its members in order.
indirect enum SchemaNode: Sendable {
    case object([(String, SchemaNode)])
    case array([SchemaNode])
    case text(String)
    case number(Int)
    case boolean(Bool)

    /// The value as JSON, two spaces a level.
    func rendered(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return JSONText.quoted(text)
        case .number(let number): return String(number)
        case .boolean(let value): return value ? "true" : "false"
        case .array(let items) where items.isEmpty: return "[]"
        case .array(let items):
            return "[" + items.map { $0.rendered(indent: indent) }.joined(separator: ", ") + "]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(inner)\(JSONText.quoted($0.0)): \($0.1.rendered(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    /// A reference to a definition of the same schema.
    static func reference(_ name: String) -> SchemaNode { .object([("$ref", .text("#/$defs/\(name)"))]) }

    /// One of the words.
    static func words(_ words: [String]) -> SchemaNode { .object([("enum", .array(words.map { .text($0) }))]) }

    /// A value of the type.
    static func type(_ name: String) -> SchemaNode { .object([("type", .text(name))]) }

    /// A list of such values.
    static func list(of item: SchemaNode) -> SchemaNode { .object([("type", .text("array")), ("items", item)]) }

    /// A map of such values under any name.
    static func map(of value: SchemaNode) -> SchemaNode {
        .object([("type", .text("object")), ("additionalProperties", value)])
    }

    /// A map of none but `properties`, beside keys of the author's own.
    static func closed(_ properties: [(String, SchemaNode)], required: [String] = []) -> SchemaNode {
        .object([
            ("type", .text("object")), ("properties", .object(properties)),
            ("patternProperties", .object([("^x-", .object([]))])), ("additionalProperties", .boolean(false)),
            ("required", .array(required.map { .text($0) })),
        ])
    }
}
