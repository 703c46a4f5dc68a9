import Bytes
import Foundation
import Testing

@testable import Reporting

private func rows(_ report: Report) -> [String] {
    report.table.rows.map { $0.map(report.cells.text).joined(separator: " | ") }
}

@Test func eachFlowCountsOnceAndItsPartsAddUp() throws {
    var lines = EventLines()
    lines.flow(
        "2026-11-24T10:00:00.000000000Z", source: "10.0.0.1", id: 1, up: 100, down: 200, requests: (1, 1, 2),
        isFinal: false)
    lines.flow(
        "2026-11-24T10:05:00.000000000Z", source: "10.0.0.1", id: 1, up: 300, down: 900, requests: (3, 2, 5), part: 2)
    lines.flow("2026-11-24T11:00:00.000000000Z", source: "10.0.0.2", id: 2, up: 10, down: 20, requests: (1, 1, 1))
    let report = try report(lines.lines, try utcQuery())
    #expect(
        rows(report) == [
            "anthropic | claude-code | 2 | 2 | 4 (3-6) | 4 (0-6) | 310 B | 920 B | 2026-11-24 10:00 | 2026-11-24 11:00"
        ])
}

@Test func aFlowThatGoesOnOverTheEndOfThePeriodCountsWhatItCarriedInIt() throws {
    var lines = EventLines()
    lines.flow(
        "2026-11-23T23:58:00.000000000Z", source: "10.0.0.1", id: 1, up: 100, requests: (1, 1, 2), isFinal: false)
    lines.flow(
        "2026-11-24T00:03:00.000000000Z", source: "10.0.0.1", id: 1, up: 150, requests: (3, 2, 5), part: 2,
        start: "2026-11-23T23:58:00Z")
    let query = try utcQuery { $0.from = try ReportPeriod.moment("2026-11-24", $0.clock) }
    let row = try #require(try report(lines.lines, query).table.rows.first)
    #expect(row[3] == .count(1) && row[4] == .estimate(Estimate(value: 2, low: 1, high: 3)) && row[6] == .bytes(50))
    #expect(row[8] == .time(try ReportPeriod.moment("2026-11-24", query.clock)))
}

@Test func aReportWhoseFirstPartsAreMissingUsesWhatItSaysOfItself() throws {
    var lines = EventLines()
    lines.add(
        "flow", "2026-11-24T10:00:00Z",
        """
        "flow":{"id":"000000000000000a","part":7,"final":true,"bytes_up":1000,"bytes_down":9000,"requests_est":9,\
        "requests_low":5,"requests_high":12,"interactions_est":0,"delta":{"bytes_up":10,"bytes_down":90,"requests_est":2}},\
        "src":{"ip":"10.0.0.1"},"ai":{"vendor":"openai","product":"chatgpt","role":"web"}
        """)
    let row = try #require(try report(lines.lines, try utcQuery()).table.rows.first)
    #expect(row[4] == .estimate(Estimate(value: 2, low: 0, high: 12)) && row[6] == .bytes(10) && row[7] == .bytes(90))
}

@Test func anEventThatIsReadTwiceCountsOnce() throws {
    var lines = EventLines()
    for index in 1...3 { lines.flow("2026-11-24T10:00:0\(index)Z", source: "10.0.0.1", id: index) }
    let scratch = try ScratchDirectory()
    _ = try scratch.write("a.jsonl", lines.lines)
    _ = try scratch.write("below/b.jsonl", [lines.lines[2], lines.lines[0]])
    let report = report(path: scratch.url.path, try utcQuery())
    #expect(report.model.duplicates == 2 && report.model.all.flows == 3 && report.missing == 0)
}

@Test func gapsInTheNumbersOfEventsAreCounted() throws {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1)
    lines.add("health", "2026-11-24T10:00:01Z", "\"health\":{\"kind\":\"degraded\",\"code\":\"drops\"}", sequence: 12)
    let report = try report(lines.lines, try utcQuery())
    #expect(report.missing == 10 && report.coverageLines.contains { $0.contains("10 events missing") })
}

@Test func conditionsPeriodsAndBlocksSelect() throws {
    var lines = EventLines()
    lines.flow("2026-11-22T23:59:59Z", source: "10.1.0.1", id: 1)
    lines.flow("2026-11-23T00:00:00Z", source: "10.1.0.2", id: 2)
    lines.flow("2026-11-24T00:00:00Z", source: "10.2.0.3", id: 3)
    lines.flow("2026-11-24T00:00:00Z", source: "10.1.0.4", vendor: "openai", product: "chatgpt", id: 4)
    lines.flow("2026-11-30T00:00:00Z", source: "10.1.0.5", id: 5)
    let query = try utcQuery { query in
        query.dimensions = [.source]
        let now = try ReportPeriod.moment("2026-12-02", query.clock)
        let week = try ReportPeriod.named("last-week", at: now, query.clock)
        (query.from, query.to) = (week.lowerBound, week.upperBound)
        query.conditions = [try .init("product=claude-code"), try .init("source=10.1.0.0/16,192.0.2.1")]
    }
    let found = try report(lines.lines, query)
    #expect(
        found.table.rows.map { $0[0] } == [.text("10.1.0.2")]
            && found.period.hasPrefix("2026-11-23 00:00 to 2026-11-30 00:00"))
    let others = try utcQuery { $0.conditions = [try .init("vendor!=anthropic")] }
    #expect(try report(lines.lines, others).model.all.flows == 1)
}

