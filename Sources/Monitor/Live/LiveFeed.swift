import Events
import Rules
import Synchronization

/// What happened in a run, on its way to the live page: from the thread that captures to the one that answers.
///
/// The thread that captures only appends, under a lock that is held for that or for a swap. It never waits for the page: if what was
/// appended is not taken in time, reports of flows are given up and counted.
public final class LiveFeed: Sendable {
    /// One thing that happened.
    enum Item: Sendable {
        case alert(Alert)
        indirect case stats(StatsReport)
        case start(StartReport)
    }

    private struct State {
        var flows: [LiveFlow] = []
        var others: [Item] = []
        var omitted: UInt64 = 0
    }

    private let state = Mutex(State())

    /// A feed of nothing yet.
    public init() {}

    /// Appends what the page shows of an event, which is hidden already where the privacy settings ask for it.
    func take(_ event: Event) {
        switch event {
        case .flow(let observation): append(LiveFlow(observation, isReport: true))
        case .alert(let alert) where alert.status != .suppressed: append(.alert(alert))
        case .start(let report): append(.start(report))
        case .alert, .dns, .inventory, .stats, .health, .audit, .anchor, .stop: break
        }
    }

    /// Appends a flow that was just named.
    func append(_ flow: LiveFlow) {
        state.withLock { state in
            if state.flows.count < Self.capacity { state.flows.append(flow) } else { state.omitted &+= 1 }
        }
    }

    /// Appends what is no flow.
    func append(_ item: Item) {
        state.withLock { state in
            if state.others.count < Self.otherCapacity { state.others.append(item) }
        }
    }

    /// Takes all that waits, and how many reports of flows were given up since the start.
    func drain() -> (flows: [LiveFlow], others: [Item], omitted: UInt64) {
        state.withLock { state in
            let taken = (state.flows, state.others, state.omitted)
            (state.flows, state.others) = ([], [])
            return taken
        }
    }

    /// How many reports of flows wait at the most: they are taken four times a second.
    static var capacity: Int { 16_384 }
    /// How much else waits at the most. Alerts are limited by the minute, so that this is not reached.
    private static var otherCapacity: Int { 4_096 }
}
