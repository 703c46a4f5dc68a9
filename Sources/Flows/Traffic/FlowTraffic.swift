/// An estimate with its bounds, which hold in at least 95 of 100 cases.
public struct Estimate: Equatable, Sendable {
    /// The best guess.
    public var value: Int
    /// It is hardly less.
    public var low: Int
    /// It is hardly more.
    public var high: Int

    /// An estimate with its bounds; the value is between them.
    public init(_ value: Int, low: Int, high: Int) {
        self.low = max(0, min(low, high))
        self.high = max(self.low, high)
        self.value = min(max(value, self.low), self.high)
    }
}

/// What the sizes, directions and times of a flow's records or packets tell: how many requests it carried, and which of
/// their answers look like a model's. Totals since the flow began. docs/METHOD.md says how they are come by.
public struct FlowTraffic: Equatable, Sendable {
    /// What was counted; the words of `flow.method`.
    public enum Method: String, Sendable, CaseIterable {
        /// TLS records of a connection that speaks HTTP/1.1, or WebSocket after it.
        case http1Records = "http1_records"
        /// TLS records of a connection that speaks HTTP/2.
        case http2Records = "http2_records"
        /// QUIC packets.
        case quicPackets = "quic_packets"
        /// Requests in cleartext.
        case http1Text = "http1_text"
    }

    /// What was counted.
    public var method: Method
    /// The requests.
    public var requests: Estimate
    /// Requests whose answer came in many small pieces over time: streamed by a model, or something much like it.
    public var streamed: Int
    /// Requests of the other kind whose answer took longer than the way there and back, as if a model had run.
    public var delayedAnswers: Int
    /// Requests with room for a question whose answer came at once; 0 if requests came one after another and others
    /// were streamed, for a client streams what a model says or does not.
    public var immediateAnswers: Int
    /// Runs of upload between two answers.
    public var uploadBursts: Int
    /// The most application bytes of one such run.
    public var largestUpload: Int
    /// The mean time from a run's last byte to its answer's first, in nanoseconds; `nil` if none was answered.
    public var firstByte: Int64?
    /// The longest time from the first piece of a streamed answer to its last, in nanoseconds.
    public var longestStream: Int64

    /// How many requests went to a model, by shape alone: what was streamed or delayed, and the rest where a
    /// connection carried several of it, for telemetry and checks come one or two to a connection.
    public var interactions: Estimate {
        let likely =
            streamed + delayedAnswers + (immediateAnswers >= Self.severalImmediateAnswers ? immediateAnswers : 0)
        return Estimate(likely, low: streamed, high: requests.high)
    }

    /// From how many requests on that were answered at once a connection is taken for one that is used for these.
    static var severalImmediateAnswers: Int { 3 }

    /// Traffic of all its parts.
    public init(
        method: Method, requests: Estimate, streamed: Int = 0, delayedAnswers: Int = 0, immediateAnswers: Int = 0,
        uploadBursts: Int = 0, largestUpload: Int = 0, firstByte: Int64? = nil, longestStream: Int64 = 0
    ) {
        self.method = method
        self.requests = requests
        self.streamed = streamed
        self.delayedAnswers = delayedAnswers
        self.immediateAnswers = immediateAnswers
        self.uploadBursts = uploadBursts
        self.largestUpload = largestUpload
        self.firstByte = firstByte
        self.longestStream = longestStream
    }
}
