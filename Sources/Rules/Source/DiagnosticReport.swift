import Text

/// All errors of all files of one run, and what was read.
public struct DiagnosticReport: Sendable {
    /// The errors, in the order in which they were found; see `sorted`.
    public private(set) var diagnostics: [Diagnostic] = []
    /// How many errors were left out, because a run reports 1,000 at most.
    public private(set) var omitted = 0
    /// The files that were read.
    public internal(set) var files = 0
    /// The rules in them.
    public internal(set) var rules = 0
    /// The tests of those rules.
    public internal(set) var tests = 0

    /// A report of nothing.
    public init() {}

    /// Whether there is no error.
    public var isClean: Bool { diagnostics.isEmpty }

    /// The errors by file, line and column.
    public var sorted: [Diagnostic] {
        diagnostics.sorted { ($0.position, $0.code.rawValue, $0.message) < ($1.position, $1.code.rawValue, $1.message) }
    }

    /// The last line of a check: `2 files, 9 rules, 31 tests: 5 errors. Nothing was loaded.`
    public var summary: String {
        let read = "\(Self.count(files, "file")), \(Self.count(rules, "rule")), \(Self.count(tests, "test"))"
        let errors = diagnostics.count + omitted
        return errors == 0 ? "\(read): no errors." : "\(read): \(Self.count(errors, "error")). Nothing was loaded."
    }

    /// Adds an error; `suggestion` is the name that was probably meant, `definition` where that one stands.
    mutating func error(
        _ code: DiagnosticCode, _ position: SourcePosition, _ message: String, suggestion: String? = nil,
        definition: SourcePosition? = nil
    ) {
        guard diagnostics.count < Self.capacity else {
            omitted += 1
            return
        }
        var text = message
        if let suggestion {
            text += "; did you mean '\(suggestion)'"
            if let definition { text += " (\(definition))" }
            text += "?"
        }
        diagnostics.append(
            Diagnostic(code: code, position: position, message: text.escapedForDisplay(), suggestion: suggestion))
    }

    /// Adds the faults of a YAML file.
    mutating func add(_ faults: [YAMLError]) {
        for fault in faults { error(DiagnosticCode(fault.kind), fault.position, fault.message) }
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
