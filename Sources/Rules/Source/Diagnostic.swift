public import Text

/// One error or warning about a rule file: what, where, and what would be right.
public struct Diagnostic: Hashable, Sendable {
    /// How severe it is.
    public enum Level: String, Sendable {
        /// Nothing is loaded.
        case error
        /// The rules are loaded, and hardly do what is meant.
        case warning
    }

    /// How severe it is.
    public var level = Level.error
    /// The kind of error.
    public var code: DiagnosticCode
    /// Where it is.
    public var position: SourcePosition
    /// What it is, in one line, with the suggestion.
    public var message: String
    /// The name that was probably meant, if one is close.
    public var suggestion: String?

    /// An error of its parts.
    public init(
        _ level: Level = .error, code: DiagnosticCode, position: SourcePosition, message: String,
        suggestion: String? = nil
    ) {
        self.level = level
        self.code = code
        self.position = position
        self.message = message
        self.suggestion = suggestion
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The line that compilers print: `file:line:column: error[R012] message`.
    public var description: String {
        "\(position): \(level.rawValue)[\(code.rawValue)] \(message)".escapedForDisplay(limit: 4_000)
    }
}

/// What kind of error a rule file has; the code is stable, so that people can search for it.
public enum DiagnosticCode: String, Sendable, CaseIterable {
    /// The file is not YAML.
    case syntax = "R001"
    /// The file passes a limit of size, depth, values or aliases.
    case limit = "R002"
    /// A map, a list or a single value is where another of the three belongs.
    case shape = "R003"
    /// A key occurs twice in one map.
    case duplicateKey = "R004"
    /// The file is not UTF-8, or cannot be read.
    case unreadable = "R005"
    /// A key that must be there is missing.
    case missingKey = "R010"
    /// A value is none of those that the key takes.
    case value = "R011"
    /// A key that does not exist; keys that begin with `x-` are the author's own.
    case unknownKey = "R012"
    /// An id, or a name, of the wrong form.
    case name = "R013"
    /// The id of a rule, or a name, occurs twice.
    case duplicateName = "R014"
    /// A list has a type that does not exist, or neither items nor a file.
    case listType = "R020"
    /// An entry does not fit the type of its list.
    case listEntry = "R021"
    /// The file of a list cannot be read.
    case listFile = "R022"
    /// A list that is not defined.
    case unknownList = "R031"
    /// A macro that is not defined.
    case unknownMacro = "R032"
    /// A macro that contains itself.
    case macroCycle = "R033"
    /// A schedule that is not defined.
    case unknownSchedule = "R034"
    /// A name that several other files define.
    case ambiguousName = "R035"
    /// A field that does not exist.
    case unknownField = "R041"
    /// A value that the field cannot have.
    case fieldValue = "R042"
    /// An operator that does not exist.
    case unknownOperator = "R043"
    /// An operator that the field's type has not.
    case operatorType = "R044"
    /// A regular expression that cannot be read, or is too large.
    case pattern = "R045"
    /// A list of a type that the field's type cannot be in.
    case listUse = "R047"
    /// A condition that holds never.
    case emptyCondition = "R048"
    /// An exception without an end.
    case exceptionExpiry = "R051"
    /// A date without a time zone.
    case dateWithoutZone = "R061"
    /// A date, time or duration that cannot be read.
    case moment = "R062"
    /// A window of time that is empty.
    case emptyWindow = "R063"
    /// A time zone that does not exist.
    case unknownZone = "R064"
    /// A schedule that cannot be read.
    case schedule = "R065"
    /// A threshold that cannot work.
    case threshold = "R071"
    /// A template of a message that cannot be read.
    case template = "R081"
    /// A field in a message that does not exist.
    case templateField = "R082"
    /// A tag of the wrong form.
    case tag = "R083"
    /// A test of a rule that cannot be run.
    case test = "R091"
}

extension DiagnosticCode {
    /// The code of a fault of any YAML file.
    init(_ fault: YAMLError.Kind) {
        self =
            switch fault {
            case .encoding: .unreadable
            case .syntax, .anchor: .syntax
            case .limit: .limit
            case .key: .shape
            case .duplicateKey: .duplicateKey
            }
    }
}
