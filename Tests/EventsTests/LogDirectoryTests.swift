import Bytes
import Events
import Foundation
import Testing

private func sink(
    _ directory: LogDirectory, boot: String = "b", sensor: String = "gw", key: EvidenceKey? = nil, leads: Bool = true
) throws -> FileSink {
    let header = FileHeader(
        sensor: SensorIdentity(id: sensor, version: "1.0.0", boot: boot), report: Samples.startReport())
    return try FileSink(directory: directory.url.path, header: header, key: key, leadsCurrent: leads)
}

private func target(_ directory: LogDirectory) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: directory.url.appendingPathComponent("current").path)
}

@Test func aDirectoryOrAFileCalledCurrentIsLeftAlone() throws {
    for isDirectory in [true, false] {
        let directory = try LogDirectory()
        let current = directory.url.appendingPathComponent("current")
        if isDirectory { try FileManager.default.createDirectory(at: current, withIntermediateDirectories: true) }
        let kept = isDirectory ? current.appendingPathComponent("kept") : current
        try Data("mine".utf8).write(to: kept)
        var sink = try sink(directory)
        #expect(sink.notices.map(\.kind) == [.currentKept])
        sink.close()
        #expect(try Data(contentsOf: kept) == Data("mine".utf8))
    }
}

@Test func currentIsALinkThatIsReplacedWhole() throws {
    let directory = try LogDirectory()
    // A link to a directory is a link: what it leads to is left alone.
    let elsewhere = try LogDirectory()
    try Data("mine".utf8).write(to: elsewhere.url.appendingPathComponent("kept"))
    try FileManager.default.createSymbolicLink(
        at: directory.url.appendingPathComponent("current"), withDestinationURL: elsewhere.url)
    var sink = try sink(directory)
    #expect(target(directory) == "events-gw-b-1.jsonl" && sink.notices.isEmpty)
    sink.close()
    #expect(FileManager.default.fileExists(atPath: elsewhere.url.appendingPathComponent("kept").path))
    #expect(
        try FileManager.default.contentsOfDirectory(atPath: directory.url.path).sorted() == [
            "current", "events-gw-b-1.jsonl",
        ])
}

@Test func theTrailOfACommandDoesNotLeadReadersAway() throws {
    let directory = try LogDirectory()
    var sensor = try sink(directory)
    let notice = NoticeReport(time: Samples.start, kind: "resolved", detail: "by someone")
    let identity = SensorIdentity(id: "resolve", version: "1.0.0", boot: "r")
    try AuditTrail.write(notice, as: identity, to: directory.url.path, key: nil)
    #expect(target(directory) == "events-gw-b-1.jsonl")
    sensor.close()
    // A sealed log takes no line without a seal, nor one of another key.
    try directory.run(boot: "c", lines: 4)
    for key in [nil, EvidenceKey()] {
        #expect(throws: SinkError.self) {
            try AuditTrail.write(notice, as: identity, to: directory.url.path, key: key)
        }
    }
    try FileManager.default.removeItem(at: directory.url.appendingPathComponent("events-gw-b-1.jsonl"))
    try FileManager.default.removeItem(at: directory.url.appendingPathComponent("events-resolve-r-1.jsonl"))
    try AuditTrail.write(notice, as: identity, to: directory.url.path, key: directory.key)
    #expect(directory.verdict()?.isIntact == true, "\(directory.verdict()?.text ?? "")")
}

@Test func addressesThatStandNowhereInTheLogAreMissing() throws {
    let directory = try LogDirectory()
    let text = "{\"src\":{\"ip\":\"198.51.100.7\"},\"dst\":{\"ip\":\"2001:db8::1\"}}\n"
    try Data(text.utf8).write(to: directory.url.appendingPathComponent("events-gw-b-1.jsonl"))
    let asked = ["198.51.100.7", "198.51.100.70", "198.51.100", "2001:db8::1", "2001:db8::"]
    #expect(
        AuditTrail.addressesMissing(asked, in: directory.url.path) == ["198.51.100.70", "198.51.100", "2001:db8::"])
    #expect(AuditTrail.addressesMissing(asked, in: directory.url.path + "/none") == asked)
}

@Test func numbersInNamesNeverOverflow() throws {
    for number in [
        "9223372036854775807", "9223372036854775806", "99999999999999999999", "9007199254740993", "+5", "007",
    ] {
        let directory = try LogDirectory()
        let planted = directory.url.appendingPathComponent("events-gw-b-\(number).jsonl")
        try Data("{}\n".utf8).write(to: planted)
        var sink = try sink(directory, key: directory.key)
        #expect(sink.notices.contains { $0.kind == .nameIgnored }, "\(number)")
        #expect(target(directory) == "events-gw-b-1.jsonl")
        sink.close()
        #expect(directory.verdict()?.isIntact == false)
    }
    let directory = try LogDirectory()
    try Data("{}\n".utf8).write(to: directory.url.appendingPathComponent("events-gw-b-9007199254740992.jsonl"))
    #expect(throws: SinkError.self) { try sink(directory) }
    // One below: the last number is given, and the next file is an error that is told.
    let last = try LogDirectory()
    try Data("{}\n".utf8).write(to: last.url.appendingPathComponent("events-gw-b-9007199254740991.jsonl"))
    var limits = FileLimits()
    limits.fileBytes = 1
    let header = FileHeader(sensor: SensorIdentity(id: "gw", version: "1", boot: "b"), report: Samples.startReport())
    var full = try FileSink(directory: last.url.path, header: header, limits: limits)
    var batch = LineBatch()
    for _ in 0..<3 { batch.append(Array("{}\n".utf8), priority: .high) }
    let outcome = full.write(batch, now: Samples.start)
    #expect(outcome.dropped > 0 && outcome.failure?.description.contains("last number") == true)
}

