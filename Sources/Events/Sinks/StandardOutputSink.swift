public import Bytes
public import SystemPackage

/// Writes lines to standard output, or to another descriptor that is open already.
///
/// A reader that went away (`EPIPE`; the program ignores SIGPIPE) ends the output: from then on every line is counted
/// as dropped, and the outcome says `closed`. The descriptor is not closed at the end. It must be a blocking one.
public struct StandardOutputSink: Sink {
    /// `stdout`, or what it was named.
    public let name: String
    private let descriptor: FileDescriptor
    private var isClosed = false

    /// A sink that writes to `descriptor`.
    public init(name: String = "stdout", descriptor: FileDescriptor = .standardOutput) {
        self.name = name
        self.descriptor = descriptor
    }

    /// Writes the whole batch at once; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        guard !isClosed else { return .allDropped(batch, .closed) }
        do {
            _ = try descriptor.writeAll(batch.bytes)
            var outcome = SinkOutcome()
            outcome.written = batch.count
            return outcome
        } catch {
            // How much arrived is unknown; a cut line must not be followed by another, so this is the end.
            isClosed = true
            return .allDropped(batch, .closed)
        }
    }

    /// Does nothing: there is no file to open.
    public mutating func reopen(now: Timestamp) {}

    /// Does nothing: nothing is held back, and the descriptor belongs to the process.
    public mutating func close() {}
}
