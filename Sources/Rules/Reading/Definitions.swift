import Text

/// What rules refer to by name, over all files.
///
/// A name of the rule's own file comes first; otherwise that of another file, where only one defines it.
struct Definitions: Sendable {
    /// One definition and where its name is.
    struct Definition<Value: Sendable>: Sendable {
        /// The position of the name.
        let position: SourcePosition
        /// What it names; `nil` if the definition itself has an error.
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
    /// What `name` means in `file`; `nil` if that is an error, which is reported with `code`.
    mutating func resolve<Value>(
        _ name: String, at position: SourcePosition, in file: String, among table: Definitions.Table<Value>,
        kind: String, code: DiagnosticCode
    ) -> Definitions.Definition<Value>? {
        let candidates = table[name] ?? [:]
        if let own = candidates[file] { return own }
        if candidates.count == 1 { return candidates.first?.value }
        guard candidates.isEmpty else {
            let places = candidates.values.map(\.position).sorted().map(\.description).joined(separator: ", ")
            report.error(.ambiguousName, at: position, "\(kind) '\(name)' is defined in several files: \(places)")
            return nil
        }
        let nearest = Spelling.nearest(to: name, among: table.keys)
        let definition = nearest.flatMap { table[$0]?.values.map(\.position).min() }
        report.error(code, at: position, "unknown \(kind) '\(name)'", suggestion: nearest, definition: definition)
        return nil
    }
}

/// Host names as policies write them.
enum HostText {
    /// `text` in lower case without a dot at its end; `nil` if it cannot be a host name. Letters beyond ASCII are written in their
    /// `xn--` form (RFC 5891), as they are on the wire.
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

    /// The name that `text` was probably meant to be: without scheme, user, path, port, wildcard, quotes and characters that
    /// cannot be seen, with letters beyond ASCII in their `xn--` form; `nil` if nothing is left that is a name, or `text` is one.
    static func nearest(to text: String) -> String? {
        var rest = Substring(InvisibleText.removed(from: text).lowercased())
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { !"/?#".contains($0) }
        if let user = rest.lastIndex(of: "@") { rest = rest[rest.index(after: user)...] }
        if let port = rest.lastIndex(of: ":"), rest[port...].dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) {
            rest = rest[..<port]
        }
        rest = rest.drop { "*. ".contains($0) }
        while let last = rest.last, "*. ".contains(last) { rest = rest.dropLast() }
        let labels = rest.split(separator: ".", omittingEmptySubsequences: false).map { label in
            label.utf8.allSatisfy { $0 < 0x80 }
                ? String(label) : Punycode.encoded(label).map { "xn--" + $0 } ?? String(label)
        }
        guard let name = normalised(labels.joined(separator: ".")), name != text else { return nil }
        return name
    }

    /// Letters, digits, `-` and `_`.
    private static func isPermitted(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }
}
