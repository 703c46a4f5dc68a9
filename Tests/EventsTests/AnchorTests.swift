import Bytes
import Events
import Foundation
import Testing

/// A log with the anchors that were received of it, one after each run.
private struct AnchoredLog {
    let directory: LogDirectory
    var anchors: [LogAnchor] = []

    init() throws { directory = try LogDirectory() }

    mutating func run(_ boot: String, lines: Int = 8, files: Int = 1_000, ends: Bool = true) throws {
        try directory.run(boot: boot, lines: lines, files: files, ends: ends)
        let board = HeadBoard()
        // What the sensor tells while it writes is the end of its newest file.
        let log = try directory.contents()
        let newest = try #require(
            (log.sealed["gw"] ?? []).last { $0.contains("-\(boot)-") } ?? log.open["gw"]?.last?.name)
        let lines = TamperedLog.lines(log.files[newest] ?? []).count
        #expect(board.newest == nil)
        anchors.append(
            LogAnchor(head: LogHead(file: newest, lines: lines, value: try log.end(newest)), output: "file", time: nil))
    }
}

@Test func everyAnchorOfAnUntouchedLogIsFound() throws {
    var log = try AnchoredLog()
    for boot in ["a", "b", "c"] { try log.run(boot, ends: boot != "b") }
    let verdict = try #require(log.directory.verdict(anchors: log.anchors))
    #expect(verdict.isIntact && verdict.anchors == 3 && verdict.expiredAnchors == 0, "\(verdict.text)")
}

@Test func anAnchorShowsThatTheEndWasRolledBack() throws {
    var log = try AnchoredLog()
    for boot in ["a", "b", "c"] { try log.run(boot) }
    var contents = try log.directory.contents()
    for name in (contents.sealed["gw"] ?? []).filter({ $0.contains("-c-") }) {
        (contents.files[name], contents.files[TamperedLog.chain(name)]) = (nil, nil)
    }
    try log.directory.write(contents)
    #expect(log.directory.verdict()?.isIntact == true)
    let verdict = try #require(log.directory.verdict(anchors: log.anchors))
    #expect(verdict.findings.filter(\.isFault).map(\.kind) == [.missingHead], "\(verdict.text)")
    // A later run does not hide it.
    try log.run("d")
    #expect(log.directory.verdict(anchors: log.anchors)?.isIntact == false)
}

@Test func anchorsOfFilesThatTheSensorRemovedAreNoFault() throws {
    var log = try AnchoredLog()
    for boot in ["a", "b", "c", "d"] { try log.run(boot, lines: 12, files: 4) }
    let verdict = try #require(log.directory.verdict(anchors: log.anchors))
    #expect(verdict.isIntact && verdict.expiredAnchors > 0 && verdict.anchors > 0, "\(verdict.text)")
    // Without any anchor that is found, nothing says that they are of older files.
    #expect(log.directory.verdict(anchors: Array(log.anchors.prefix(1)))?.isIntact == false)
}

@Test func anchorsAreReadFromEveryFormAndOnlyTheirs() throws {
    let value = String(repeating: "ab", count: 32)
    let report = AnchorReport(
        time: Samples.start, output: "file", head: LogHead(file: "events-gw-a-1.jsonl", lines: 7, value: value),
        key: "00")
    var text = Array("not JSON\n{\"type\":\"stats\"}\n".utf8)
    for format in FormatName.allCases where format != .text {
        var plain = EventEncoder(sensor: Samples.sensor, format: format.format)
        plain.encode(.anchor(report))
        var syslog = EventEncoder(sensor: Samples.sensor, format: SyslogFormat(format.format))
        syslog.encode(.anchor(report))
        text += plain.line + syslog.line
    }
    let anchors = try LogAnchor.read(Data(text), file: "received", output: "file")
    #expect(anchors.count == 2 * (FormatName.allCases.count - 1) && anchors.allSatisfy { $0.head == report.head })
    #expect(throws: EvidenceError.self) { try LogAnchor.read(Data(text), file: "received", output: "file-2") }
    let damaged = Data("{\"anchor\":{\"output\":\"file\",\"file\":3}}\n".utf8)
    #expect(throws: EvidenceError.self) { try LogAnchor.read(damaged, file: "received", output: "file") }
}

@Test func theSinkTellsEachHead() throws {
    let directory = try LogDirectory()
    let board = HeadBoard()
    let header = FileHeader(sensor: SensorIdentity(id: "gw", version: "1", boot: "b"), report: Samples.startReport())
    var sink = try FileSink(directory: directory.url.path, header: header, key: directory.key, board: board)
    var batch = LineBatch()
    batch.append(Array("{}\n".utf8), priority: .normal)
    #expect(sink.write(batch, now: Samples.start).written == 1)
    let head = try #require(board.newest)
    #expect(head.file == "events-gw-b-1.jsonl" && head.lines == 2)
    #expect(directory.verdict(anchors: [LogAnchor(head: head, output: "file", time: nil)])?.isIntact == true)
    sink.close()
    #expect(directory.verdict(anchors: [LogAnchor(head: head, output: "file", time: nil)])?.isIntact == true)
}
