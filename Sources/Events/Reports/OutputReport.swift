public import Bytes

/// One output: an element of `outputs` of a `stats` event.
public struct OutputReport: Sendable, Equatable {
    /// The output's name, `stdout`, `file`.
    public var name: String
    /// Events written.
    public var written: UInt64
    /// Events given up.
    public var dropped: UInt64
    /// From the newest event written to the newest handed over, in nanoseconds of event time; nothing offline.
    public var lag: Int64?
    /// The time of the newest event that was written; nothing offline, or before the first.
    public var lastSuccess: Timestamp?
    /// Why the output last gave events up, where its latest batch did; the words of the system.
    public var failure: String?

    /// A report on the output `name`.
    public init(
        name: String, written: UInt64, dropped: UInt64, lag: Int64?, lastSuccess: Timestamp? = nil,
        failure: String? = nil
    ) {
        self.name = name
        self.written = written
        self.dropped = dropped
        self.lag = lag
        self.lastSuccess = lastSuccess
        self.failure = failure
    }
}
