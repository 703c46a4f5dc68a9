import HTTPDecoding

/// A value as it is compared: what it is, and how it was written.
struct ComparedValue: Hashable {
    /// The value.
    var value: FieldValue
    /// The bytes that were sent, if they are not the text's own.
    var raw: [UInt8]?
}

/// The values of one group of requests in one run, by path.
struct FieldTable {
    /// The values of each field; several if elements of an array have the same name.
    private(set) var values: [String: Set<ComparedValue>] = [:]
    /// The object, element or request in which each field or container is.
    private(set) var parents: [String: String] = [:]
    /// The orders of members of each object.
    private(set) var orders: [String: [[String]]] = [:]

    private let positional: Set<String>
    private let equate: [(from: [UInt8], to: [UInt8])]

    /// The path that represents the request itself.
    static let request = "request"

    /// An empty table. Arrays whose paths are in `positional` are compared by position.
    init(positional: Set<String>, equate: [String: String]) {
        self.positional = positional
        self.equate = equate.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), Array($0.value.utf8)) }
    }

    /// Adds the fields of a request.
    mutating func add(_ request: RequestFields) {
        insert(Self.request, .literal("sent"))
        let fields = request.exchange.request.fields
        orders["header", default: []].append(fields.map { String(decoding: $0.name, as: UTF8.self) })
        if let style = request.style { insert("body~style", .text(style.summary), parent: Self.request) }
        for part in request.parts where part.path != "path" {
            add(part.node, path: part.path, shape: part.path, parent: Self.request)
        }
    }

    private mutating func add(_ node: FieldNode, path: String, shape: String, parent: String) {
        switch node.content {
        case .object(let members): add(members, path: path, shape: shape, parent: parent)
        case .array(let items): add(items, path: path, shape: shape, parent: parent)
        case .layer(let name, let inner):
            add(inner, path: "\(path)~\(name)", shape: "\(shape)~\(name)", parent: parent)
        case .text(let text): insert(path, .text(equated(text)), raw: node.raw.map(equated), parent: parent)
        case .number(let text): insert(path, .number(text), parent: parent)
        case .literal(let text): insert(path, .literal(text), parent: parent)
        case .bytes(let bytes): insert(path, .bytes(bytes), parent: parent)
        }
    }

    private mutating func add(_ members: [FieldNode.Member], path: String, shape: String, parent: String) {
        let container = path + "{}"
        insert(container, .literal("present"), parent: parent)
        if path != "header" { orders[path, default: []].append(members.map(\.name)) }
        var seen: [String: Int] = [:]
        for member in members {
            let count = seen[member.name, default: 0] + 1
            seen[member.name] = count
            let step = FieldPath.step(member.name, occurrence: count)
            add(member.value, path: path + step, shape: shape + "." + member.name, parent: container)
        }
    }

    private mutating func add(_ items: [FieldNode], path: String, shape: String, parent: String) {
        let isPositional = positional.contains(shape)
        let container = path + "[]"
        insert(container, .literal("present"), parent: parent)
        for (index, item) in items.enumerated() {
            let name = isPositional ? String(index) : ElementKeys.key(of: item).map { "\"\($0)\"" } ?? "*"
            add(item, path: "\(path)[\(name)]", shape: shape + "[]", parent: container)
        }
    }

    private mutating func insert(_ path: String, _ value: FieldValue, raw: [UInt8]? = nil, parent: String? = nil) {
        values[path, default: []].insert(ComparedValue(value: value, raw: raw))
        if let parent, parent != path { parents[path] = parent }
    }

    private func equated(_ text: String) -> String {
        equate.isEmpty ? text : String(decoding: equated(Array(text.utf8)), as: UTF8.self)
    }

    private func equated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for (from, to) in equate where !from.isEmpty {
            var start = 0
            while let place = bytes.firstOffset(of: from, from: start) {
                bytes.replaceSubrange(place..<(place + from.count), with: to)
                start = place + to.count
            }
        }
        return bytes
    }
}
