import Events
public import Status
import Synchronization

/// The state of a live run that is served over HTTP: its metrics, whether it is alive, and whether it is ready.
///
/// The run's own thread updates it once a second, which also shows that this thread is not stuck. Requests are answered on the
/// caller's thread from the last update; a lock is held for the time of a copy.
public final class StatusBoard: Sendable {
    /// A moment of a clock that no one sets.
    public typealias Instant = ContinuousClock.Instant

    private enum Phase {
        case starting
        case running
        case stopping
    }

    private struct State {
        var phase = Phase.starting
        var turned: Instant
        var report: StatsReport?
        var episodes: [HealthReason: UInt64] = [:]
    }

    /// What happened to the connections of those who asked.
    public let counters = StatusCounters()
    private let state: Mutex<State>
    private let version: String
    private let now: @Sendable () -> Instant

    /// A board about a run of egret `version` that has not begun; `now` tells the time by which a silence is measured.
    public init(version: String, now: @escaping @Sendable () -> Instant) {
        self.version = version
        self.now = now
        state = Mutex(State(turned: now()))
    }

    /// Takes note of a moment of the run.
    public func take(_ moment: SensorLifecycleEvent) {
        let time = now()
        state.withLock { state in
            state.turned = time
            switch moment {
            case .ready: state.phase = .running
            case .second(let report, _, let episodes):
                state.report = report
                state.episodes = episodes
            case .reloading, .note: break
            case .stopping, .stopped: state.phase = .stopping
            }
        }
    }

    /// What is to be said at `path`.
    public func answer(at path: String) -> StatusAnswer {
        switch path {
        case "/metrics": metrics
        case "/healthz": answer(to: faults { $0.phase == .stopping ? [] : silence($0) })
        case "/readyz": answer(to: faults(obstacles))
        default: StatusAnswer(.unknown, "/metrics, /healthz and /readyz are answered, and / if http.page is on\n")
        }
    }

    private var metrics: StatusAnswer {
        let (report, episodes) = state.withLock { ($0.report, $0.episodes) }
        guard let report else { return StatusAnswer(.unavailable, "the first second is not over\n") }
        var metrics = MetricsText(report, episodes: episodes, version: version)
        metrics.add(counters)
        return StatusAnswer(.ok, metrics.text, mediaType: "text/plain; version=0.0.4; charset=utf-8")
    }

    private func faults(_ find: (State) -> [String]) -> [String] { find(state.withLock { $0 }) }

    private func answer(to faults: [String]) -> StatusAnswer {
        faults.isEmpty
            ? StatusAnswer(.ok, "ok\n") : StatusAnswer(.unavailable, faults.map { "\($0)\n" }.joined())
    }

    /// That the thread that captures was not heard of for too long.
    private func silence(_ state: State) -> [String] {
        let length = now() - state.turned
        return length > Self.patience ? ["the capture has stopped for \(length.components.seconds) s"] : []
    }

    /// What keeps the run from doing its work.
    private func obstacles(_ state: State) -> [String] {
        switch state.phase {
        case .starting: return ["starting: outputs are not open yet"]
        case .stopping: return ["stopping"]
        case .running: break
        }
        let down = state.report?.capture.interfacesDown ?? []
        return silence(state) + down.map { "the interface \($0) is down or gone" }
    }

    /// How long nothing may be heard of the run, of which something is to be heard each second.
    private static var patience: Duration { .seconds(10) }
}
