import Bytes
import Dispatch
import Foundation

/// The thread of one output: takes lines from a queue and gives them to a sink, in batches as large as the sink wants.
///
/// A thread of its own (Foundation's `Thread`), because a sink may wait for a disk or a reader as long as it likes.
public final class OutputWriter: Sendable {
    /// The queue that it takes from.
    public let queue: OutputQueue
    /// The sink's name.
    public let name: String
    private let patience: StopToken?
    private let finished = DispatchGroup()

    /// Starts a thread that writes what is handed to `queue` to `sink`, until `stop`. `patience` is what the sink waits with.
    public init(sink: any Sink, queue: OutputQueue, patience: StopToken? = nil) {
        self.queue = queue
        self.patience = patience
        self.name = sink.name
        finished.enter()
        let finished = finished
        let thread = Thread {
            Self.run(sink, queue)
            finished.leave()
        }
        thread.name = "egret-\(sink.name)"
        thread.start()
    }

    /// Takes no more lines, waits until those passed on are written, and closes the sink.
    public func stop() {
        queue.close()
        finished.wait()
    }

    /// Takes no more lines, and ends the sink's waiting between tries: what is left is tried once.
    public func cancelWaits() {
        queue.close()
        patience?.end()
    }

    /// Waits as `stop` does, but no longer than `nanoseconds`; false if the sink is stuck and was left behind.
    public func stop(within nanoseconds: Int64) -> Bool {
        cancelWaits()
        return finished.wait(timeout: .now() + .nanoseconds(Int(nanoseconds))) == .success
    }

    /// The output's members of a stats event. `withLag` is for live runs only.
    public func report(withLag: Bool) -> OutputReport {
        let counters = queue.counters
        return OutputReport(
            name: name, written: counters.written, dropped: counters.dropped, lag: withLag ? counters.lag : nil,
            lastSuccess: withLag ? counters.writtenTime : nil,
            failure: counters.failure?.description)
    }

    private static func run(_ sink: any Sink, _ queue: OutputQueue) {
        var sink = sink
        var lines = queue.emptyLines()
        var batch = LineBatch()
        while true {
            let work = queue.take(&lines)
            let now = work.time ?? Timestamp(nanoseconds: 0)
            if work.reopens { sink.reopen(now: now) }
            var outcome = SinkOutcome()
            while !lines.isEmpty {
                batch.removeAll()
                lines.move(to: &batch, limit: sink.batchBytes)
                outcome.add(sink.write(batch, now: now))
            }
            // The last look at the queue was before this: anyone who closes it passes on nothing afterwards.
            if work.ends { sink.close() }
            queue.finish(outcome, time: work.time)
            if work.ends { return }
        }
    }
}

extension SinkOutcome {
    /// Adds what happened to a further batch; the latest failure stays.
    mutating func add(_ other: SinkOutcome) {
        written += other.written
        dropped += other.dropped
        droppedHigh += other.droppedHigh
        failure = other.failure ?? failure
    }
}
