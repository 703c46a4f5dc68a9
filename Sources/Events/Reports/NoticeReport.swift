public import Bytes

/// One thing that happened to the sensor itself: the `health` and `audit` events.
public struct NoticeReport: Sendable {
    /// When it happened.
    public var time: Timestamp
    /// What it is, a short word in lower case: `reloaded`, `ring_full_began`.
    public var kind: String
    /// The code of the page that explains it, `EG101`; nothing where nothing is wrong.
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
