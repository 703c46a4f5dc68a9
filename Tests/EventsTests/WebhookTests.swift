import Bytes
import Delivery
import Events
import Foundation
import Testing

private func batch(_ count: Int) -> LineBatch {
    var batch = LineBatch()
    let lines = Samples.lines(Array(repeating: .alert(Samples.alert()), count: count))
    for line in lines { batch.append(line, priority: .high) }
    return batch
}

@Test func aWebhookPassesTheSuite() throws {
    let arrived = Lock<[UInt8]>([])
    let sink = WebhookSink { body in
        arrived.value += body + [0x0A]
        return .status(204)
    }
    try runSinkSuite(sink) { arrived.value }
}

@Test func aWebhookThatIsDownForAMinuteLosesNothing() {
    let clock = Lock<Int64>(0)
    let arrived = Lock<[[UInt8]]>([])
    let patience = StopToken { nanoseconds in clock.value += nanoseconds }
    var sink = WebhookSink(patience: patience) { body in
        guard clock.value >= 60_000_000_000 else {
            return clock.value < 20_000_000_000 ? .failed("refused") : .status(503)
        }
        arrived.value.append(Array(body))
        return .status(200)
    }
    let outcome = sink.write(batch(5), now: Samples.start)
    #expect(outcome.written == 5 && outcome.dropped == 0 && outcome.failure == nil)
    #expect(arrived.value == (0..<5).map { Array(batch(5).line(at: $0).dropLast()) })
    // It was tried less and less often.
    #expect(clock.value >= 60_000_000_000 && clock.value <= 64_000_000_000)
}

@Test func aWebhookThatStaysAwayIsTriedOnceForWhatComesThen() {
    let tries = Lock(0)
    let waited = Lock<Int64>(0)
    var sink = WebhookSink(patience: StopToken { waited.value += $0 }) { _ in
        tries.value += 1
        return .failed("refused")
    }
    let outcome = sink.write(batch(4), now: Samples.start)
    #expect(outcome.dropped == 4 && outcome.droppedHigh == 4 && tries.value == WebhookSink.standardRetry.attempts)
    #expect(outcome.failure == .system("the webhook cannot be reached: refused"))
    #expect(waited.value == 123_000_000_000)
    #expect(sink.write(batch(4), now: Samples.start).dropped == 4)
    #expect(tries.value == WebhookSink.standardRetry.attempts + 1)
}

@Test func whatAWebhookRefusesIsGivenUpAndTheRestGoesOn() {
    let tries = Lock(0)
    var sink = WebhookSink(patience: StopToken { _ in Issue.record("nothing is waited for") }) { _ in
        tries.value += 1
        return .status(tries.value == 1 ? 400 : 200)
    }
    let outcome = sink.write(batch(3), now: Samples.start)
    #expect(outcome.written == 2 && outcome.dropped == 1 && outcome.failure == .system("the webhook answers 400"))
}

@Test func aStopEndsTheWaiting() {
    let patience = StopToken()
    let tries = Lock(0)
    let sink = WebhookSink(patience: patience) { _ in
        tries.value += 1
        return .failed("refused")
    }
    let queue = OutputQueue(policy: .dropOldest)
    let writer = OutputWriter(sink: sink, queue: queue, patience: patience)
    let lines = batch(3)
    for index in 0..<3 { queue.append(Array(lines.line(at: index)), priority: .high, time: Samples.start) }
    // Its tries take two minutes in all, and the bound of a test's machine is half of one.
    #expect(writer.stop(within: 30_000_000_000))
    #expect(queue.counters.droppedHigh == 3 && tries.value >= 1 && tries.value < 6)
}

/// An HTTP server that answers what it is told to, in turn, and keeps the requests.
private final class Server: Sendable {
    let receiver = Receiver(isStream: true, answers: ["HTTP/1.1 503 Busy", "HTTP/1.1 200 Fine"])
    var url: String { "http://\(receiver.address)/hook" }
}

@Test func aRealServerGetsTheBodyAndTheHeaders() throws {
    let server = Server()
    defer { server.receiver.stop() }
    let headers = ["Content-Type: application/json", "Authorization: Bearer of-a-test"]
    let post: HTTPPost
    do throws(HTTPPost.PostError) {
        post = try HTTPPost(url: server.url, headers: headers, milliseconds: 20_000)
    } catch .noLibrary {
        print("skipped: libcurl is not installed")
        return
    }
    let waits = Lock(0)
    var sink = WebhookSink(patience: StopToken { _ in waits.value += 1 }) { post.send($0) }
    let batch = batch(1)
    #expect(sink.write(batch, now: Samples.start).written == 1)
    #expect(waits.value == 1)
    let text = String(decoding: server.receiver.bytes, as: UTF8.self)
    #expect(text.hasPrefix("POST /hook HTTP/1.1\r\n") && text.contains("Authorization: Bearer of-a-test\r\n"))
    #expect(text.contains("Content-Type: application/json\r\n"))
    #expect(text.hasSuffix(String(decoding: batch.bytes.dropLast(), as: UTF8.self)))
}

@Test func aServerThatIsNotThereIsAReasonAndHeadersAreChecked() throws {
    do throws(HTTPPost.PostError) {
        let post = try HTTPPost(url: "http://127.0.0.1:1/", headers: [], milliseconds: 5_000)
        guard case .failed(let reason) = post.send([0x7B, 0x7D]) else {
            Issue.record("someone answers")
            return
        }
        #expect(!reason.isEmpty)
    } catch { #expect(error == .noLibrary) }
    for header in ["no colon", ": empty", "A: b\r\nC: d"] {
        #expect(throws: HTTPPost.PostError.self) {
            try HTTPPost(url: "http://127.0.0.1:1/", headers: [header], milliseconds: 1_000)
        }
    }
}
