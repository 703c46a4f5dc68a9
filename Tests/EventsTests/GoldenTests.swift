import Events
import Foundation
import Testing

@Test func theStoredEventsOfThisVersionAreWrittenByteForByte() throws {
    let path = "Tests/Golden/events-1.0.jsonl"
    let written = String(decoding: Samples.lines().joined(), as: UTF8.self)
    if ProcessInfo.processInfo.environment["EGRET_UPDATE_GOLDEN"] != nil {
        try written.write(to: Project.root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }
    // A change here that is meant needs a new schema version and a file of its own beside this one.
    #expect(try Project.text(path) == written)
}
