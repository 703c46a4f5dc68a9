/// Another schema, written from egret's own form by the table of `EventField`.
///
/// An event is written in its own form first, with everything that that leaves out, and each field then put where the table
/// says; so a new field, and one that is to be hidden, needs no word here. Fields without a place of their own keep their
/// names below one object. Several times the cost of the own form; events, not packets, pay it.
protocol MappedFormat: EventFormat {
    /// The object for what has no place: `egret`, `unmapped`.
    static var rest: String { get }

    /// Where a field goes in events of the kind; `nil` for the rest.
    func target(of field: EventField, in kind: Event.Kind) -> (path: String, conversion: EventField.Conversion)?

    /// What the schema asks for beside the fields.
    func complete(_ tree: inout MappedTree, from fields: EventFieldCollector, kind: Event.Kind)
}

extension MappedFormat {
    /// Writes the event: see `EventFormat`.
    public func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter
    ) {
        var fields = EventFieldCollector()
        fields.event(event, sequence: sequence, sensor: sensor, detail)
        var tree = MappedTree()
        var rest: [(String, EventValue)] = []
        for field in fields.fields where !Self.dropped.contains(field.path) {
            if let row = EventField.byPath[field.path], let target = target(of: row, in: event.kind),
                let value = target.conversion.apply(to: field.value)
            {
                tree.put(target.path, value)
            } else {
                rest.append(("\(Self.rest).\(field.path)", field.value))
            }
        }
        complete(&tree, from: fields, kind: event.kind)
        for (path, value) in rest { tree.put(path, value) }
        tree.write(to: &writer)
    }

    /// Said in the schema's own words.
    static var dropped: Set<String> { ["type", "schema", "action"] }
}

/// Values by path on their way into nested objects, in the order in which the paths first came.
struct MappedTree {
    private struct Node {
        var key: String
        /// Whether it is an array of one object, `evidences[]`.
        var isArray = false
        var value: EventValue?
        var children: [Node] = []
    }

    private var root = Node(key: "")

    /// Puts `value` at `path`; the first value at a path stays.
    mutating func put(_ path: String, _ value: EventValue) {
        Self.put(path.split(separator: ".")[...], value, below: &root)
    }

    /// Puts a text that needs no escape.
    mutating func put(_ path: String, text: String) { put(path, .keyword(text)) }

    /// Puts a number.
    mutating func put(_ path: String, number: Int) { put(path, .integer(Int64(number))) }

    /// Writes all of it as one object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for child in root.children { Self.write(child, to: &writer) }
        writer.endObject()
    }

    private static func put(_ path: ArraySlice<Substring>, _ value: EventValue, below node: inout Node) {
        guard let name = path.first else {
            if node.value == nil && node.children.isEmpty { node.value = value }
            return
        }
        let isArray = name.hasSuffix("[]")
        let key = isArray ? name.dropLast(2) : name
        let index =
            node.children.firstIndex { $0.key == key }
            ?? {
                node.children.append(Node(key: String(key), isArray: isArray))
                return node.children.count - 1
            }()
        put(path.dropFirst(), value, below: &node.children[index])
    }

    private static func write(_ node: Node, to writer: inout JSONWriter) {
        if let value = node.value {
            writer.value(word: node.key, value)
            return
        }
        if node.isArray {
            writer.beginArray(word: node.key)
            writer.beginObject()
        } else {
            writer.beginObject(word: node.key)
        }
        for child in node.children { write(child, to: &writer) }
        writer.endObject()
        if node.isArray { writer.endArray() }
    }
}
