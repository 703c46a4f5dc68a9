public import Text

/// Where a value comes from.
public enum SettingOrigin: Equatable, Sendable {
    /// Nobody set it.
    case builtIn
    /// A place in the file.
    case file(SourcePosition)
    /// An environment variable.
    case variable(String)
    /// A flag, with its dashes.
    case flag(String)
}

extension SettingOrigin: CustomStringConvertible {
    /// `default`, `egret.yaml:3:1`, `EGRET_FILTERS_FLOWS` or `--flows`.
    public var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let position): "\(position)"
        case .variable(let name): name
        case .flag(let name): name
        }
    }
}
