public import Bytes

/// One thing that happened to the sensor itself: the `health` and `audit` events.
public struct NoticeReport: Sendable {
    /// When it happened.
    public var time: Timestamp
    /// What it is, a short word in lower case: `rules_reloaded`, `output_stuck`.
    public var kind: String
    /// For a person: the rest.
    public var detail: String

    /// A notice of `kind` at `time`.
    public init(time: Timestamp, kind: String, detail: String) {
        self.time = time
        self.kind = kind
        self.detail = detail
    }
}
