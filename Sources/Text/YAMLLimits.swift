/// What a file may cost at most; past it the file is refused with an error, not read in part.
public struct YAMLLimits: Sendable {
    /// Bytes of one file. 10,000 rules of ordinary length are some 6 MB.
    public var bytes = 16 << 20
    /// Maps and lists inside one another.
    public var depth = 40
    /// Values in one file, each use of an alias counted with all it holds.
    public var nodes = 2_000_000
    /// Aliases in one file. They can multiply the file, so that few are enough for anyone; with none, anchors are
    /// refused too.
    public var aliases = 16
    /// Keys written twice in one map that are reported before the reader gives up on the file.
    public var duplicates = 20

    /// The limits of files of rules and settings.
    public init() {}
}
