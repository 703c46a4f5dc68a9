import Text

/// All errors and warnings of all files of one run, and what was read.
public struct DiagnosticReport: Sendable {
    /// The errors, in the order in which they were found; see `sorted`.
    public private(set) var diagnostics: [Diagnostic] = []
    /// How many errors were left out, because a run reports 1,000 at most.
    public private(set) var omitted = 0
    private var hasOmittedErrors = false
    /// The files that were read.
    public internal(set) var files = 0
    /// The rules in them.
    public internal(set) var rules = 0
    /// The tests of those rules.
    public internal(set) var tests = 0

    /// A report of nothing.
    public init() {}

    /// Whether there is no error; there may be warnings.
    public var isClean: Bool { errors == 0 }

    /// What does not keep the rules from being loaded, in order.
    public var warnings: [Diagnostic] { sorted.filter { $0.level == .warning } }

    private var errors: Int {
        diagnostics.count { $0.level == .error } + (omitted > 0 && hasOmittedErrors ? omitted : 0)
    }

    /// The errors by file, line and column.
    public var sorted: [Diagnostic] {
        diagnostics.sorted { ($0.position, $0.code.rawValue, $0.message) < ($1.position, $1.code.rawValue, $1.message) }
    }

    /// The last line of a check: `2 files, 9 rules, 31 tests: 5 errors. Nothing was loaded.`
    public var summary: String {
        let read = "\(Self.count(files, "file")), \(Self.count(rules, "rule")), \(Self.count(tests, "test"))"
        let errors = errors
        let warnings = diagnostics.count { $0.level == .warning }
        let more = warnings == 0 ? "" : ", \(Self.count(warnings, "warning"))"
        return errors == 0
            ? "\(read): no errors\(more)." : "\(read): \(Self.count(errors, "error"))\(more). Nothing was loaded."
    }

    /// Adds an error; `suggestion` is the name that was probably meant, `definition` where that one is.
    mutating func error(
        _ code: DiagnosticCode, at position: SourcePosition, _ message: String, suggestion: String? = nil,
        definition: SourcePosition? = nil
    ) {
        var text = Self.message(message, suggestion)
        if let suggestion, let definition { text = "\(message); did you mean '\(suggestion)' (\(definition))?" }
        add(Diagnostic(code: code, position: position, message: text.escapedForDisplay(), suggestion: suggestion))
    }

    /// Adds a warning.
    mutating func warn(
        _ code: DiagnosticCode, at position: SourcePosition, _ message: String, suggestion: String? = nil
    ) {
        let text = Self.message(message, suggestion).escapedForDisplay()
        add(Diagnostic(.warning, code: code, position: position, message: text, suggestion: suggestion))
    }

    private mutating func add(_ diagnostic: Diagnostic) {
        if diagnostics.count < Self.capacity { return diagnostics.append(diagnostic) }
        omitted += 1
        hasOmittedErrors = hasOmittedErrors || diagnostic.level == .error
    }

    /// `message` with the name that was probably meant.
    private static func message(_ message: String, _ suggestion: String?) -> String {
        suggestion.map { "\(message); did you mean '\($0)'?" } ?? message
    }

    /// Adds the faults of a YAML file.
    mutating func add(_ faults: [YAMLError]) {
        for fault in faults { error(DiagnosticCode(fault.kind), at: fault.position, fault.message) }
    }

    /// Adds the errors of another report.
    mutating func merge(_ other: DiagnosticReport) {
        diagnostics += other.diagnostics.prefix(max(0, Self.capacity - diagnostics.count))
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static let capacity = 1_000
}

extension DiagnosticReport {
    /// A form in which a report is printed.
    public enum Format: String, Sendable, CaseIterable {
        /// A line an error, as compilers print it, and the summary.
        case text
        /// One JSON object, for tools.
        case json
        /// SARIF 2.1.0, for code review.
        case sarif
    }

    /// The report as `format`, ending with a line end.
    public func rendered(as format: Format) -> String {
        switch format {
        case .text: text
        case .json: json
        case .sarif: sarif
        }
    }

    private var text: String {
        sorted.map { "\($0)\n" }.joined() + summary + "\n"
    }

    private var json: String {
        "{\"files\":\(files),\"rules\":\(rules),\"tests\":\(tests),\"omitted\":\(omitted),"
            + "\"errors\":\(objects(.error)),\"warnings\":\(objects(.warning))}\n"
    }

    private func objects(_ level: Diagnostic.Level) -> String {
        let objects = sorted.filter { $0.level == level }.map { diagnostic in
            var members = [
                "\"code\":\(JSONText.quoted(diagnostic.code.rawValue))",
                "\"file\":\(JSONText.quoted(diagnostic.position.file))",
                "\"line\":\(diagnostic.position.line)",
                "\"column\":\(diagnostic.position.column)",
                "\"message\":\(JSONText.quoted(diagnostic.message))",
            ]
            if let suggestion = diagnostic.suggestion {
                members.append("\"suggestion\":\(JSONText.quoted(suggestion))")
            }
            return "{\(members.joined(separator: ","))}"
        }
        return "[\(objects.joined(separator: ","))]"
    }

    private var sarif: String {
        let results = sorted.map { diagnostic in
            let region =
                "\"region\":{\"startLine\":\(diagnostic.position.line),\"startColumn\":\(diagnostic.position.column)}"
            let file = "\"artifactLocation\":{\"uri\":\(JSONText.quoted(diagnostic.position.file))}"
            return
                "{\"ruleId\":\(JSONText.quoted(diagnostic.code.rawValue)),\"level\":\"\(diagnostic.level.rawValue)\","
                + "\"message\":{\"text\":\(JSONText.quoted(diagnostic.message))},"
                + "\"locations\":[{\"physicalLocation\":{\(file),\(region)}}]}"
        }
        return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":["
            + "{\"tool\":{\"driver\":{\"name\":\"egret\",\"rules\":[]}},\"columnKind\":\"unicodeCodePoints\","
            + "\"results\":[\(results.joined(separator: ","))]}]}\n"
    }
}
