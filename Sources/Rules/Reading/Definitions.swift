import Text

/// What rules refer to by name, over all files.
///
/// A name of the rule's own file comes first; otherwise that of another file, where only one defines it.
struct Definitions: Sendable {
    /// One definition and where its name stands.
    struct Definition<Value: Sendable>: Sendable {
        /// Where the name stands.
        let position: SourcePosition
        /// What it names; nothing where the definition itself has an error.
        let value: Value?
    }

    /// Definitions of one kind: by name, then by file.
    typealias Table<Value: Sendable> = [String: [String: Definition<Value>]]

    /// The lists.
    var lists: Table<NamedList> = [:]
    /// The schedules.
    var schedules: Table<Schedule> = [:]
    /// The macros, as they are written.
    var macros: Table<YAMLNode> = [:]
}

extension RuleReader {
    /// What `name` means in `file`; nothing where that is an error, which is reported with `code`.
    mutating func resolve<Value>(
        _ name: String, at position: SourcePosition, in file: String, among table: Definitions.Table<Value>,
        kind: String, code: DiagnosticCode
    ) -> Definitions.Definition<Value>? {
        let candidates = table[name] ?? [:]
        if let own = candidates[file] { return own }
        if candidates.count == 1 { return candidates.first?.value }
        guard candidates.isEmpty else {
            let places = candidates.values.map(\.position).sorted().map(\.description).joined(separator: ", ")
            report.error(.ambiguousName, position, "\(kind) '\(name)' is defined in several files: \(places)")
            return nil
        }
        let nearest = Spelling.nearest(to: name, among: table.keys)
        let definition = nearest.flatMap { table[$0]?.values.map(\.position).min() }
        report.error(code, position, "unknown \(kind) '\(name)'", suggestion: nearest, definition: definition)
        return nil
    }
}
