public import Bytes
import Dispatch
import Synchronization

/// The queue of lines from the packet thread to the thread of one output: bounded, counted, and quick.
///
/// Lines wait in two rings, alerts apart from the rest, so that alerts are given up last. The writer takes both rings
/// by a swap under the lock and leaves its empty ones, so the lock is held for the copy of one line and no longer; with
/// `block` alone the packet thread waits. At most twice `capacity` bytes are held: those that wait and those on their
/// way.
public final class OutputQueue: Sendable {
    /// What the queue has done so far.
    public struct Counters: Equatable, Sendable {
        /// Lines passed on.
        public var accepted: UInt64 = 0
        /// Lines that the output has written.
        public var written: UInt64 = 0
        /// Lines given up, in the queue or by the output.
        public var dropped: UInt64 = 0
        /// Of these, alerts and others of high priority.
        public var droppedHigh: UInt64 = 0
        /// Lines that wait or are on their way.
        public var pending: UInt64 { accepted &- written &- dropped }
        /// The newest time passed on.
        public var acceptedTime: Timestamp?
        /// The newest time of a batch that was written.
        public var writtenTime: Timestamp?
        /// Why the output last gave lines up.
        public var failure: SinkError?

        /// From the newest event written to the newest passed on, in nanoseconds; 0 if nothing waits.
        public var lag: Int64 {
            guard pending > 0, let acceptedTime else { return 0 }
            return max(0, acceptedTime.nanoseconds(since: writtenTime ?? acceptedTime))
        }
    }

    private struct State {
        var lines: PriorityLineQueue
        var order: UInt64 = 0
        var isBusy = false
        var isClosed = false
        var wantsReopen = false
        var isSignalled = false
        var waiters = 0
        var counters = Counters()

        mutating func countDropped(_ priority: Event.Priority) {
            counters.dropped &+= 1
            if priority != .normal { counters.droppedHigh &+= 1 }
        }

        /// Whether the writer must be woken: it is only once until it has looked.
        mutating func mustSignal() -> Bool {
            defer { isSignalled = true }
            return !isSignalled
        }
    }

    /// What happened to a line that was offered.
    private struct Offer {
        var isDone: Bool
        var wakes: Bool
    }

    /// What gives way where the queue is full.
    public let policy: OverflowPolicy
    private let capacity: Int
    private let state: Mutex<State>
    private let work = DispatchSemaphore(value: 0)
    private let space = DispatchSemaphore(value: 0)

    /// A queue in which at most `capacity` bytes of lines wait, at least 256 KiB.
    public init(capacity: Int = 16 << 20, policy: OverflowPolicy) {
        self.policy = policy
        let capacity = max(capacity, 16 * EventEncoder.lineLimit)
        self.capacity = capacity
        state = Mutex(State(lines: PriorityLineQueue(capacity: capacity)))
    }

    /// Passes a line over. Live policies return at once; `block` waits until there is room. No allocation after warm-up.
    ///
    /// After `close` a line counts as dropped.
    public func append(_ line: [UInt8], priority: Event.Priority, time: Timestamp) {
        while true {
            let offer = state.withLock { state in
                let isDone = take(line, priority: priority, time: time, to: &state)
                let isPressing = !isDone || policy != .block || state.lines.usedBytes >= Self.pressingBytes
                return Offer(isDone: isDone, wakes: isPressing && state.mustSignal())
            }
            if offer.wakes { work.signal() }
            if offer.isDone { return }
            space.wait()
        }
    }

    /// The counters at this moment.
    public var counters: Counters { state.withLock { $0.counters } }

    /// Asks the output to open its files again.
    public func requestReopen() {
        wake { $0.wantsReopen = true }
    }

    /// Takes no more lines; the writer ends when those that wait are written.
    public func close() {
        wake { $0.isClosed = true }
    }

    /// With `block`, how many bytes wake the writer at once. Waking it for each line would cost more than the line; fewer
    /// are taken when it looks by itself.
    private static var pressingBytes: Int { 64 << 10 }

    /// With `block`, how often the writer looks by itself.
    private static var patience: DispatchTimeInterval { .milliseconds(50) }

    /// Waits until all that was passed on has been written or given up. Not for the packet path of a live run.
    public func drain() {
        while true {
            let isDone = state.withLock { state in
                if state.lines.isEmpty && !state.isBusy { return true }
                state.waiters += 1
                return false
            }
            if isDone { return }
            space.wait()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let wakes = state.withLock { state in
            change(&state)
            return state.mustSignal()
        }
        if wakes { work.signal() }
    }

    /// Takes the line, makes room by the policy, or says that the caller must wait.
    private func take(_ line: [UInt8], priority: Event.Priority, time: Timestamp, to state: inout State) -> Bool {
        guard !state.isClosed else {
            state.counters.accepted &+= 1
            state.countDropped(priority)
            return true
        }
        if policy == .block, !state.lines.hasRoom(for: line.count), !state.lines.isEmpty {
            state.waiters += 1
            return false
        }
        state.counters.accepted &+= 1
        state.counters.acceptedTime = max(state.counters.acceptedTime ?? time, time)
        while !state.lines.append(line, order: state.order, priority: priority) {
            guard let dropped = state.lines.evict(for: priority, policy: policy) else {
                state.countDropped(priority)
                return true
            }
            state.countDropped(dropped)
        }
        state.order &+= 1
        return true
    }
}

extension OutputQueue {
    /// What the writer is to do next.
    struct Work {
        var reopens = false
        var ends = false
        var time: Timestamp?
    }

    /// Empty buffers that the writer returns in exchange.
    func emptyLines() -> PriorityLineQueue { PriorityLineQueue(capacity: capacity) }

    /// Waits for work, then swaps the rings that wait for the empty `rings`.
    func take(_ lines: inout PriorityLineQueue) -> Work {
        while true {
            waitForWork()
            let next: Work? = state.withLock { state in
                state.isSignalled = false
                guard !state.lines.isEmpty || state.wantsReopen || state.isClosed else { return nil }
                swap(&lines, &state.lines)
                state.isBusy = true
                defer { state.wantsReopen = false }
                return Work(
                    reopens: state.wantsReopen, ends: state.isClosed, time: state.counters.acceptedTime)
            }
            if let next { return next }
        }
    }

    private func waitForWork() {
        if policy == .block {
            _ = work.wait(timeout: .now() + Self.patience)
        } else {
            work.wait()
        }
    }

    /// Notes what happened to the lines that were taken, and lets those who wait for room continue.
    func finish(_ outcome: SinkOutcome, time: Timestamp?) {
        let waiters = state.withLock { state in
            state.isBusy = false
            state.counters.written &+= UInt64(outcome.written)
            state.counters.dropped &+= UInt64(outcome.dropped)
            state.counters.droppedHigh &+= UInt64(outcome.droppedHigh)
            if outcome.written > 0 { state.counters.writtenTime = time }
            state.counters.failure = outcome.failure
            defer { state.waiters = 0 }
            return state.waiters
        }
        for _ in 0..<waiters { space.signal() }
    }
}
