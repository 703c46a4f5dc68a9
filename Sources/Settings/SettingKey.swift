/// One key of the configuration: everything that is known of it is here, and everything else is made from it:
/// the reader, the flag, the variable, `config show`, the table in the documentation and the JSON Schema.
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
