import Bytes
import Events
import Synchronization
import Testing

/// A sink that keeps what it is given, and can be made to wait or to fail.
final class MemorySink: Sink {
    struct Contents: Sendable {
        var text: [UInt8] = []
        var batches = 0
        var reopened = 0
        var isClosed = false
        var isFailing = false
    }

    let name = "memory"
    private let contents = Mutex(Contents())
    private let gate = Mutex(())

    var seen: Contents { contents.withLock { $0 } }

    /// Runs `body` while every write waits.
    func stalled<Result>(_ body: () throws -> Result) rethrows -> Result {
        try gate.withLock { _ in try body() }
    }

    func fail(_ isFailing: Bool) { contents.withLock { $0.isFailing = isFailing } }

    func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        gate.withLock { _ in }
        return contents.withLock { contents in
            if contents.isFailing { return .allDropped(batch, .system("told to")) }
            contents.text += batch.bytes
            contents.batches += 1
            var outcome = SinkOutcome()
            outcome.written = batch.count
            return outcome
        }
    }

    func reopen(now: Timestamp) { contents.withLock { $0.reopened += 1 } }

    func close() { contents.withLock { $0.isClosed = true } }
}

/// What every sink must do behind its queue and writer. `text` gives what has arrived at its far end after the stop.
///
/// Order, whole lines, nothing lost while it waits, reopening in the middle, everything written at the stop.
func runSinkSuite(_ sink: any Sink, text: () throws -> [UInt8]) throws {
    let queue = OutputQueue(capacity: 1 << 20, policy: .block)
    let writer = OutputWriter(sink: sink, queue: queue)
    var encoder = EventEncoder(sensor: Samples.sensor)
    encoder.encode(.start(Samples.startReport()))
    queue.append(encoder.line, priority: .header, time: Samples.start)
    for index in 0..<3000 {
        let event: Event = index % 7 == 0 ? .alert(Samples.alert()) : .flow(Samples.observation())
        encoder.encode(event)
        queue.append(encoder.line, priority: event.priority, time: event.time)
        if index % 1000 == 999 { queue.requestReopen() }
    }
    writer.stop()
    let bytes = try text()
    #expect(bytes.last == 0x0A)
    let lines = bytes.split(separator: 0x0A)
    let sequences = try lines.map { try #require(try object(Array($0))["seq"] as? Int) }
    #expect(sequences == Array(1...3001))
    #expect(queue.counters.written == 3001)
    #expect(queue.counters.dropped == 0 && queue.counters.pending == 0)
    #expect(writer.report(withLag: true).lag == 0)
}
