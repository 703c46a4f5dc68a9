import Bytes
import Events
import Foundation
import Testing

private let hour: Int64 = 3_600_000_000_000

/// A directory for one test, removed at its end.
private final class Directory {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".jsonl") }.sorted()
    }

    /// Lets the file look as if it was last written `hours` ago.
    func age(_ name: String, hours: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -hours * 3_600)], ofItemAtPath: "\(path)/\(name)")
    }
}

private let now = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))

/// A sink of the run `boot` that wrote one event and was closed.
private func run(_ boot: String, in directory: Directory, _ limits: FileLimits, events: Int = 1) throws {
    var report = Samples.startReport()
    report.time = now
    let sensor = SensorIdentity(id: "gw", version: "1", boot: boot)
    var sink = try FileSink(
        directory: directory.path, header: FileHeader(sensor: sensor, report: report), limits: limits)
    var batch = LineBatch()
    for line in Samples.lines(Array(repeating: .alert(Samples.alert()), count: events)) {
        batch.append(line, priority: .high)
    }
    _ = sink.write(batch, now: now)
    sink.close()
}

@Test func restartsDoNotUseUpWhatIsKept() throws {
    let directory = Directory()
    for number in 0..<400 { try run("b\(number)", in: directory, FileLimits()) }
    #expect(try directory.files().count == 400)
}

@Test func filesAreKeptByAge() throws {
    let directory = Directory()
    var limits = FileLimits()
    limits.keptAge = 90 * 24 * hour
    for number in 0..<4 { try run("b\(number)", in: directory, limits) }
    try directory.age("events-gw-b0-1.jsonl", hours: 91 * 24)
    try directory.age("events-gw-b1-1.jsonl", hours: 89 * 24)
    try run("b4", in: directory, limits)
    #expect(try directory.files() == (1...4).map { "events-gw-b\($0)-1.jsonl" })
}

@Test func filesOfAnOfflineRunAreNeverRemovedAndEndBySizeAlone() throws {
    let directory = Directory()
    var limits = FileLimits()
    limits.fileBytes = 4_096
    limits.files = 2
    limits.totalBytes = 8_192
    limits.keptAge = hour
    limits.fileAge = 1
    let offline = limits.offline
    #expect(offline.fileBytes == 4_096 && offline.fileAge == nil)
    for number in 0..<5 { try run("b\(number)", in: directory, offline, events: 20) }
    let first = try directory.files()
    #expect(first.count > 10)
    for name in first { try directory.age(name, hours: 10_000) }
    try run("b9", in: directory, offline)
    #expect(Set(first).isSubset(of: Set(try directory.files())))
}

@Test func theOldestGoWhereThereAreTooManyOrTooMuch() throws {
    let directory = Directory()
    var limits = FileLimits()
    limits.files = 3
    for number in 0..<5 {
        try run("b\(number)", in: directory, limits)
        try directory.age("events-gw-b\(number)-1.jsonl", hours: Double(10 - number))
    }
    #expect(try directory.files() == (2...4).map { "events-gw-b\($0)-1.jsonl" })
}
