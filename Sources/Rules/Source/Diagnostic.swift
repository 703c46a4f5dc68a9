public import Text

/// One error in a rule file: what, where, and what would be right.
public struct Diagnostic: Hashable, Sendable {
    /// The kind of error.
    public var code: DiagnosticCode
    /// Where it is.
    public var position: SourcePosition
    /// What it is, in one line, with the suggestion.
    public var message: String
    /// The name that was probably meant, where one is close.
    public var suggestion: String?

    /// An error of its parts.
    public init(code: DiagnosticCode, position: SourcePosition, message: String, suggestion: String? = nil) {
        self.code = code
        self.position = position
        self.message = message
        self.suggestion = suggestion
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The line that compilers print: `file:line:column: error[R012] message`.
    public var description: String { "\(position): error[\(code.rawValue)] \(message)" }
}
