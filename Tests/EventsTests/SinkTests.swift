import Archive
import Bytes
import Events
import Foundation
import SystemPackage
import Testing

/// A directory for one test, removed at its end.
private func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
}

private let header = FileHeader(sensor: Samples.sensor, report: Samples.startReport())

private func batch(_ events: [Event]) -> LineBatch {
    var batch = LineBatch()
    for (event, line) in zip(events, Samples.lines(events)) { batch.append(line, priority: event.priority) }
    return batch
}

private func files(_ directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".jsonl") }.sorted {
        $0.count == $1.count ? $0 < $1 : $0.count < $1.count
    }
}

private func lines(_ directory: URL, _ name: String) throws -> [[String: Any]] {
    let data = try Data(contentsOf: directory.appendingPathComponent(name))
    #expect(data.isEmpty || data.last == 0x0A)
    return try data.split(separator: 0x0A).map { try object(Array($0)) }
}

@Test func aSinkInMemoryPassesTheSuite() throws {
    let sink = MemorySink()
    try runSinkSuite(sink) { sink.seen.text }
    #expect(sink.seen.isClosed && sink.seen.reopened > 0)
}

@Test func aStreamPassesTheSuite() throws {
    try withDirectory { directory in
        let path = directory.appendingPathComponent("stream").path
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
        try runSinkSuite(StandardOutputSink(descriptor: file)) {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        try file.close()
    }
}

@Test func filesPassTheSuite() throws {
    try withDirectory { directory in
        let sink = try FileSink(directory: directory.path, header: header)
        try runSinkSuite(sink) { [UInt8](try Data(contentsOf: directory.appendingPathComponent("current"))) }
    }
}

@Test("Files rotate by size with whole lines, a header of their own, and mode 0640")
func filesRotateBySize() throws {
    try withDirectory { directory in
        var limits = FileLimits()
        limits.fileBytes = 10_000
        var sink = try FileSink(directory: directory.path, header: header, limits: limits)
        let events = [.start(Samples.startReport())] + Array(repeating: Event.flow(Samples.observation()), count: 100)
        let outcome = sink.write(batch(events), now: Samples.start)
        sink.close()
        #expect(outcome.written == 101 && outcome.dropped == 0 && outcome.failure == nil)
        let names = try files(directory)
        #expect(names.count > 10)
        #expect(names.first == "events-gw-hz-03-7f3c-1.jsonl")
        var sequences: [Int] = []
        for (index, name) in names.enumerated() {
            let read = try lines(directory, name)
            let start = try #require(read.first?["start"] as? [String: Any])
            #expect(start["file"] as? Int == (index == 0 ? nil : index + 1))
            #expect(read.first?["id"] as? String == "gw-hz-03/7f3c/1")
            sequences += read.dropFirst().compactMap { $0["seq"] as? Int }
            let attributes = try FileManager.default.attributesOfItem(
                atPath: directory.appendingPathComponent(name).path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
            #expect(try #require(attributes[.size] as? NSNumber).intValue <= limits.fileBytes)
        }
        #expect(sequences == Array(2...101))
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: directory.path + "/current")
        #expect(link == names.last)
    }
}

@Test func filesRotateByTime() throws {
    try withDirectory { directory in
        var sink = try FileSink(directory: directory.path, header: header)
        let hour: Int64 = 3_600_000_000_000
        for offset in [0, hour - 1, hour, hour + 5, 3 * hour] {
            _ = sink.write(batch([.flow(Samples.observation())]), now: Samples.start.advanced(byNanoseconds: offset))
        }
        sink.close()
        let counts = try files(directory).map { try lines(directory, $0).count }
        #expect(counts == [3, 3, 2])
    }
}

@Test func aClockThatIsSetBackDoesNotKeepAFileOpen() throws {
    try withDirectory { directory in
        let free = Lock(Int.max)
        var sink = try FileSink(directory: directory.path, header: header, freeBytes: { free.value })
        _ = sink.write(batch([.flow(Samples.observation())]), now: Samples.start)
        free.value = 0
        let dayBefore = Samples.start.advanced(byNanoseconds: -86_400_000_000_000)
        #expect(sink.write(batch([.flow(Samples.observation())]), now: dayBefore).dropped == 1)
        #expect(try files(directory).count == 2)
        sink.close()
    }
}

@Test("The oldest files go when there are too many or too much, and only this sensor's")
func filesAreBounded() throws {
    try withDirectory { directory in
        for other in ["events-gw-hz-03-b-7f3c-1.jsonl", "events-other-7f3c-1.jsonl", "notes.jsonl"] {
            try Data("x".utf8).write(to: directory.appendingPathComponent(other))
        }
        var limits = FileLimits()
        limits.fileBytes = 4000
        limits.files = 3
        var sink = try FileSink(directory: directory.path, header: header, limits: limits)
        _ = sink.write(batch(Array(repeating: .flow(Samples.observation()), count: 30)), now: Samples.start)
        #expect(try files(directory).count == 3 + 3)
        limits.files = 100
        limits.totalBytes = 9000
        sink.close()
        sink = try FileSink(directory: directory.path, header: header, limits: limits)
        _ = sink.write(batch(Array(repeating: .flow(Samples.observation()), count: 30)), now: Samples.start)
        let own = try files(directory).filter { $0.hasPrefix("events-gw-hz-03-7f3c-") }
        let sizes = try own.map { try Data(contentsOf: directory.appendingPathComponent($0)).count }
        #expect(sizes.reduce(0, +) <= limits.totalBytes)
        #expect(try files(directory).count == own.count + 3)
    }
}

@Test func aDirectoryThatWasMovedAwayIsMadeAnew() throws {
    try withDirectory { directory in
        let path = directory.appendingPathComponent("out")
        var sink = try FileSink(directory: path.path, header: header)
        _ = sink.write(batch([.flow(Samples.observation())]), now: Samples.start)
        try FileManager.default.moveItem(at: path, to: directory.appendingPathComponent("away"))
        sink.reopen(now: Samples.start)
        let outcome = sink.write(batch([.flow(Samples.observation())]), now: Samples.start)
        #expect(outcome.written == 1)
        #expect(try files(path) == ["events-gw-hz-03-7f3c-2.jsonl"])
        sink.reopen(now: Samples.start)
        _ = sink.write(batch([.flow(Samples.observation())]), now: Samples.start)
        #expect(try files(path).count == 1)
        sink.close()
    }
}

@Test func aDirectoryThatIsRemovedIsMadeAnewWithinASecond() throws {
    try withDirectory { directory in
        let path = directory.appendingPathComponent("out")
        var sink = try FileSink(directory: path.path, header: header)
        _ = sink.write(batch([.flow(Samples.observation())]), now: Samples.start)
        try FileManager.default.removeItem(at: path)
        let later = Samples.start.advanced(byNanoseconds: 1_000_000_000)
        let outcome = sink.write(batch([.alert(Samples.alert())]), now: later)
        #expect(outcome.written == 1 && outcome.failure == nil)
        sink.close()
        #expect(try lines(path, "current").map { $0["type"] as? String } == ["start", "alert"])
    }
}

@Test func aClockThatJumpsAheadEndsOneFileAndNoMore() throws {
    try withDirectory { directory in
        var sink = try FileSink(directory: directory.path, header: header)
        let year: Int64 = 31_536_000_000_000_000
        for offset in [0, 1, year, year + 1, year + 2_000_000_000] {
            let outcome = sink.write(
                batch([.flow(Samples.observation())]), now: Samples.start.advanced(byNanoseconds: offset))
            #expect(outcome.written == 1)
        }
        sink.close()
        #expect(try files(directory).count == 2)
    }
}

@Test("A run that was killed in the middle of a write costs its last line, and the next run knows it")
func aLineThatWasCutByAKillIsRecognised() throws {
    try withDirectory { directory in
        var sink = try FileSink(directory: directory.path, header: header)
        #expect(sink.cut == nil)
        _ = sink.write(batch([.flow(Samples.observation())]), now: Samples.start)
        // As a process that is killed: what it had written of a line stays, and nothing is closed.
        let path = directory.appendingPathComponent("events-gw-hz-03-7f3c-1.jsonl")
        let before = try Data(contentsOf: path)
        let line = Samples.lines([.alert(Samples.alert())])[0]
        try (before + Data(line.prefix(100))).write(to: path)
        var next = try FileSink(directory: directory.path, header: header)
        #expect(next.cut == TruncatedLogFile(name: "events-gw-hz-03-7f3c-1.jsonl", bytes: 100))
        #expect(next.write(batch([.alert(Samples.alert())]), now: Samples.start).written == 1)
        next.close()
        #expect(try lines(directory, "current").map { $0["type"] as? String } == ["start", "alert"])
        #expect(try Data(contentsOf: path) == before + Data(line.prefix(100)))
        #expect(try FileSink(directory: directory.path, header: header).cut == nil)
    }
}

@Test("A reader of the pipe that stalls and then dies holds up no one, and what is lost is counted")
func aPipeWhoseReaderStallsAndDies() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = try FileDescriptor.pipe()
    let queue = OutputQueue(capacity: 1 << 18, policy: .dropOldest)
    let writer = OutputWriter(sink: StandardOutputSink(descriptor: pipe.writeEnd), queue: queue)
    let line = Samples.lines([.flow(Samples.observation())])[0]
    // Far more than the pipe and the queue hold: each call returns all the same.
    for _ in 0..<4000 { queue.append(line, priority: .normal, time: Samples.start) }
    #expect(queue.counters.accepted == 4000 && queue.counters.dropped > 0)
    #expect(writer.stop(within: 1_000_000) == false)
    try pipe.readEnd.close()
    #expect(writer.stop(within: 60_000_000_000))
    let counters = queue.counters
    #expect(counters.failure == .closed && counters.written + counters.dropped == 4000)
    try pipe.writeEnd.close()
}

