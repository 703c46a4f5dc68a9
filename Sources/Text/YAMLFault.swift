/// What keeps a file from being read as YAML, or a part of it from being taken.
public struct YAMLError: Equatable, Sendable {
    /// The kinds of faults; each reader has codes of its own for them.
    public enum Kind: Sendable {
        /// The bytes are not UTF-8.
        case encoding
        /// The text is not YAML.
        case syntax
        /// A limit of size, depth, values or aliases is passed.
        case limit
        /// An anchor in a file that takes none.
        case anchor
        /// A key that is no single word.
        case key
        /// A key stands twice in one map.
        case duplicateKey
    }

    /// The kind.
    public let kind: Kind
    /// Where it is.
    public let position: SourcePosition
    /// What it is, in one line.
    public let message: String
}
