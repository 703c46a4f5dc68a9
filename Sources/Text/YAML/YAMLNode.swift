/// One value of a YAML file, every scalar still the text that its author wrote, and where it is.
public struct YAMLNode: Sendable {
    /// How a scalar is written; it decides where the text inside it is.
    public enum Style: Sendable {
        /// Without quotes.
        case plain
        /// In single or double quotes.
        case quoted
        /// Behind `|`: line ends stay.
        case literal
        /// Behind `>`: lines are joined.
        case folded
    }

    /// One key of a mapping with its value.
    public struct Entry: Sendable {
        /// The key's text.
        public let key: String
        /// The position of the key.
        public let position: SourcePosition
        /// Its value.
        public let value: YAMLNode

        /// An entry of its parts.
        public init(key: String, position: SourcePosition, value: YAMLNode) {
            self.key = key
            self.position = position
            self.value = value
        }
    }

    /// What the value is.
    public enum Content: Sendable {
        /// A single value: its text, and how it is written.
        case scalar(String, Style)
        /// A list.
        case sequence([YAMLNode])
        /// A map, in the file's order.
        case mapping([Entry])
    }

    /// What the value is.
    public let content: Content
    /// The position of its first character.
    public let position: SourcePosition
    /// The byte offset of that character.
    public let offset: Int

    /// A node of its parts.
    public init(content: Content, position: SourcePosition, offset: Int) {
        self.content = content
        self.position = position
        self.offset = offset
    }

    /// The text of a scalar.
    public var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// The items of a sequence.
    public var items: [YAMLNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// The entries of a mapping, in the file's order.
    public var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// Whether nothing was written, as in `match:` with no value.
    public var isEmpty: Bool {
        if case .scalar("", .plain) = content { true } else { false }
    }

    /// The value of `key` in a mapping.
    public subscript(key: String) -> YAMLNode? { entry(key)?.value }

    /// The entry of `key` in a mapping.
    public func entry(_ key: String) -> Entry? {
        // Lengths distinguish most keys, and cost less than comparing texts.
        let length = key.utf8.count
        return entries?.first { $0.key.utf8.count == length && $0.key == key }
    }

    /// The entries of a mapping whose keys are none of `known`, each with the known key that was probably meant. Keys that
    /// begin with `x-` are the author's own, and known.
    public func unknownEntries(besides known: [String]) -> [(entry: Entry, suggestion: String?)] {
        (entries ?? []).filter { !known.contains($0.key) && !$0.key.hasPrefix("x-") }
            .map { ($0, Spelling.nearest(to: $0.key, among: known)) }
    }

    /// What it is, as a word in an error.
    public var kind: String {
        switch content {
        case .scalar: isEmpty ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}