@Test func aHostileDirectoryIsJudgedAndNeverTraps() throws {
    let directory = try LogDirectory()
    let path = directory.url
    try FileManager.default.createDirectory(
        at: path.appendingPathComponent("events-gw-a-1.chain"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
        at: path.appendingPathComponent("events-gw-a-2.jsonl"), withIntermediateDirectories: true)
    #expect(unsafe mkfifo(path.appendingPathComponent("events-gw-a-3.chain").path, 0o600) == 0)
    #expect(unsafe mkfifo(path.appendingPathComponent("events-gw-a-4.jsonl").path, 0o600) == 0)
    try FileManager.default.createSymbolicLink(
        atPath: path.appendingPathComponent("events-gw-a-5.chain").path, withDestinationPath: "/dev/zero")
    try FileManager.default.createSymbolicLink(
        atPath: path.appendingPathComponent("events-gw-a-6.chain").path, withDestinationPath: "events-gw-a-6.chain")
    let texts = [
        "", "\n", "{}\n", "null\n", "{\"seal\":{}}\n", "[[[[\n", "{\"begin\":{\"version\":9223372036854775808}}\n",
        #"{"begin":{"version":1,"file":"x","chain":"00","public_key":""}}"# + "\n",
    ]
    for (number, text) in texts.enumerated() {
        try Data(text.utf8).write(to: path.appendingPathComponent("events-gw-b-\(number + 1).chain"))
        try Data("{}\n".utf8).write(to: path.appendingPathComponent("events-gw-b-\(number + 1).jsonl"))
    }
    // Two files that continue each other, and counts that overflow when they are added.
    let zeros = String(repeating: "0", count: 64)
    for (name, other) in [(1, 2), (2, 1)] {
        let text = """
            {"begin":{"version":1,"file":"events-gw-c-\(name).jsonl","previous":"events-gw-c-\(other).jsonl","chain":"\(zeros)",\
            "public_key":"\(zeros)"}}
            {"lines":{"lines":9223372036854775807,"bytes":9223372036854775807,"marks":"","chain":"\(zeros)"}}
            {"lines":{"lines":-9223372036854775808,"bytes":-1,"marks":"zz","chain":"\(zeros)"}}
            {"lines":{"lines":1,"bytes":9223372036854775807,"marks":"00","chain":"\(zeros)"}}

            """
        try Data(text.utf8).write(to: path.appendingPathComponent("events-gw-c-\(name).chain"))
        try Data("{}\n".utf8).write(to: path.appendingPathComponent("events-gw-c-\(name).jsonl"))
    }
    let escape = "events-gw-\u{1B}[31m\u{202E}-1"
    try Data("{}\n".utf8).write(to: path.appendingPathComponent(escape + ".chain"))
    let verdict = try #require(directory.verdict())
    #expect(!verdict.isIntact && !verdict.text.contains("\u{1B}") && !verdict.text.contains("\u{202E}"))
    // A sensor begins there all the same, and continues nothing of it.
    let notices = try directory.run(boot: "d", lines: 4)
    #expect(notices.contains { $0.kind == .chainRestarted })
}

@Test func aLogWithoutAKeyInASealedDirectoryIsTold() throws {
    let directory = try LogDirectory()
    try directory.run(boot: "a", lines: 4)
    var sink = try sink(directory, boot: "n")
    #expect(sink.notices.map(\.kind) == [.notSealed])
    sink.close()
}

@Test func aKeyThatWasChangedBeginsAChainThatNotesTheOldOne() throws {
    let old = try LogDirectory()
    try old.run(boot: "a", lines: 12)
    let new = try LogDirectory()
    try new.write(try old.contents())
    let notices = try new.run(boot: "b", lines: 12)
    #expect(notices.map(\.kind) == [.chainRestarted])
    #expect(new.verdict(keys: [new.key])?.isIntact == false)
    #expect(new.verdict(keys: [])?.findings.contains { $0.kind == .mixedKeys } == true)
    let both = try #require(new.verdict(keys: [old.key, new.key]))
    #expect(both.isIntact && both.findings.map(\.kind) == [.restarted], "\(both.text)")
    // The end of the old chain is as it was found, or it is a fault.
    var cut = try new.contents()
    let last = try #require((old.contents().sealed["gw"] ?? []).last)
    (cut.files[last], cut.files[TamperedLog.chain(last)]) = (nil, nil)
    try new.write(cut)
    #expect(new.verdict(keys: [old.key, new.key])?.isIntact == false)
}
