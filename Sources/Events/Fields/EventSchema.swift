package import Text

/// The JSON Schema of events (draft 2020-12), made from the table of fields.
package enum EventSchema {
    /// The schema: for each type of event a definition that allows its fields and no other, and a definition for each object that
    /// several types share.
    package static var document: SchemaNode {
        let roots = Event.Kind.allCases.map { ($0, Branch(of: EventField.fields(of: $0))) }
        let shared = Shared(roots)
        let kinds = roots.map(\.0.rawValue).sorted()
        let events = roots.map { kind, root in
            (definition(kind.rawValue), root.object(of: kind) { name, node in shared.reference(name, node) })
        }
        return .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .text("urn:egret:schema:events:\(NativeFormat.schemaVersion)")),
            ("title", .text("egret events, version \(NativeFormat.schemaVersion)")),
            ("description", .text("One JSON object a line. Absent means unknown; there are no nulls.")),
            ("type", .text("object")), ("required", .array([.text("type")])),
            ("properties", .object([("type", .words(kinds))])),
            (
                "allOf",
                .array(
                    kinds.map { kind in
                        .object([
                            (
                                "if",
                                .object([("properties", .object([("type", .object([("const", .text(kind))]))]))])
                            ),
                            ("then", .reference(definition(kind))),
                        ])
                    })
            ),
            ("$defs", .object(events.sorted { $0.0 < $1.0 } + shared.definitions)),
        ])
    }

    private static func definition(_ kind: String) -> String { "\(kind)_event" }
}

/// A member of an event with the members below it.
private struct Branch {
    var field: EventField?
    var children: [(name: String, branch: Branch)] = []

    /// The root of an event with `fields`.
    init(of fields: [EventField]) {
        for field in fields { add(field, at: field.path.split(separator: ".")[...]) }
    }

    private init() {}

    private mutating func add(_ field: EventField, at path: ArraySlice<Substring>) {
        guard let first = path.first else { return self.field = field }
        let name = String(first.hasSuffix("[]") ? first.dropLast(2) : first)
        if !children.contains(where: { $0.name == name }) { children.append((name, Branch())) }
        for index in children.indices where children[index].name == name {
            children[index].branch.add(field, at: path.dropFirst())
        }
    }

    /// The object that the members make; `node` may put a reference in place of a member.
    func object(of kind: Event.Kind, node: (String, SchemaNode) -> SchemaNode = { $1 }) -> SchemaNode {
        let members = children.map { name, branch in (name, node(name, branch.schema(of: kind))) }
        if let (name, value) = members.first, name.hasPrefix("<") {
            let keys = Self.keys[name] ?? []
            return .object([
                ("type", .text("object")), ("propertyNames", .words(keys)), ("additionalProperties", value),
            ])
        }
        let required = children.filter { !($0.branch.field?.isOptional ?? false) }.map { SchemaNode.text($0.name) }
        return .object(
            [("type", .text("object")), ("additionalProperties", .boolean(false))]
                + (required.isEmpty ? [] : [("required", .array(required))]) + rule
                + [("properties", .object(members))])
    }

    /// What holds of the members together.
    private var rule: [(String, SchemaNode)] {
        guard case .object(let rule) = field?.type else { return [] }
        return switch rule {
        case .any: []
        case .notEmpty: [("minProperties", .number(1))]
        case .oneOf(let lists):
            [
                (
                    "anyOf",
                    .array(lists.map { list in .object([("required", .array(list.map { .text($0) }))]) })
                )
            ]
        }
    }

    /// What the member may be.
    private func schema(of kind: Event.Kind) -> SchemaNode {
        guard let field else { return object(of: kind) }
        let meaning = field.plainMeaning
        let description = meaning.isEmpty ? [] : [("description", SchemaNode.text(meaning))]
        switch field.type {
        case .object:
            guard case .object(let members) = object(of: kind) else { return .object(description) }
            return .object(description + members)
        case .list(.object, _):
            return .object(
                description + [("type", .text("array")), ("minItems", .number(1)), ("items", object(of: kind))])
        case .keyword where field.path == "type":
            return .object(description + EventFieldType.constant(kind.rawValue).schema)
        default: return .object(description + field.type.schema)
        }
    }

    /// The names that a part of a path in angle brackets means.
    private static let keys = ["<role>": EventField.roles]
}

/// The objects that several types of events have in the same form.
private struct Shared {
    /// The definitions by name.
    let definitions: [(String, SchemaNode)]
    private let names: [String: String]

    init(_ roots: [(Event.Kind, Branch)]) {
        var counts: [String: (name: String, node: SchemaNode, count: Int)] = [:]
        for (kind, root) in roots {
            _ = root.object(of: kind) { name, node in
                if case .object(let members) = node, members.contains(where: { $0.0 == "properties" }) {
                    counts[node.rendered(), default: (name, node, 0)].count += 1
                }
                return node
            }
        }
        let several = counts.filter { $0.value.count > 1 }.sorted {
            ($0.value.name, $1.value.count) < ($1.value.name, $0.value.count)
        }
        var taken: Set<String> = []
        let kept = several.filter { taken.insert($0.value.name).inserted }
        definitions = kept.map { ($0.value.name, $0.value.node) }
        names = Dictionary(kept.map { ($0.key, $0.value.name) }, uniquingKeysWith: { first, _ in first })
    }

    /// A reference to the definition that equals `node`, the member `name`; the node itself if there is none.
    func reference(_ name: String, _ node: SchemaNode) -> SchemaNode {
        guard let definition = names[node.rendered()], definition == name else { return node }
        return .reference(definition)
    }
}
