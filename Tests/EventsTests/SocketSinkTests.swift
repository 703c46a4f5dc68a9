import Bytes
import Delivery
import Events
import Foundation
import Synchronization
import Testing

private func path() -> String { "/tmp/egret-\(UUID().uuidString.prefix(8)).sock" }

private func batch(_ count: Int) -> LineBatch {
    var batch = LineBatch()
    let lines = Samples.lines(Array(repeating: .alert(Samples.alert()), count: count))
    for line in lines { batch.append(line, priority: .high) }
    return batch
}

/// The messages of a stream of octet-counted frames (RFC 6587 section 3.4.1), a line each.
private func frames(_ bytes: [UInt8]) throws -> [UInt8] {
    var rest = bytes[...]
    var text: [UInt8] = []
    while !rest.isEmpty {
        let digits = rest.prefix { $0 != UInt8(ascii: " ") }
        let count = try #require(Int(String(decoding: digits, as: UTF8.self)))
        let message = rest.dropFirst(digits.count + 1).prefix(count)
        #expect(message.count == count)
        text += message + [0x0A]
        rest = rest.dropFirst(digits.count + 1 + count)
    }
    return text
}

@Test func aUnixStreamPassesTheSuite() throws {
    let receiver = Receiver(path: path(), isStream: true)
    defer { receiver.stop() }
    try runSinkSuite(SocketSink(name: "socket", address: receiver.address)) {
        #expect(receiver.wait { $0.isIdle })
        return receiver.bytes
    }
}

