/// What becomes of files that are ended.
public enum FileCompression: String, Sendable, CaseIterable {
    /// They stay as they are.
    case none
    /// They are packed as Zstandard, `NAME.jsonl.zst`.
    case zstd
}
