public import Text

extension SettingKey {
    /// The table of all keys in Markdown: what is in the documentation, which a test holds.
    public static var table: String {
        let head = "| key | flag | takes | default | what it does |\n|---|---|---|---|---|\n"
        return head
            + all.map { key in
                let flag = key.isNegative || !key.isSwitch ? "--\(key.flag)" : "--[no-]\(key.flag)"
                let standard = key.defaults.isEmpty ? "" : "`\(key.defaults.joined(separator: ", "))`"
                let scope = key.scope == .live ? " (`watch` only)" : ""
                return "| `\(key.path)` | `\(flag)` | \(key.kind.name) | \(standard) | \(key.summary)\(scope). |\n"
            }.joined()
    }

    /// The schema of the file, JSON Schema 2020-12.
    public static var schema: SchemaNode {
        var sections: [(String, [(String, SchemaNode)])] = []
        for key in all {
            var described = key.kind.schema.members
            described.insert(("description", .text(key.summary)), at: 0)
            if sections.last?.0 != key.section { sections.append((key.section, [])) }
            sections[sections.count - 1].1.append(
                (String(key.path.dropFirst(key.section.count + 1)), .object(described)))
        }
        guard case .object(let members) = SchemaNode.closed(sections.map { ($0.0, .closed($0.1)) }) else {
            return .object([])
        }
        return .object(
            [
                ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
                ("title", .text("egret configuration")),
            ] + members)
    }

    /// Whether its flag takes no value.
    public var isSwitch: Bool {
        if case .boolean = kind { true } else { false }
    }

    /// Whether its flag has no opposite: `--no-rules`.
    public var isNegative: Bool { isSwitch && flag.hasPrefix("no-") }
}

extension SchemaNode {
    fileprivate var members: [(String, SchemaNode)] {
        if case .object(let members) = self { members } else { [] }
    }
}
