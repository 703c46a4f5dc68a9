public import Bytes

/// What runs, on what, with which configuration: the `start` event.
public struct StartReport: Sendable {
    /// Whether packets come from files or from the wire; the words of `start.mode`.
    public enum Mode: String, Sendable, CaseIterable {
        /// Capture files.
        case offline
        /// Live interfaces.
        case live
    }

    /// Live the moment of the start; offline that of the first packet.
    public var time: Timestamp
    /// Where packets come from.
    public var mode: Mode
    /// The names of interfaces or files; the first 64 are written, and how many there are.
    public var sources: [String]
    /// The names of the outputs.
    public var outputs: [String]
    /// Which flows are written: `ai`, `all` or `none`.
    public var flows: String
    /// The capture filter, if one is set.
    public var filter: String?
    /// Rules that are evaluated.
    public var rules: Int
    /// `sha256:` and the digest of the loaded rule files; `nil` if there are none.
    public var rulesetHash: String?
    /// The catalog's version.
    public var catalog: String

    /// A report of a run that starts at `time`.
    public init(
        time: Timestamp, mode: Mode, sources: [String], outputs: [String] = [], flows: String = "ai",
        filter: String? = nil, rules: Int = 0, rulesetHash: String? = nil, catalog: String
    ) {
        self.time = time
        self.mode = mode
        self.sources = sources
        self.outputs = outputs
        self.flows = flows
        self.filter = filter
        self.rules = rules
        self.rulesetHash = rulesetHash
        self.catalog = catalog
    }

    /// The number of the file that begins with this event, 2 for the first after a rotation; set by the file output.
    var file: Int?
}

/// That and why a run ended: the `stop` event.
public struct StopReport: Sendable {
    /// Why it ended; the words of `stop.reason`.
    public enum Reason: String, Sendable, CaseIterable {
        /// Every capture file was read to its end.
        case endOfInput = "end_of_input"
        /// The operator asked for it.
        case signal
        /// It could not continue.
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

/// One thing that happened to the sensor itself: the `health` and `audit` events.
public struct NoticeReport: Sendable {
    /// When it happened.
    public var time: Timestamp
    /// What it is, a short word in lower case: `reloaded`, `ring_full_began`.
    public var kind: String
    /// The code of the page that explains it, `EG101`; `nil` if nothing is wrong.
    public var code: String?
    /// At the end of an episode how long it was, in nanoseconds.
    public var duration: Int64?
    /// How much of what the reason counts: at the beginning of an episode so far, at its end in all.
    public var total: UInt64?
    /// For a person: the rest.
    public var detail: String

    /// A notice of `kind` at `time`.
    public init(
        time: Timestamp, kind: String, code: String? = nil, duration: Int64? = nil, total: UInt64? = nil,
        detail: String
    ) {
        self.time = time
        self.kind = kind
        self.code = code
        self.duration = duration
        self.total = total
        self.detail = detail
    }
}

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
