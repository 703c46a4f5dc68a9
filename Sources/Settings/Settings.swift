/// The effective configuration: a value for every key, and where each came from.
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
