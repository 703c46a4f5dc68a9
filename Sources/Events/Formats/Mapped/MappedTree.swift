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
