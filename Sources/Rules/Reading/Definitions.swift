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

/// Host names as policies write them.
enum HostText {
    /// `text` in lower case without a dot at its end; nothing where it cannot be a host name.
    static func normalised(_ text: String) -> String? {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard (1...253).contains(name.utf8.count) else { return nil }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isFine = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.allSatisfy { isPermitted($0) }
        }
        return isFine ? name : nil
    }

    /// Letters, digits, `-` and `_`; bytes past ASCII stand for names that are written in their own letters.
    private static func isPermitted(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F || byte >= 0x80
    }
}