@Test func aDirectoryThatCannotBeWrittenToIsKnownAtOnce() {
    #expect(throws: SinkError.self) { try FileSink(directory: "/dev/null/out", header: header) }
}

@Test func onADiskNearlyFullAlertsAreWrittenAndFlowsAreCounted() throws {
    try withDirectory { directory in
        let free = Lock(Int.max)
        var sink = try FileSink(directory: directory.path, header: header, freeBytes: { free.value })
        let events: [Event] = [.flow(Samples.observation()), .alert(Samples.alert()), .flow(Samples.observation())]
        var now = Samples.start
        #expect(sink.write(batch(events), now: now).written == 3)
        free.value = 1000
        now = now.advanced(byNanoseconds: 1_000_000_000)
        let outcome = sink.write(batch(events), now: now)
        #expect(outcome.written == 1 && outcome.dropped == 2 && outcome.droppedHigh == 0 && outcome.failure == .full)
        free.value = 1 << 40
        now = now.advanced(byNanoseconds: 1_000_000_000)
        let after = sink.write(batch(events), now: now)
        #expect(after.written == 3 && after.failure == nil)
        sink.close()
        let read = try lines(directory, "current").map { $0["type"] as? String }
        #expect(read == ["start", "flow", "alert", "flow", "alert", "flow", "alert", "flow"])
    }
}

