public import Bytes

/// That and why a run ended: the `stop` event.
public struct StopReport: Sendable {
    /// Why it ended; the words of `stop.reason`.
    public enum Reason: String, Sendable, CaseIterable {
        /// Every capture file was read to its end.
        case endOfInput = "end_of_input"
        /// The operator asked for it.
        case signal
        /// It could not go on.
        case failure
    }

    /// Live the moment of the end; offline that of the last packet.
    public var time: Timestamp
    /// Why it ended.
    public var reason: Reason
    /// For a person: what failed.
    public var detail: String?
    /// Packets read in all.
    public var packets: UInt64
    /// Events of this run before this one.
    public var events: UInt64

    /// A report of a run that ended at `time`.
    public init(time: Timestamp, reason: Reason, detail: String? = nil, packets: UInt64, events: UInt64) {
        self.time = time
        self.reason = reason
        self.detail = detail
        self.packets = packets
        self.events = events
    }
}
