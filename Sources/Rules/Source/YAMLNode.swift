/// One value of a YAML file, every scalar still the text that its author wrote, and where it stands.
struct YAMLNode: Sendable {
    /// How a scalar is written; it decides where the text inside it stands.
    enum Style: Sendable { case plain, quoted, literal, folded }

    /// One key of a mapping with its value.
    struct Entry: Sendable {
        /// The key's text.
        let key: String
        /// Where the key stands.
        let position: SourcePosition
        /// Its value.
        let value: YAMLNode
    }

    /// What the value is.
    indirect enum Content: Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// What the value is.
    let content: Content
    /// Where its first character stands.
    let position: SourcePosition
    /// The byte offset of that character.
    let offset: Int

    /// The text of a scalar.
    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// The items of a sequence.
    var items: [YAMLNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// The entries of a mapping, in the file's order.
    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// Whether nothing was written, as in `match:` with no value.
    var isEmpty: Bool {
        if case .scalar("", .plain) = content { true } else { false }
    }

    /// The value of `key` in a mapping.
    subscript(key: String) -> YAMLNode? { entry(key)?.value }

    /// The entry of `key` in a mapping.
    func entry(_ key: String) -> Entry? { entries?.first { $0.key == key } }

    /// What it is, as a word in an error.
    var kind: String {
        switch content {
        case .scalar: isEmpty ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}
