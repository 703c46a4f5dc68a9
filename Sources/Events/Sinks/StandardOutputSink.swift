import Archive
public import Bytes
public import SystemPackage

/// Writes lines to standard output, or to another descriptor that is already open.
///
/// If the reader goes away (`EPIPE`; the program ignores SIGPIPE), the output ends: every further line is counted as dropped,
/// and the outcome is `closed`. Any other error is reported as it is. The lines that arrived whole count as written; a line that
/// arrived in part is removed from a regular file, and writing continues with the next batch. If it cannot be removed, the output
/// ends, because another line after it would be damaged too. The descriptor is not closed at the end.
public struct StandardOutputSink: Sink {
    /// `stdout`, or the name that was given.
    public let name: String
    private let descriptor: FileDescriptor
    /// Why nothing more is written; `nil` while lines can be.
    private var ended: SinkError?

    /// A sink that writes to `descriptor`.
    public init(name: String = "stdout", descriptor: FileDescriptor = .standardOutput) {
        self.name = name
        self.descriptor = descriptor
    }

    /// Writes the whole batch at once; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        if let ended { return .allDropped(batch, ended) }
        let result = DescriptorWrite.all(batch.bytes[...], to: descriptor.rawValue)
        var outcome = SinkOutcome()
        guard let error = result.error else {
            outcome.written = batch.count
            return outcome
        }
        let whole = batch.lines.prefix { $0.end <= result.written }
        outcome.written = whole.count
        for line in batch.lines.dropFirst(whole.count) { outcome.drop(line.priority) }
        outcome.failure = end(
            after: SinkError(Errno(rawValue: error)), cut: result.written - (whole.last?.end ?? 0))
        return outcome
    }

    /// Decides whether the output can continue after `failure`, with `cut` bytes of an unfinished line after it.
    private mutating func end(after failure: SinkError, cut: Int) -> SinkError {
        guard failure != .closed else {
            ended = failure
            return failure
        }
        if cut == 0 || DescriptorWrite.removeLast(cut, from: descriptor.rawValue) { return failure }
        let told = SinkError.system("\(failure); the last line is cut after \(cut) bytes")
        ended = told
        return told
    }

    /// Does nothing: there is no file to open.
    public mutating func reopen(now: Timestamp) {}

    /// Does nothing: nothing is suppressed, and the descriptor belongs to the process.
    public mutating func close() {}
}
