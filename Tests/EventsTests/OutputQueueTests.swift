import Bytes
import Dispatch
import Events
import Foundation
import Testing

/// A line of 1,000 bytes that says which it is.
private func line(_ number: Int, length: Int = 1000) -> [UInt8] {
    let text = Array("\(number)".utf8)
    return text + [UInt8](repeating: UInt8(ascii: " "), count: length - text.count - 1) + [0x0A]
}

private func numbers(_ bytes: [UInt8]) -> [Int] {
    bytes.split(separator: 0x0A).compactMap {
        Int(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces))
    }
}

private let time = Timestamp(seconds: 1_783_648_915, nanoseconds: 0)

/// Hands 5,000 lines over while the sink has stopped, one in ten of them an alert; then lets it continue.
private func flood(_ policy: OverflowPolicy) -> (sink: MemorySink, counters: OutputQueue.Counters) {
    let sink = MemorySink()
    let queue = OutputQueue(capacity: 1 << 20, policy: policy)
    let writer = OutputWriter(sink: sink, queue: queue)
    sink.stalled {
        for number in 0..<5000 {
            queue.append(line(number), priority: number % 10 == 0 ? .high : .normal, time: time)
        }
    }
    writer.stop()
    return (sink, queue.counters)
}

@Test("A sink that has stopped never holds up the packets, and what is lost is counted")
func theOldestFlowsGiveWayFirst() {
    let (sink, counters) = flood(.dropOldest)
    let arrived = numbers(sink.seen.text)
    #expect(arrived == arrived.sorted())
    #expect(arrived.filter { $0 % 10 == 0 }.count == 500)
    #expect(arrived.contains(4999))
    #expect(counters.accepted == 5000 && counters.dropped > 2000 && counters.droppedHigh == 0)
    #expect(counters.written == UInt64(arrived.count) && counters.written + counters.dropped == 5000)
}

@Test func theNewestFlowsGiveWayWhereThatIsAskedFor() {
    let (sink, counters) = flood(.dropNewest)
    let arrived = numbers(sink.seen.text)
    #expect(arrived == arrived.sorted())
    #expect(arrived.filter { $0 % 10 == 0 }.count == 500)
    #expect(arrived.contains(1) && !arrived.contains(4999))
    #expect(counters.droppedHigh == 0 && counters.written + counters.dropped == 5000)
}

@Test(arguments: [OverflowPolicy.dropOldest, .dropNewest])
func anAlertTakesTheRoomOfTheFlowThatThePolicyGivesUp(policy: OverflowPolicy) {
    let sink = MemorySink()
    let queue = OutputQueue(capacity: 1 << 20, policy: policy)
    for number in 0..<5000 { queue.append(line(number), priority: number % 10 == 0 ? .high : .normal, time: time) }
    OutputWriter(sink: sink, queue: queue).stop()
    let arrived = numbers(sink.seen.text)
    let flows = (0..<5000).filter { $0 % 10 != 0 }
    let kept = arrived.filter { $0 % 10 != 0 }
    #expect(arrived == arrived.sorted() && arrived.count - kept.count == 500)
    #expect(!kept.isEmpty && kept.count < flows.count)
    #expect(kept == Array(policy == .dropNewest ? flows.prefix(kept.count) : flows.suffix(kept.count)))
}

@Test("The queue is bounded also where alerts alone come")
func alertsGiveWayOnlyToAlerts() {
    let sink = MemorySink()
    let queue = OutputQueue(capacity: 1 << 20, policy: .dropOldest)
    let writer = OutputWriter(sink: sink, queue: queue)
    sink.stalled {
        for number in 0..<5000 { queue.append(line(number), priority: .high, time: time) }
        queue.append(line(5000), priority: .normal, time: time)
    }
    writer.stop()
    let arrived = numbers(sink.seen.text)
    #expect(arrived.contains(4999) && !arrived.contains(5000))
    // At most what waits and what is on its way.
    #expect(sink.seen.text.count <= 2 << 20)
    #expect(queue.counters.droppedHigh == queue.counters.dropped - 1)
}

@Test("An offline run waits for its output and loses nothing")
func blockingLosesNothing() {
    let sink = MemorySink()
    let queue = OutputQueue(capacity: 1 << 20, policy: .block)
    let writer = OutputWriter(sink: sink, queue: queue)
    let isDone = Lock(false)
    let group = DispatchGroup()
    sink.stalled {
        let producer = Thread {
            for number in 0..<5000 { queue.append(line(number), priority: .normal, time: time) }
            isDone.value = true
            group.leave()
        }
        group.enter()
        producer.start()
        Thread.sleep(forTimeInterval: 0.2)
        #expect(!isDone.value)
    }
    group.wait()
    writer.stop()
    #expect(numbers(sink.seen.text) == Array(0..<5000))
    #expect(queue.counters.dropped == 0)
}

@Test func linesOfAllLengthsGoRoundTheRing() {
    let sink = MemorySink()
    let queue = OutputQueue(capacity: 1 << 18, policy: .block)
    let writer = OutputWriter(sink: sink, queue: queue)
    for number in 0..<20_000 {
        queue.append(
            line(number, length: 10 + number * 7919 % 4000), priority: number % 3 == 0 ? .high : .normal, time: time)
    }
    queue.drain()
    #expect(numbers(sink.seen.text) == Array(0..<20_000))
    #expect(queue.counters.written == 20_000)
    writer.stop()
}

@Test func whatAFailingSinkGivesUpIsCountedAndItGoesOn() {
    let sink = MemorySink()
    let queue = OutputQueue(policy: .dropOldest)
    let writer = OutputWriter(sink: sink, queue: queue)
    sink.fail(true)
    queue.append(line(1), priority: .normal, time: time)
    queue.append(line(2), priority: .high, time: time)
    queue.drain()
    #expect(queue.counters.dropped == 2 && queue.counters.droppedHigh == 1)
    #expect(queue.counters.failure == .system("told to"))
    sink.fail(false)
    queue.append(line(3), priority: .normal, time: time)
    writer.stop()
    #expect(numbers(sink.seen.text) == [3] && queue.counters.failure == nil)
    queue.append(line(4), priority: .high, time: time)
    #expect(queue.counters.droppedHigh == 2 && queue.counters.pending == 0)
}

@Test func theLagIsTheEventTimeThatWaits() {
    let sink = MemorySink()
    let queue = OutputQueue(policy: .dropOldest)
    let writer = OutputWriter(sink: sink, queue: queue)
    queue.append(line(1), priority: .normal, time: time)
    queue.drain()
    sink.stalled {
        queue.append(line(2), priority: .normal, time: time.advanced(byNanoseconds: 5))
        #expect(queue.counters.lag == 5)
        #expect(writer.stop(within: 50_000_000) == false)
    }
    writer.stop()
    #expect(queue.counters.lag == 0 && writer.report(withLag: false).lag == nil)
}
