/// A file whose last line was never finished.
public struct TruncatedLogFile: Equatable, Sendable {
    /// The file's name.
    public let name: String
    /// The bytes of that line.
    public let bytes: Int

    /// The file `name` with so many `bytes` of an unfinished line.
    public init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}