@Test func aDiskThatIsFullKeepsWholeLinesAndResumes() throws {
    try withDirectory { directory in
        guard mount(directory) else {
            print("skipped: a small file system can be mounted by root alone")
            return
        }
        defer { unmount(directory) }
        let ballast = directory.appendingPathComponent("ballast")
        try Data(repeating: 1, count: 180 * 1024).write(to: ballast)
        var limits = FileLimits()
        limits.reservedBytes = 0
        var sink = try FileSink(directory: directory.path, header: header, limits: limits)
        let events: [Event] = [.flow(Samples.observation()), .alert(Samples.alert())]
        var written = 0
        var dropped = 0
        var now = Samples.start
        for _ in 0..<100 {
            let outcome = sink.write(batch(events), now: now)
            written += outcome.written
            dropped += outcome.dropped
            now = now.advanced(byNanoseconds: 1_000_000_000)
        }
        #expect(written + dropped == 200 && dropped > 0)
        #expect(try lines(directory, "current").count == written + 1)
        try FileManager.default.removeItem(at: ballast)
        let outcome = sink.write(batch(events), now: now)
        #expect(outcome.written == 2 && outcome.failure == nil)
        sink.close()
        #expect(try lines(directory, "current").count == written + 3)
    }
}

@Test func aReaderThatGoesAwayEndsTheOutputAndIsCounted() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = try FileDescriptor.pipe()
    var sink = StandardOutputSink(descriptor: pipe.writeEnd)
    #expect(sink.write(batch([.flow(Samples.observation())]), now: Samples.start).written == 1)
    try pipe.readEnd.close()
    for _ in 0..<2 {
        let outcome = sink.write(batch([.alert(Samples.alert())]), now: Samples.start)
        #expect(outcome == .allDropped(batch([.alert(Samples.alert())]), .closed))
        #expect(outcome.droppedHigh == 1)
    }
    try pipe.writeEnd.close()
}

