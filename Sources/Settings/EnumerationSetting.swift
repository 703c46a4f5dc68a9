/// A setting whose values are the cases of an enumeration, with the enumeration as its type.
///
/// The words that a user may write are the raw values of the cases, so they cannot drift from the code, and reading the setting
/// gives a case without a conversion that could fall back in silence.
public struct EnumerationSetting<Value: RawRepresentable<String> & Equatable & Sendable>: Sendable {
    /// The setting as one of the table of all keys.
    public let key: SettingKey
    /// The cases that the setting accepts, in the order in which help and documentation list them.
    public let values: [Value]
    /// The case that holds if no one sets one.
    public let defaultValue: Value

    /// A setting that accepts `values`; its flag is its name with dashes unless another is given.
    init(
        _ path: String, flag: String? = nil, values: [Value], default defaultValue: Value,
        scope: SettingKey.Scope = .all,
        summary: String
    ) {
        self.values = values
        self.defaultValue = defaultValue
        key = SettingKey(
            path, flag: flag, .keyword(values.map(\.rawValue)), defaults: [defaultValue.rawValue], scope: scope,
            summary: summary
        )
    }
}

extension Settings {
    /// The case of `setting` that holds: the one that was set, otherwise the default.
    public subscript<Value>(setting: EnumerationSetting<Value>) -> Value {
        let text = text(setting.key)
        return setting.values.first { $0.rawValue == text } ?? setting.defaultValue
    }
}

/// Which flows are written.
public enum FlowSelection: String, Sendable, CaseIterable {
    /// Those that concern an AI vendor or a rule.
    case ai
    /// Every one.
    case all
    /// None: alerts and counters only.
    case none
}

/// How much a live run gives up once its interfaces are open.
public enum SandboxMode: String, Sendable, CaseIterable {
    /// What the kernel supports.
    case auto
    /// All of it, or no start.
    case required
    /// None of it.
    case off
}
