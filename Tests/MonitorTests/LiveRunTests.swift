import Bytes
import Capture
import Events
import Foundation
import Testing

@testable import Monitor

/// The time of day.
private func now() -> Timestamp { Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) }

/// Sends `count` datagrams to a port of this machine if no one listens.
private func send(_ count: Int, port: Int) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let script = "for i in $(seq \(count)); do echo hello > /dev/udp/127.0.0.1/\(port); done"
    process.arguments = ["bash", "-c", script]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
}

@Test(.timeLimit(.minutes(15))) func aStopLosesNothingThatWasOnTheWire() throws {
    guard getuid() == 0 else {
        print("skipped: a live capture needs root")
        return
    }
    let port = Int.random(in: 20_000..<30_000)
    var configuration = Configuration(
        sensor: SensorIdentity(id: "test", version: "1", boot: "test"), mode: .live, sources: ["lo"])
    configuration.filter = "udp dst port \(port)"
    configuration.outputs = []
    let stop = CaptureStop()
    var run = try LiveRun(configuration, try Project.knowledge(), stop: stop, at: now())
    try run.begin(at: now())
    try send(50, port: port)
    stop.request()
    let outcome = try run.run(now: now)
    #expect(outcome.stats.capture.packets == 50)
    // The shell may take a source port again, so that a flow may have several of them.
    #expect((1...50).contains(outcome.stats.flows.new))
}
