import Text

/// The effective configuration: a value for every key, and its origin.
///
/// Later layers win: what a flag says over what the environment says, that over the file, and that over the defaults.
/// A list is taken whole from the layer that wins.
public struct Settings: Sendable {
    /// What is set for a key.
    public struct Entry: Equatable, Sendable {
        /// The values as they were written; none if the key is not set.
        public var values: [String]
        /// Where they come from.
        public var origin: SettingOrigin
    }

    private var entries: [String: Entry] = [:]
    /// The former names of keys that were used, in the order in which they were read.
    public private(set) var warnings: [SettingWarning] = []

    /// The defaults.
    public init() {}

    /// What is set for `key`.
    public subscript(key: SettingKey) -> Entry {
        entries[key.path] ?? Entry(values: key.defaults, origin: .builtIn)
    }

    /// Whether someone set `key`.
    public func isSet(_ key: SettingKey) -> Bool { entries[key.path] != nil }

    /// Takes `values` for `key`; an error for the first that the key does not take, which then keeps what it had.
    public mutating func set(_ key: SettingKey, _ values: [String], from origin: SettingOrigin) -> SettingError? {
        for value in values {
            if let error = Self.error(in: value, of: key, origin) { return error }
        }
        entries[key.path] = Entry(values: values, origin: origin)
        return nil
    }

    /// Notes that `key` was set by the name `former`, which it no longer has.
    mutating func warn(_ former: String, isNow key: SettingKey, at origin: SettingOrigin) {
        warnings.append(SettingWarning(origin: origin, former: former, current: key.path))
    }

    /// What is wrong with `value` for `key`.
    static func error(in value: String, of key: SettingKey, _ origin: SettingOrigin) -> SettingError? {
        key.kind.problem(with: value).map {
            SettingError(.value, at: origin, "\(key.path): \($0.message)", suggestion: $0.suggestion)
        }
    }

    /// The text of `key`; `nil` if it is not set.
    public func text(_ key: SettingKey) -> String? { self[key].values.first }

    /// All texts of `key`.
    public func texts(_ key: SettingKey) -> [String] { self[key].values }

    /// Whether `key` is `true`.
    public func isOn(_ key: SettingKey) -> Bool { text(key) == "true" }

    /// The whole number, or the bytes, of `key`; 0 if it is not set.
    public func number(_ key: SettingKey) -> Int {
        guard let text = text(key) else { return 0 }
        return Int(clamping: key.kind.number(text) ?? 0)
    }

    /// The nanoseconds of `key`; `nil` if it is not set, or set to 0.
    public func duration(_ key: SettingKey) -> Int64? {
        text(key).flatMap { SettingKind.nanoseconds($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}

extension Settings {
    /// Adopts the variables that begin with `EGRET_`, and returns what is wrong with them, sorted by their names.
    ///
    /// A variable that no key has is an error, except for those that Kubernetes sets for a service called egret.
    public mutating func read(environment: [String: String]) -> [SettingError] {
        var errors: [SettingError] = []
        let known = Dictionary(SettingKey.all.map { ($0.variable, $0) }, uniquingKeysWith: { first, _ in first })
        let former = SettingKey.formerVariables
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(SettingKey.variablePrefix) && name != SettingKey.fileVariable {
            if let (path, key) = former[name] { warn(path, isNow: key, at: .variable(name)) }
            if let key = known[name] ?? former[name]?.key {
                let values = key.kind.isList ? Self.items(of: value) : [value]
                if let error = set(key, values, from: .variable(name)) { errors.append(error) }
            } else if !Self.isOfKubernetes(name) {
                errors.append(
                    SettingError(
                        .unknownKey, at: .variable(name), "no key has this variable",
                        suggestion: Spelling.nearest(to: name, among: known.keys.sorted())))
            }
        }
        return errors
    }

    private static func items(of text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    /// `EGRET_SERVICE_HOST`, `EGRET_SERVICE_PORT…`, `EGRET_PORT…`: the addresses of a service of that name.
    private static func isOfKubernetes(_ name: String) -> Bool {
        ["EGRET_SERVICE_HOST", "EGRET_SERVICE_PORT", "EGRET_PORT"].contains { name.hasPrefix($0) }
    }
}

extension Settings {
    /// Every effective value, as a file that says the same, with a comment on each: where it came from.
    public var text: String {
        var lines: [(text: String, comment: String?)] = []
        var section = ""
        for key in SettingKey.all {
            if key.section != section {
                section = key.section
                lines.append(("\(section):", nil))
            }
            let entry = self[key]
            let name = key.path.dropFirst(section.count + 1)
            // What is not set has no value that could be here.
            let isUnset = entry.values.isEmpty && entry.origin == .builtIn
            lines.append((isUnset ? "  # \(name):" : "  \(name): \(Self.value(entry, of: key))", "\(entry.origin)"))
        }
        let width = lines.filter { $0.comment != nil }.map(\.text.count).max() ?? 0
        return lines.map { line in
            guard let comment = line.comment else { return line.text + "\n" }
            return line.text + String(repeating: " ", count: width - line.text.count) + "  # \(comment)\n"
        }.joined()
    }

    private static func value(_ entry: Entry, of key: SettingKey) -> String {
        if key.kind.isList { return "[" + entry.values.map(quoted).joined(separator: ", ") + "]" }
        let text = entry.values.first ?? ""
        switch key.kind {
        case .text: return quoted(text)
        default: return text
        }
    }

    /// `text` as a YAML scalar: in single quotes, but for plain words.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || [0x2D, 0x2E, 0x2F, 0x5F].contains($0)
            } && text.utf8.first.map { $0 != 0x2D } ?? false
        return isPlain ? text : "'" + text.replacing("'", with: "''") + "'"
    }
}