@Test func aUnixDatagramSocketPassesTheSuiteALineAMessage() throws {
    let receiver = Receiver(path: path(), isStream: false)
    defer { receiver.stop() }
    try runSinkSuite(SocketSink(name: "socket", address: receiver.address)) {
        #expect(receiver.wait { $0.pieces.count == 3001 })
        for piece in receiver.pieces { #expect(piece.last == 0x0A && piece.count(where: { $0 == 0x0A }) == 1) }
        return receiver.bytes
    }
}

@Test func syslogOverTCPPassesTheSuite() throws {
    let receiver = Receiver(isStream: true)
    defer { receiver.stop() }
    try runSinkSuite(SocketSink(name: "syslog", address: receiver.address, framing: .syslog)) {
        #expect(receiver.wait { $0.isIdle })
        return try frames(receiver.bytes)
    }
}

@Test func syslogOverAUnixSocketPassesTheSuiteAMessageEach() throws {
    let receiver = Receiver(path: path(), isStream: false)
    defer { receiver.stop() }
    try runSinkSuite(SocketSink(name: "syslog", address: receiver.address, framing: .syslog)) {
        #expect(receiver.wait { $0.pieces.count == 3001 })
        return receiver.pieces.flatMap { $0 + [0x0A] }
    }
}

@Test func syslogOverUDPIsADatagramEach() throws {
    let receiver = Receiver(isStream: false)
    defer { receiver.stop() }
    var sink = SocketSink(name: "syslog", address: receiver.address, framing: .syslog)
    #expect(sink.write(batch(3), now: Samples.start).written == 3)
    #expect(receiver.wait { $0.pieces.count == 3 })
    #expect(receiver.pieces == Samples.lines(Array(repeating: .alert(Samples.alert()), count: 3)).map { $0.dropLast() })
}

@Test func aReaderThatComesBackGetsWhatIsSentFromThenOn() throws {
    let path = path()
    var receiver = Receiver(path: path, isStream: true)
    let waited = Lock<[Int64]>([])
    let patience = StopToken { waited.value.append($0) }
    var sink = SocketSink(name: "socket", address: .unixStream(path), patience: patience)
    #expect(sink.write(batch(2), now: Samples.start).written == 2)
    #expect(receiver.wait { $0.bytes.count(where: { $0 == 0x0A }) == 2 })
    receiver.stop()
    #expect(receiver.wait { $0.isIdle })
    // It is waited for, some seconds in all; then what is in hand is given up and counted.
    var outcome = sink.write(batch(3), now: Samples.start)
    #expect(outcome.written + outcome.dropped == 3 && outcome.dropped > 0 && outcome.droppedHigh == outcome.dropped)
    #expect(waited.value.reduce(0, +) > 1_000_000_000 && waited.value.reduce(0, +) < 20_000_000_000)
    // From then on nothing waits for it.
    waited.value = []
    outcome = sink.write(batch(3), now: Samples.start.advanced(byNanoseconds: 2_000_000_000))
    #expect(outcome.dropped == 3 && outcome.failure != nil && waited.value.isEmpty)
    receiver = Receiver(path: path, isStream: true)
    defer { receiver.stop() }
    // Not before a second has passed, whichever way the clock went.
    outcome = sink.write(batch(1), now: Samples.start.advanced(byNanoseconds: 2_100_000_000))
    #expect(outcome.dropped == 1)
    outcome = sink.write(batch(4), now: Samples.start)
    #expect(outcome.written == 4 && outcome.failure == nil)
    sink.close()
    #expect(receiver.wait { $0.isIdle })
    #expect(receiver.bytes == Array(batch(4).bytes))
}

@Test func whatNobodyListensToIsNoErrorOfTheStart() {
    let patience = StopToken { _ in }
    var sink = SocketSink(
        name: "syslog", address: .unixDatagram("/nonexistent/log"), framing: .syslog, patience: patience)
    let outcome = sink.write(batch(1), now: Samples.start)
    #expect(outcome.dropped == 1)
    guard case .system(let words) = outcome.failure else {
        Issue.record("no reason")
        return
    }
    #expect(words.hasPrefix("/nonexistent/log: "))
}

@Test("A reader that has stopped blocks neither the queue nor the run")
func aStalledReaderHoldsUpNobody() {
    let path = path()
    let receiver = Receiver(path: path, isStream: true, reads: false)
    defer { receiver.stop() }
    let patience = StopToken()
    let queue = OutputQueue(capacity: 1 << 18, policy: .dropOldest)
    let sink = SocketSink(name: "socket", address: receiver.address, patience: patience)
    let writer = OutputWriter(sink: sink, queue: queue, patience: patience)
    let lines = batch(4000)
    for index in 0..<lines.count { queue.append(Array(lines.line(at: index)), priority: .high, time: Samples.start) }
    #expect(queue.counters.accepted == 4000 && queue.counters.dropped > 0)
    // It is left behind within its bound; the line that it hangs on is at most a few seconds' work.
    _ = writer.stop(within: 1_000_000)
    #expect(queue.counters.accepted == 4000)
}

@Test func aSyslogMessageHasTheHeaderOfTheRFC() throws {
    var encoder = EventEncoder(
        sensor: SensorIdentity(id: "gw hz\u{e9}", version: "1.0.0", boot: "7f3c"),
        format: SyslogFormat(facility: .daemon))
    encoder.encode(.alert(Samples.alert()))
    let text = String(decoding: encoder.line, as: UTF8.self)
    let time = "2026-07-10T02:14:06.998120Z"
    let head = "<27>1 \(time) gw_hz__ egret 7f3c alert - "
    #expect(text.hasPrefix(head), "\(text.prefix(90))")
    let body = try object(Array(text.dropFirst(head.count).utf8))
    #expect(body["type"] as? String == "alert" && body["seq"] as? Int == 1)
    // A message keeps to the bound of a line, whatever it holds.
    for event in Samples.overlong() {
        encoder.encode(event)
        #expect(encoder.line.count <= EventEncoder.lineLimit)
    }
}

@Test func targetsAreReadAsTheyAreWritten() throws {
    let good: [(String, OutputTarget.Destination)] = [
        ("-", .standardOutput), ("/var/log/egret", .directory("/var/log/egret")), ("out", .directory("out")),
        ("unix:/run/a", .socket(.unixStream("/run/a"))), ("unixgram:/run/a", .socket(.unixDatagram("/run/a"))),
        ("syslog+unixgram:/dev/log", .syslog(.unixDatagram("/dev/log"))),
        ("syslog+unix:/run/a", .syslog(.unixStream("/run/a"))),
        ("syslog+udp://192.0.2.7", .syslog(.udp("192.0.2.7", 514))),
        ("syslog+tcp://[2001:db8::1]:6514", .syslog(.tcp("2001:db8::1", 6514))),
        ("syslog+tcp://logs.example", .syslog(.tcp("logs.example", 601))),
        ("https://hooks.example/x?y=1", .webhook("https://hooks.example/x?y=1")),
    ]
    for (text, destination) in good {
        #expect(try OutputTarget(text).destination == destination && OutputTarget(text).format == nil, "\(text)")
        #expect(try OutputTarget("native=\(text)") == OutputTarget(destination, format: .native), "\(text)")
    }
    for text in [
        "", "ftp://x", "syslog", "syslog:/dev/log", "syslog+udp://", "syslog+udp://a:0", "syslog+udp://a:x", "https://",
        "syslog+tcp://[::1]x", "syslog+tcp://a:70000", "syslog+udp://a/b",
    ] {
        #expect(throws: OutputTarget.ParseError.self, "\(text)") { try OutputTarget(text) }
    }
}
