public import Bytes

/// Inserts lines into a database of ClickHouse, a batch a request.
///
/// Batches are large, since the server wants few inserts: lines that come while one is on its way, or before the interval is over, make up
/// the next. A server that is away or cannot take a batch is tried again after 1, 2, 4 and so on up to 60 seconds, and lines wait in
/// their bounded queue. After the last try what is in hand is given up and counted, and what comes then is tried once; `egret ship`
/// sends from files what was given up. What the server refuses for good is counted at once. Lines arrive in order, and a batch may
/// arrive twice: its token and the events' `seq` tell.
public struct ClickHouseSink: Sink {
    /// The name in `outputs`.
    public let name: String
    private let client: ClickHouseClient
    private let retry: Retry
    private let interval: Int64
    private let patience: StopToken
    private var isDown = false
    private var lastSent: ContinuousClock.Instant?

    /// A sink that sends with `client`. Between two batches that are not full at least `interval` nanoseconds pass.
    public init(
        name: String = "clickhouse", client: ClickHouseClient, interval: Int64 = 1_000_000_000,
        retry: Retry = WebhookSink.standardRetry, patience: StopToken = StopToken()
    ) {
        self.name = name
        self.client = client
        self.interval = interval
        self.retry = retry
        self.patience = patience
    }

    /// 4 MiB of lines, some 3,000 flows.
    public var batchBytes: Int { 4 << 20 }

    /// Sends the batch; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        guard batch.count > 0 else { return SinkOutcome() }
        rest(before: batch)
        defer { lastSent = ContinuousClock.now }
        if let failure = deliver(batch.bytes(of: 0..<batch.count)) { return .allDropped(batch, failure) }
        var outcome = SinkOutcome()
        outcome.written = batch.count
        return outcome
    }

    /// Does nothing: there is no file to open.
    public mutating func reopen(now: Timestamp) {}

    /// Does nothing: all lines that came were sent.
    public mutating func close() {}

    /// Waits until the interval since the batch before is over, unless this one is full: what comes meanwhile waits in the queue.
    private func rest(before batch: LineBatch) {
        guard let lastSent, batch.bytes.count < batchBytes / 2 else { return }
        let passed = lastSent.duration(to: ContinuousClock.now).components
        let nanoseconds = passed.seconds &* 1_000_000_000 &+ passed.attoseconds / 1_000_000_000
        if nanoseconds < interval { _ = patience.wait(interval - nanoseconds) }
    }

    private mutating func deliver(_ lines: ArraySlice<UInt8>) -> SinkError? {
        var reason = ""
        var attempt = 1
        while let wait = retry.wait(before: attempt) {
            if wait > 0, isDown || !patience.wait(wait) { break }
            attempt += 1
            switch client.send(lines) {
            case .accepted:
                isDown = false
                return nil
            case .refused(let words):
                isDown = false
                return .system(words)
            case .later(let words): reason = words
            }
        }
        isDown = true
        return .system(reason)
    }
}
