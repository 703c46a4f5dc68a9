public import Bytes
import SystemPackage

/// Writes lines to one file that is named by a person: never rotated, packed, sealed or removed. What the file held before is
/// replaced.
///
/// If another program moves the file, `reopen` begins a new one under its name. Errors are those of `StandardOutputSink`.
public struct SingleFileSink: Sink {
    /// The name in `outputs` of stats events.
    public let name: String
    private let path: FilePath
    private var descriptor: FileDescriptor
    private var sink: StandardOutputSink

    /// Opens `path` and empties it; mode 0640 if it is made.
    ///
    /// - Throws: the system's error.
    public init(name: String, path: String) throws(SinkError) {
        self.name = name
        self.path = FilePath(path)
        descriptor = try Self.open(self.path, [.create, .truncate])
        sink = StandardOutputSink(name: name, descriptor: descriptor)
    }

    private static func open(_ path: FilePath, _ options: FileDescriptor.OpenOptions) throws(SinkError)
        -> FileDescriptor
    {
        do {
            return try FileDescriptor.open(
                path, .writeOnly, options: options.union([.append, .closeOnExec]),
                permissions: [.ownerReadWrite, .groupRead])
        } catch {
            throw .system("\(path) cannot be opened: \((error as? Errno)?.description ?? "\(error)")")
        }
    }

    /// Writes the whole batch; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        sink.write(batch, now: now)
    }

    /// Continues at the end of what has the name now; with the file as it was if that cannot be opened.
    public mutating func reopen(now: Timestamp) {
        guard let next = try? Self.open(path, [.create]) else { return }
        try? descriptor.close()
        descriptor = next
        sink = StandardOutputSink(name: name, descriptor: next)
    }

    /// Closes the file.
    public mutating func close() {
        try? descriptor.close()
    }
}
