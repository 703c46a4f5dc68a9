public import Bytes
public import Delivery

/// Posts each line as a request of its own to an HTTP or HTTPS address, for alerts.
///
/// A far end that is away, or says that it has too much to do (408, 429, 5xx), is tried again after 1, 2, 4 and so on up to 60
/// seconds; lines wait after that in their bounded queue. After the last try it counts as away: of what is in hand one line is
/// tried, once, until that succeeds, and the rest given up and counted. Any other answer but success is final for that
/// line. Lines arrive in order, and may arrive twice: their `id` tells.
public struct WebhookSink: Sink {
    /// Sends one body and says what came of it.
    public typealias Post = @Sendable (ArraySlice<UInt8>) -> HTTPPost.Answer

    /// The name in `outputs`.
    public let name: String
    private let post: Post
    private let retry: Retry
    private let patience: StopToken
    private var isDown = false

    /// A sink that posts with `post`, tries each line as `retry` says, and waits with `patience` between.
    public init(
        name: String = "webhook", retry: Retry = Self.standardRetry, patience: StopToken = StopToken(),
        post: @escaping Post
    ) {
        self.name = name
        self.retry = retry
        self.patience = patience
        self.post = post
    }

    /// Eight tries over some two minutes.
    public static var standardRetry: Retry { Retry(attempts: 8, delay: 1_000_000_000, longest: 60_000_000_000) }

    /// Posts the lines one by one; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        var outcome = SinkOutcome()
        for index in 0..<batch.count {
            if isDown, outcome.dropped > 0 {
                outcome.drop(batch.lines[index].priority)
            } else if let failure = deliver(batch.line(at: index).dropLast()) {
                outcome.drop(batch.lines[index].priority)
                outcome.failure = failure
            } else {
                outcome.written += 1
            }
        }
        return outcome
    }

    /// Does nothing: there is no file to open.
    public mutating func reopen(now: Timestamp) {}

    /// Does nothing: nothing is suppressed.
    public mutating func close() {}

    private mutating func deliver(_ body: ArraySlice<UInt8>) -> SinkError? {
        var reason = ""
        var attempt = 1
        while let wait = retry.wait(before: attempt) {
            if wait > 0, isDown || !patience.wait(wait) { break }
            attempt += 1
            switch post(body) {
            case .status(200...299):
                isDown = false
                return nil
            case .status(let status):
                reason = "the webhook answers \(status)"
                guard [408, 429].contains(status) || status >= 500 else { return .system(reason) }
            case .failed(let words):
                reason = "the webhook cannot be reached: \(words)"
            }
        }
        isDown = true
        return .system(reason)
    }
}
