public import Text

/// One error in the configuration, in the format of compilers:
/// `egret.yaml:3:1: error[C010] unknown key 'limit'; did you mean 'limits'?`
public struct SettingError: Error, Equatable, Sendable {
    /// The stable number of a kind of error.
    public enum Code: String, Sendable, CaseIterable {
        /// The file is not YAML, or passes a limit of size or depth.
        case syntax = "C001"
        /// The file cannot be read.
        case unreadable = "C002"
        /// A map, a list or a single value is where another of the three belongs.
        case shape = "C003"
        /// A key, or a variable, that means nothing.
        case unknownKey = "C010"
        /// A value that the key does not take.
        case value = "C011"
    }

    /// The kind of error.
    public let code: Code
    /// Where it is: a place in the file, a variable or a flag.
    public let origin: SettingOrigin
    /// What is wrong, in one line.
    public let message: String
    /// The name that was probably meant, if one is close.
    public let suggestion: String?

    /// An error of these parts.
    public init(_ code: Code, at origin: SettingOrigin, _ message: String, suggestion: String? = nil) {
        self.code = code
        self.origin = origin
        self.message = message
        self.suggestion = suggestion
    }
}

extension SettingError: CustomStringConvertible {
    /// The line for people and editors.
    public var description: String {
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        return "\(origin): error[\(code.rawValue)] \(message)\(hint)".escapedForDisplay(limit: 4_000)
    }
}

/// Where a value comes from.
public enum SettingOrigin: Equatable, Sendable {
    /// No one set it.
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
