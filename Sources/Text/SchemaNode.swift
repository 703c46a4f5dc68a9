/// A value of a JSON Schema, written with its members in order.
public indirect enum SchemaNode: Sendable {
    /// An object with its members.
    case object([(String, SchemaNode)])
    /// An array.
    case array([SchemaNode])
    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)
    /// A truth value.
    case boolean(Bool)

    /// The value as JSON, two spaces a level.
    public func rendered(indent: String = "") -> String {
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
    public static func reference(_ name: String) -> SchemaNode { .object([("$ref", .text("#/$defs/\(name)"))]) }

    /// One of the words.
    public static func words(_ words: [String]) -> SchemaNode { .object([("enum", .array(words.map { .text($0) }))]) }

    /// A value of the type.
    public static func type(_ name: String) -> SchemaNode { .object([("type", .text(name))]) }

    /// A list of such values.
    public static func list(of item: SchemaNode) -> SchemaNode { .object([("type", .text("array")), ("items", item)]) }

    /// A map of such values under any name.
    public static func map(of value: SchemaNode) -> SchemaNode {
        .object([("type", .text("object")), ("additionalProperties", value)])
    }

    /// A map of none but `properties`, beside keys of the author's own.
    public static func closed(_ properties: [(String, SchemaNode)], required: [String] = []) -> SchemaNode {
        .object([
            ("type", .text("object")), ("properties", .object(properties)),
            ("patternProperties", .object([("^x-", .object([]))])), ("additionalProperties", .boolean(false)),
            ("required", .array(required.map { .text($0) })),
        ])
    }
}
