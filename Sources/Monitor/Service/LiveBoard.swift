import Events
import Foundation
import Reporting
public import Status
import Synchronization

/// The live page of a run: what it is fed with, and what is answered to those who open it.
///
/// Fed on the thread that captures; all else is done on the thread that answers. A snapshot is made at most once a second, however many
/// ask, and only if someone does.
public final class LiveBoard: Sendable {
    /// A moment of a clock that nobody sets.
    public typealias Instant = ContinuousClock.Instant

    private struct State {
        var model = LiveModel()
        var text = ""
        var made: Instant?
        /// Answers about a period since `counted`.
        var periods = 0
        var counted: Instant?
    }

    /// What the run tells of itself.
    public let feed = LiveFeed()
    private let sensor: String
    private let version: String
    private let now: @Sendable () -> Instant
    private let state = Mutex(State())

    /// The page of a run of egret `version` as the sensor `sensor`; `now` tells the time by which snapshots are made.
    public init(sensor: String, version: String, now: @escaping @Sendable () -> Instant) {
        self.sensor = sensor
        self.version = version
        self.now = now
    }

    /// Takes note of a moment of the run. Called on the thread that captures.
    public func take(_ moment: SensorLifecycleEvent) {
        if case .second(let report, _, _) = moment { feed.append(.stats(report)) }
    }

    /// The messages of the page.
    public var stream: StatusStream {
        var stream = StatusStream(turn: { self.turn() }, next: { self.snapshot })
        // A little longer than a snapshot lasts, so that no message repeats the one before.
        stream.interval = 1_050_000_000
        return stream
    }

    /// Takes what the run has told since.
    func turn() { state.withLock { $0.model.take(feed.drain()) } }

    /// The latest snapshot as one line of JSON.
    var snapshot: String {
        let time = now()
        return state.withLock { state in
            if let made = state.made, time - made < Self.interval { return state.text }
            state.model.take(feed.drain())
            state.made = time
            state.text = Self.json(state.model.snapshot(sensor: sensor, version: version))
            return state.text
        }
    }

    /// What is to be said to `request`; `nil` if it is not about the page.
    public func answer(to request: StatusRequest) -> StatusAnswer? {
        guard request.path == "/" || request.path.hasPrefix("/live/") else { return nil }
        guard request.isLocal else { return StatusAnswer(.forbidden, "the page is for this machine alone\n") }
        if request.path == "/" {
            var answer = StatusAnswer(.ok, LivePage.text, mediaType: "text/html; charset=utf-8")
            answer.headers = LivePage.headers
            return answer
        }
        guard !request.isCrossSite else { return StatusAnswer(.forbidden, "pages of other sites get no data\n") }
        switch request.path {
        case "/live/events":
            var answer = StatusAnswer(.ok, "", mediaType: "text/event-stream; charset=utf-8")
            answer.headers = Self.headers
            answer.isStream = true
            return answer
        case "/live/snapshot.json": return Self.answer(snapshot)
        case "/live/flows.json": return flows(request)
        default: return StatusAnswer(.unknown, "/live/events, /live/snapshot.json and /live/flows.json are answered\n")
        }
    }

    /// The flows of a period, at most four times a second.
    private func flows(_ request: StatusRequest) -> StatusAnswer {
        func minute(_ name: String) -> Int64? { request.query[name].flatMap { Int64($0) } }
        guard let first = minute("from"), let last = minute("to") else {
            return StatusAnswer(.unknown, "from and to are needed: minutes since 1970-01-01T00:00:00Z\n")
        }
        let time = now()
        let rows = state.withLock { state -> [LiveFlowRow]? in
            if state.counted.map({ time - $0 >= Self.interval }) ?? true { (state.counted, state.periods) = (time, 0) }
            guard state.periods < Self.periodLimit else { return nil }
            state.periods += 1
            state.model.take(feed.drain())
            return state.model.flows(from: first, to: last)
        }
        guard let rows else { return StatusAnswer(.unavailable, "asked too often; try again in a second\n") }
        return Self.answer(Self.json(rows))
    }

    private static func answer(_ json: String) -> StatusAnswer {
        var answer = StatusAnswer(.ok, json + "\n", mediaType: "application/json")
        answer.headers = headers
        return answer
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers, texts and lists of them can always be encoded, and no coverage is infinite.
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    private static let headers = ["x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin"]
    private static var interval: Duration { .seconds(1) }
    private static var periodLimit: Int { 4 }
}
