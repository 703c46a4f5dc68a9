/// How much of a source's files was read, for a progress bar.
public struct CaptureProgress: Equatable, Sendable {
    /// Bytes taken from the files themselves, compressed where they are.
    public var bytesRead: UInt64
    /// The size of all files together; nothing where one has none, as a pipe.
    public var totalBytes: UInt64?

    /// A progress of both its parts.
    public init(bytesRead: UInt64, totalBytes: UInt64?) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
    }
}
