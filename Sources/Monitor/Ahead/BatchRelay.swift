import Dispatch
import Synchronization

/// The hand-over of batches from the thread that reads to the thread that follows: bounded, in order.
final class BatchRelay: Sendable {
    private struct State {
        var full: [DecodedBatch] = []
        var spare: [DecodedBatch] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    // A semaphore may not be given up with less in it than it began with, so it begins with nothing.
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    /// A relay in which at most `depth` batches wait.
    init(depth: Int) {
        for _ in 0..<depth { room.signal() }
    }

    /// Hands `batch` over and gives an empty one in exchange; waits while too many wait.
    ///
    /// - Returns: how many wait now; nothing where nobody will take them.
    func put(_ batch: inout DecodedBatch) -> Int? {
        room.wait()
        let waiting: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            var other = state.spare.popLast() ?? DecodedBatch()
            swap(&other, &batch)
            state.full.append(other)
            return state.full.count
        }
        if waiting != nil { filled.signal() } else { room.signal() }
        return waiting
    }

    /// Takes the next batch in exchange for `batch`, which is done with; waits until there is one.
    func take(_ batch: inout DecodedBatch) {
        batch.clear()
        filled.wait()
        state.withLock { state in
            var next = state.full.removeFirst()
            swap(&next, &batch)
            state.spare.append(next)
        }
        room.signal()
    }

    /// Nobody will take any more: whoever waits to hand over is let go.
    func close() {
        state.withLock { $0.isClosed = true }
        room.signal()
    }
}
