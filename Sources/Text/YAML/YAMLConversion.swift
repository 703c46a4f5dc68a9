import Yams

/// From Yams' nodes to ours: positions resolved, keys checked, depth and number bounded.
struct YAMLConversion {
    private let source: SourceText
    private let masked: MaskedKeys
    private let limits: YAMLLimits
    /// How many more values the file may hold.
    private var budget: Int
    /// What is wrong.
    private(set) var faults: [YAMLError] = []

    init(source: SourceText, masked: MaskedKeys, limits: YAMLLimits) {
        self.source = source
        self.masked = masked
        self.limits = limits
        budget = limits.nodes
    }

    /// The node as ours; `nil` if a limit was passed, which is reported once.
    mutating func convert(_ node: Node, depth: Int) -> YAMLNode? {
        let offset = self.offset(of: node)
        let position = source.position(at: offset)
        budget -= 1
        guard budget >= 0, depth < limits.depth else {
            let limit =
                budget < 0
                ? "the file holds more than \(limits.nodes) values" : "nested more than \(limits.depth) deep"
            add(.limit, at: position, message: limit)
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(content: .scalar(scalar.string, style(scalar)), position: position, offset: offset)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for child in sequence {
                guard let item = convert(child, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return YAMLNode(content: .sequence(items), position: position, offset: offset)
        case .mapping(let mapping):
            guard let entries = convert(mapping, depth: depth) else { return nil }
            return YAMLNode(content: .mapping(entries), position: position, offset: offset)
        case .alias:
            add(.syntax, at: position, message: "not YAML: an alias without a value")
            return nil
        }
    }

    private mutating func convert(_ mapping: Node.Mapping, depth: Int) -> [YAMLNode.Entry]? {
        var entries: [YAMLNode.Entry] = []
        var repeated: [String: SourcePosition] = [:]
        for (key, value) in mapping {
            let offset = self.offset(of: key)
            let position = source.position(at: offset)
            guard let value = convert(value, depth: depth + 1) else { return nil }
            guard let written = key.scalar?.string else {
                add(.key, at: position, message: "a key must be a single word")
                continue
            }
            let (name, wasHidden) = masked.restore(written, at: offset)
            if let first = repeated[name] {
                add(
                    .duplicateKey, at: position, message: "the key '\(name)' occurs twice in one map; first at \(first)"
                )
            }
            if wasHidden { repeated[name] = repeated[name] ?? position }
            if !wasHidden { entries.append(YAMLNode.Entry(key: name, position: position, value: value)) }
        }
        return entries
    }

    private mutating func add(_ kind: YAMLError.Kind, at position: SourcePosition, message: String) {
        faults.append(YAMLError(kind: kind, position: position, message: message))
    }

    private func offset(of node: Node) -> Int {
        guard let mark = node.mark else { return 0 }
        return source.offset(readerLine: mark.line, column: mark.column)
    }

    private func style(_ scalar: Node.Scalar) -> YAMLNode.Style {
        switch scalar.style {
        case .literal: .literal
        case .folded: .folded
        case .singleQuoted, .doubleQuoted: .quoted
        case .plain, .any: .plain
        }
    }
}
