import Bytes
import Events
import Foundation
import Testing

private func batch(_ lines: [String]) -> LineBatch {
    var batch = LineBatch()
    for line in lines { batch.append(Array((line + "\n").utf8)[...], priority: .normal) }
    return batch
}

@Test func aNameThatEndsLikeAFileIsOne() throws {
    for (text, destination) in [
        ("events.jsonl", .file("events.jsonl")), ("a/b.ndjson", .file("a/b.ndjson")), ("x.json", .file("x.json")),
        ("events", .directory("events")), ("a.jsonl/", .directory("a.jsonl/")), ("a/.jsonl", .directory("a/.jsonl")),
    ] as [(String, OutputTarget.Destination)] {
        #expect(try OutputTarget(text).destination == destination, "\(text)")
    }
    #expect(try OutputTarget("ecs=e.jsonl").format != nil)
    #expect(try OutputTarget("https://hooks.example/secret-token").words == "webhook hooks.example")
}

@Test func aFileIsReplacedAndBegunAgainIfItIsMovedAway() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("e.jsonl").path
    try Data("before\n".utf8).write(to: URL(fileURLWithPath: path))
    var sink = try SingleFileSink(name: "file", path: path)
    let time = Timestamp(nanoseconds: 0)
    #expect(sink.write(batch(["one"]), now: time).written == 1)
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    sink.reopen(now: time)
    #expect(sink.write(batch(["two", "three"]), now: time).written == 2)
    sink.close()
    #expect(try String(contentsOfFile: path + ".1", encoding: .utf8) == "one\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "two\nthree\n")
    #expect(throws: SinkError.self) { try SingleFileSink(name: "file", path: directory.path) }
}
