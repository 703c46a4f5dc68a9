/// Names the elements of arrays, so that the same event is compared with the same event and not with its neighbor.
enum ElementKeys {
    /// Members whose text says which of several elements one is, the most telling first.
    private static let names = ["event_name", "eventName", "event", "name", "key", "id", "type", "role", "kind"]
    /// The longest text that is such a name, in bytes.
    private static let longest = 64

    /// The name of an element, or `nil` if nothing in it is one.
    static func key(of node: FieldNode, depth: Int = 0) -> String? {
        switch node.content {
        case .object(let members):
            for name in names {
                guard let text = members.first(where: { $0.name == name })?.value.text else { continue }
                if (1...longest).contains(text.utf8.count), !isRandom(text) { return text }
            }
            guard depth < 2 else { return nil }
            for member in members {
                if case .object = member.value.content, let key = key(of: member.value, depth: depth + 1) { return key }
            }
            return nil
        case .layer(_, let inner): return key(of: inner, depth: depth)
        default: return nil
        }
    }

    /// Identifiers that are new in each run name nothing.
    private static func isRandom(_ text: String) -> Bool {
        let plain = text.utf8.filter { $0 != 0x2D }
        return plain.count >= 16 && plain.allSatisfy { $0.hexadecimalDigit != nil }
    }
}

/// The sequences of elements of every array in one request, by path without positions.
struct ArrayShapes {
    private(set) var sequences: [String: [[String?]]] = [:]

    /// The shapes of a request.
    init(_ request: RequestFields) {
        for part in request.parts { collect(part.node, part.path) }
    }

    private mutating func collect(_ node: FieldNode, _ path: String) {
        switch node.content {
        case .object(let members): for member in members { collect(member.value, path + "." + member.name) }
        case .array(let items):
            sequences[path, default: []].append(items.map { ElementKeys.key(of: $0) })
            for item in items { collect(item, path + "[]") }
        case .layer(let name, let inner): collect(inner, path + "~" + name)
        default: break
        }
    }

    /// The paths of arrays that have the same elements in the same order in all requests: they are compared by position.
    static func positional(_ requests: [RequestFields]) -> Set<String> {
        let shapes = requests.map(ArrayShapes.init)
        guard let first = shapes.first else { return [] }
        return Set(first.sequences.filter { path, list in shapes.allSatisfy { $0.sequences[path] == list } }.keys)
    }
}
