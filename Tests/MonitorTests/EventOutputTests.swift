import Bytes
import Delivery
import Events
import Foundation
import Testing

@testable import Monitor

private func configuration(_ targets: [OutputTarget], _ mode: StartReport.Mode) -> Configuration {
    var configuration = Configuration(
        sensor: SensorIdentity(id: "s", version: "1", boot: "b"), mode: mode, sources: [])
    configuration.outputs = targets
    return configuration
}

private let start = Timestamp(seconds: 1_783_648_915, nanoseconds: 0)

private func notice(_ number: Int) -> Event {
    .audit(NoticeReport(time: start, kind: "n\(number)", detail: ""))
}

private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
}

private func lines(_ path: String) throws -> [[String: Any]] {
    try String(contentsOfFile: path + "/current", encoding: .utf8).split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
}

@Test func eachOutputHasItsFormAndAllHaveOneSequence() throws {
    try withDirectory { directory in
        let targets = [
            OutputTarget(.directory(directory + "/a")), OutputTarget(.directory(directory + "/b"), format: .ecs),
            OutputTarget(.syslog(.unixDatagram(directory + "/nobody"))),
            OutputTarget(.directory(directory + "/c"), format: .ocsf),
        ]
        let configuration = configuration(targets, .live)
        var output = EventOutput(
            configuration.outputOptions, start: StartReport(time: start, mode: .live, sources: ["eth0"], catalog: "1"))
        output.begin(at: start)
        for number in 0..<3 { output.write(notice(number)) }
        output.end(.signal, detail: nil, at: start, packets: 0)
        let native = try lines(directory + "/a").compactMap { $0["id"] as? String }
        #expect(native == (1...5).map { "s/b/\($0)" })
        #expect(try lines(directory + "/b").compactMap { ($0["event"] as? [String: Any])?["id"] as? String } == native)
        #expect(
            try lines(directory + "/c").compactMap { ($0["metadata"] as? [String: Any])?["uid"] as? String } == native)
        let begun = try lines(directory + "/a")[0]["start"] as? [String: Any]
        #expect(begun?["outputs"] as? [String] == ["file", "file-2", "syslog", "file-3"])
        // Nothing that syslog is asked for came: that no one listens there is no failure.
        #expect(output.report.map(\.written) == [5, 5, 0, 5] && output.currentFailure == nil)
    }
}

@Test func anOutputThatCannotBeOpenedIsKnownAtOnce() throws {
    let configuration = configuration([OutputTarget(.directory("/dev/null/x"))], .live)
    var output = EventOutput(
        configuration.outputOptions, start: StartReport(time: start, mode: .live, sources: [], catalog: "1"))
    output.begin(at: start)
    #expect(output.currentFailure != nil)
    var webhook = headers("/nonexistent")
    webhook.begin(at: start)
    #expect(webhook.currentFailure == .system("/nonexistent cannot be read"))
}

private func headers(_ path: String) -> EventOutput {
    var configuration = configuration([OutputTarget(.webhook("http://127.0.0.1:1/"))], .live)
    configuration.outputSettings.webhookHeaders = path
    return EventOutput(
        configuration.outputOptions, start: StartReport(time: start, mode: .live, sources: [], catalog: "1"))
}
