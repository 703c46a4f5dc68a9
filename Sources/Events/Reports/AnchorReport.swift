public import Bytes

/// A head of a log, for an output outside the machine: the `anchor` event. Anyone who received it can prove later that the log was
/// not rolled back (`LogVerifier`).
public struct AnchorReport: Sendable, Equatable {
    /// When it was written.
    public var time: Timestamp
    /// The name of the file output whose log it is.
    public var output: String
    /// The head.
    public var head: LogHead
    /// The public key that seals the log, in hexadecimal digits.
    public var key: String

    /// The `head` of the log of `output` at `time`.
    public init(time: Timestamp, output: String, head: LogHead, key: String) {
        self.time = time
        self.output = output
        self.head = head
        self.key = key
    }
}