@Test func periodsFollowTheZone() throws {
    let query = try utcQuery()
    let now = try ReportPeriod.moment("2026-03-15T12:00:00Z", query.clock)
    let month = try ReportPeriod.named("last-month", at: now, query.clock)
    #expect(month.lowerBound.nanoseconds / 1_000_000_000 == 1_769_904_000)
    #expect(month.upperBound.nanoseconds(since: month.lowerBound) == 28 * 86_400_000_000_000)
    #expect(throws: ReportQueryError.self) { try ReportPeriod.named("last-wek", at: now, query.clock) }
    #expect(throws: ReportQueryError.self) { try ReportPeriod.moment("yesterday", query.clock) }
}

@Test func misspeltFieldsAreAnsweredWithTheNearest() {
    for (text, hint) in [("vendr", "vendor"), ("produkt", "product"), ("sources", "source")] {
        #expect { try ReportQuery.dimensions(text) } throws: { "\($0)".contains("did you mean \(hint)?") }
    }
    #expect(throws: ReportQueryError.self) { try ReportQuery.dimensions("source,group,vendor,product,role") }
    #expect(throws: ReportQueryError.self) { try ReportQuery.Condition("claude-code") }
    #expect(throws: ReportQueryError.self) { try ReportQuery.Condition("product=") }
}

@Test func rowsPastTheLimitAreAddedUp() throws {
    var lines = EventLines()
    for index in 1...5 {
        lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.\(index)", id: index, up: index * 100, down: 0)
    }
    let query = try utcQuery {
        $0.dimensions = [.source]
        $0.rowLimit = 2
    }
    let table = try report(lines.lines, query).table
    #expect(table.rows.map { $0[0] } == [.text("10.0.0.5"), .text("10.0.0.4")])
    #expect(
        table.further?[0] == .text("(further)") && table.further?[1] == .count(3) && table.further?[4] == .bytes(600))
}

@Test func coverageIsWhatGrewInThePeriod() throws {
    var lines = EventLines()
    lines.stats("2026-11-23T23:59:00Z", packets: 1_000, dropped: 1_000, ratio: "0.5")
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1)
    lines.stats("2026-11-24T23:59:00Z", packets: 2_990, dropped: 1_010, ratio: "0.7475")
    let query = try utcQuery { $0.from = try ReportPeriod.moment("2026-11-24", $0.clock) }
    let report = try report(lines.lines, query)
    #expect(report.coverageLines.first == "Coverage: 99.5 % of 2,000 packets could be judged")
    #expect(report.coverageLines.contains("  10 packets dropped in the kernel"))
}

@Test func compressedFilesAndDirectoriesAreReadAndTheRestIsNamed() throws {
    let scratch = try ScratchDirectory()
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1)
    let plain = try scratch.write("2026/a.jsonl", lines.lines + ["not json"])
    for (tool, ending) in [("gzip", "gz"), ("zstd", "zst")] {
        let packing = Process()
        packing.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
        packing.arguments = ["-q", "-k", plain]
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(tool)") else { continue }
        try packing.run()
        packing.waitUntilExit()
        #expect(FileManager.default.fileExists(atPath: "\(plain).\(ending)"))
    }
    try FileManager.default.createSymbolicLink(
        atPath: scratch.url.appendingPathComponent("current").path, withDestinationPath: plain)
    _ = try scratch.write("notes.txt", ["hello"])
    _ = try scratch.write("empty.jsonl", [])
    _ = try scratch.write("x.pcap", Data([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0]))
    var model = ReportModel(try utcQuery())
    var reader = EventReader()
    reader.read(scratch.url.path, into: &model)
    #expect(reader.captures.count == 1 && reader.skipped.count == 2 && reader.unread.isEmpty)
    #expect(model.all.flows == 1 && Int(model.duplicates) == reader.inputs.count - 1 && reader.inputs.count >= 1)
    #expect(reader.inputs.allSatisfy { $0.firstBadLine == 2 && $0.badLines == 1 })
    reader.read(scratch.url.appendingPathComponent("notes.txt").path, into: &model)
    reader.read(scratch.url.appendingPathComponent("absent").path, into: &model)
    #expect(reader.unread.count == 2 && reader.unread[0].contains("neither events nor packets"))
}

@Test func aLineLongerThanTheBufferIsPassedOver() throws {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1)
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 2)
    let long = "{\"a\":\"" + String(repeating: "x", count: 3 << 20) + "\"}"
    let report = try report([lines.lines[0], long, lines.lines[1], "{\"cut"], try utcQuery())
    #expect(report.model.all.flows == 2 && report.inputs.first?.badLines == 2 && report.inputs.first?.firstBadLine == 2)
}

@Test func alertsAreCountedByIdAndExceptionsApart() throws {
    var lines = EventLines()
    func alert(_ id: String, _ status: String, _ count: Int, _ more: String = "") -> String {
        """
        "alert":{"id":"\(id)","status":"\(status)","count":\(count),"first_seen":"2026-11-24T10:00:00Z",\
        "last_seen":"2026-11-24T10:00:00Z"\(more)},"rule":{"id":"ban","title":"No"},"severity":"high",\
        "src":{"ip":"10.0.0.1"},"ai":{"vendor":"anthropic"}
        """
    }
    lines.add("alert", "2026-11-24T10:00:00Z", alert("a", "open", 1))
    lines.add("alert", "2026-11-24T10:01:00Z", alert("a", "closed", 7))
    lines.add("alert", "2026-11-24T10:01:00Z", alert("b", "suppressed", 4, #","suppressed_by":"research""#))
    let rule = try #require(try report(lines.lines, try utcQuery()).model.alerts.rules.first)
    #expect(rule.alerts == 1 && rule.hits == 7 && rule.suppressed == ["research": 4])
}
