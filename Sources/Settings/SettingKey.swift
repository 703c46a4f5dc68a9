public import Text

/// One key of the configuration. The reader, the flag, the variable, `config show`, the table in the documentation and the
/// JSON Schema are all derived from it.
public struct SettingKey: Sendable {
    /// Which commands a setting is for. A file may have settings of both; each command uses its own.
    public enum Scope: String, Sendable {
        /// `analyze` and `watch`.
        case all
        /// `watch` alone.
        case live
    }

    /// Section and name as in the file, `limits.flow_memory`.
    public let path: String
    /// The long flag without its dashes. A true-or-false key whose flag begins with `no-` is set to true by it.
    public let flag: String
    /// What values it takes.
    public let kind: SettingKind
    /// The values if nothing is said; none if it is then not set.
    public let defaults: [String]
    /// Which commands it is for.
    public let scope: Scope
    /// What it does, in a sentence without its full stop.
    public let summary: String

    /// A key of these parts; its flag is its name with dashes unless another is given.
    public init(
        _ path: String, flag: String? = nil, _ kind: SettingKind, defaults: [String] = [], scope: Scope = .all,
        summary: String
    ) {
        self.path = path
        let name = path.split(separator: ".").last.map(String.init) ?? path
        self.flag = flag ?? name.replacing("_", with: "-")
        self.kind = kind
        self.defaults = defaults
        self.scope = scope
        self.summary = summary
    }

    /// The section of the file, `limits`.
    public var section: String { path.split(separator: ".").first.map(String.init) ?? path }

    /// The environment variable, `EGRET_LIMITS_FLOW_MEMORY`.
    public var variable: String {
        SettingKey.variablePrefix + path.uppercased().replacing(".", with: "_")
    }

    /// What every variable begins with.
    public static let variablePrefix = "EGRET_"

    /// The variable, and the flag, that name the configuration file.
    public static let fileVariable = "EGRET_CONFIG"
}

extension SettingKey: Equatable {
    /// Whether both are the same key.
    public static func == (left: SettingKey, right: SettingKey) -> Bool { left.path == right.path }
}

extension SettingKey {
    /// Every key, by section in the order of the file. A new key is one entry in the list of its section.
    public static let all: [SettingKey] =
        sensor + sources + filters + catalog + rules + firstSeen + outputs + evidence + trust + privacy + timeouts
        + limits
        + service
        + metrics + http

    /// The key with the `path`.
    public static func named(_ path: String) -> SettingKey? { byPath[path] }

    private static let byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
}

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