private func mount(_ directory: URL) -> Bool {
    run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", directory.path])
}

private func unmount(_ directory: URL) {
    _ = run("umount", [directory.path])
}

private func run(_ command: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}

@Test(
    "Files that are ended are packed where that is asked for, bounded as they then are, and so are those of earlier runs"
)
func filesThatAreEndedArePacked() throws {
    try withDirectory { directory in
        // A run that was killed while it packed: the whole file is there, and a part of the other.
        let old = directory.appendingPathComponent("events-gw-hz-03-old-1.jsonl")
        try Data("{}\n".utf8).write(to: old)
        try Data("half".utf8).write(to: old.appendingPathExtension("zst.part"))
        var limits = FileLimits()
        limits.fileBytes = 4_000
        limits.compression = .zstd
        let events = Array(repeating: Event.flow(Samples.observation()), count: 30)
        var sink = try FileSink(directory: directory.path, header: header, limits: limits)
        #expect(sink.write(batch(events), now: Samples.start).written == 30)
        sink.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let packed = names.filter { $0.hasSuffix(".jsonl.zst") }
        // The newest stays as it is, for it is where readers are.
        #expect(try files(directory).count == 1 && packed.count > 5 && names.count == packed.count + 2)
        #expect(packed.contains("events-gw-hz-03-old-1.jsonl.zst"))
        var flows = try lines(directory, files(directory)[0]).count - 1
        for name in packed where !name.contains("-old-") {
            let path = directory.appendingPathComponent(name).path
            let text = try PackedFile.contents(path, limit: 4_000)
            flows += text.split(separator: 0x0A).count - 1
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        }
        #expect(flows == 30)
        // All forms of the older files count, and go together.
        limits.totalBytes = 6_000
        sink = try FileSink(directory: directory.path, header: header, limits: limits)
        sink.close()
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0 != "current" }
        let sizes = try left.map { try Data(contentsOf: directory.appendingPathComponent($0)).count }
        #expect(sizes.reduce(0, +) <= limits.totalBytes && !left.contains("events-gw-hz-03-old-1.jsonl.zst"))
    }
}

@Test func aStopDoesNotWaitForPackingAfterItsTimeout() throws {
    try withDirectory { directory in
        var limits = FileLimits()
        limits.fileBytes = 4_000
        limits.compression = .zstd
        let patience = StopToken()
        patience.end()
        var sink = try FileSink(directory: directory.path, header: header, limits: limits, patience: patience)
        _ = sink.write(batch(Array(repeating: .flow(Samples.observation()), count: 30)), now: Samples.start)
        sink.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names.allSatisfy { !$0.contains(".zst") } && names.count > 5)
    }
}
