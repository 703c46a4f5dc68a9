import Dispatch
import Synchronization

/// The queue of batches from the thread that reads to the thread that tracks flows: bounded, in order.
final class BatchQueue: Sendable {
    private struct State {
        var full: [AnnotatedBatch] = []
        var spare: [AnnotatedBatch] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    // A semaphore may not be given up with less in it than it began with, so it begins with nothing.
    private let room = DispatchSemaphore(value: 0)
    private let filled: DispatchSemaphore

    /// A relay in which at most `depth` batches wait; `filled` is signalled for each, and may be that of several relays.
    init(depth: Int, filled: DispatchSemaphore = DispatchSemaphore(value: 0)) {
        self.filled = filled
        for _ in 0..<depth { room.signal() }
    }

    /// Hands `batch` over and gives one that is done with in exchange; waits while too many wait.
    ///
    /// - Returns: how many wait now; `nil` if no one will take them.
    func put(_ batch: inout AnnotatedBatch) -> Int? {
        room.wait()
        let waiting: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            var other = state.spare.popLast() ?? AnnotatedBatch()
            swap(&other, &batch)
            state.full.append(other)
            return state.full.count
        }
        if waiting != nil { filled.signal() } else { room.signal() }
        return waiting
    }

    /// Takes the next batch in exchange for `batch`, which is done with and goes back as it is; waits until there is one.
    func take(_ batch: inout AnnotatedBatch) {
        filled.wait()
        _ = exchange(&batch)
    }

    /// Takes the next batch as `take` does if there is one; false if there is none.
    func takeNow(_ batch: inout AnnotatedBatch) -> Bool {
        guard exchange(&batch) else { return false }
        // The signal of a batch that was taken without it.
        _ = filled.wait(timeout: .now())
        return true
    }

    private func exchange(_ batch: inout AnnotatedBatch) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.full.isEmpty else { return false }
            var next = state.full.removeFirst()
            swap(&next, &batch)
            state.spare.append(next)
            return true
        }
        if isTaken { room.signal() }
        return isTaken
    }

    /// No one will take any more: anyone who waits to pass on is let go.
    func close() {
        state.withLock { $0.isClosed = true }
        room.signal()
    }
}
