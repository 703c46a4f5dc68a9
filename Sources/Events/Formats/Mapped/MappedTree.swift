/// Values by path on their way into nested objects, in the order in which the paths first came.
struct MappedTree {
    private struct Node {
        var key: String
        /// Whether it is an array of one object, `evidences[]`.
        var isArray = false
        var json: [UInt8]?
        var children: [Node] = []
    }

    private var root = Node(key: "")

    /// Puts the JSON at `path`; what came first at a path stays.
    mutating func put(_ path: String, _ json: some Collection<UInt8>) {
        Self.put(path.split(separator: ".")[...], Array(json), below: &root)
    }

    /// Puts a text that needs no escape.
    mutating func put(_ path: String, text: String) { put(path, "\"\(text)\"".utf8) }

    /// Puts a number.
    mutating func put(_ path: String, number: Int) { put(path, "\(number)".utf8) }

    /// Writes all of it as one object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for child in root.children { Self.write(child, to: &writer) }
        writer.endObject()
    }

    private static func put(_ path: ArraySlice<Substring>, _ json: [UInt8], below node: inout Node) {
        guard let name = path.first else {
            if node.json == nil && node.children.isEmpty { node.json = json }
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
        put(path.dropFirst(), json, below: &node.children[index])
    }

    private static func write(_ node: Node, to writer: inout JSONWriter) {
        if let json = node.json {
            writer.raw(word: node.key, json)
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
