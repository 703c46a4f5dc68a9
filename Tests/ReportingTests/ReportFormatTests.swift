import Bytes
import Foundation
import Testing

@testable import Reporting

@Test func csvIsQuotedAndDefused() throws {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1, host: "=cmd|' /C calc'!A0")
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 2, host: "a,b\\\"c")
    let query = try utcQuery { $0.dimensions = [.host] }
    let records = try report(lines.lines, query).text(.csv).components(separatedBy: "\r\n")
    #expect(
        records[0]
            == "host,sources,flows,requests,requests_low,requests_high,interactions,interactions_low,interactions_high,bytes_up,bytes_down,first_seen,last_seen"
    )
    #expect(records[1].hasPrefix("'=cmd|' /C calc'!A0,1,1,2,1,3,") && records[2].hasPrefix("\"a,b\"\"c\",1,1,"))
    #expect(records.count == 4 && records[3].isEmpty)
}

@Test func theTableFitsItsWidthAndShowsWhatATerminalWouldObey() throws {
    var lines = EventLines()
    lines.flow(
        "2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1,
        host: "\\u001b[31m" + String(repeating: "a", count: 250) + "\\u202e")
    let query = try utcQuery { $0.dimensions = [.host, .vendor] }
    let report = try report(lines.lines, query)
    for width in [80, 120, 200] {
        let text = report.text(.table, width: width)
        let rows = text.split(separator: "\n").filter { $0.contains("anthropic") }
        #expect(
            rows.count == 1 && rows.allSatisfy { $0.count <= width + 30 } && !text.contains("\u{1B}")
                && !text.contains("\u{202E}"))
    }
}

@Test func jsonIsWhatAJSONReaderReads() throws {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1, host: "\\u0000\\\"\\u202e")
    lines.stats("2026-11-24T10:00:01Z", packets: 10)
    let query = try utcQuery { $0.dimensions = [.host] }
    let text = try report(lines.lines, query).text(.json)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(rows.first?["host"] as? String == "\u{0}\"\u{202E}" && rows.first?["bytes_up"] as? Int == 1_000)
    #expect((object["coverage"] as? [String: Any])?["packets"] as? Int == 10)
}

@Test func markdownCannotBeLeftByAName() throws {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.1", id: 1, host: "a|b<script>[x](y)")
    let text = try report(lines.lines, try utcQuery { $0.dimensions = [.host] }).text(.markdown)
    #expect(text.contains("a\\|b\\<script\\>\\[x\\](y)"))
}

@Test func theSameEventsMakeTheSameBytes() throws {
    var lines = EventLines()
    for index in 1...200 {
        lines.flow("2026-11-24T10:00:00Z", source: "10.0.0.\(index)", vendor: "v\(index % 7)", id: index)
    }
    let query = try utcQuery {
        $0.dimensions = [.source, .vendor]
        $0.isFull = true
    }
    let scratch = try ScratchDirectory()
    let path = try scratch.write("a.jsonl", lines.lines)
    for format in ReportFormat.allCases {
        #expect(report(path: path, query).text(format) == report(path: path, query).text(format), "\(format)")
    }
}

@Test func sequenceRangesFindWhatWasThereAndWhatIsMissing() {
    var ranges = SequenceRanges()
    var seen: Set<Int64> = []
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<5_000 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let number = Int64(state % 900)
        #expect(ranges.insert(number) == seen.insert(number).inserted)
    }
    let missing = (seen.min() ?? 0)...(seen.max() ?? 0)
    #expect(ranges.missing == Int64(missing.count - seen.count))
}
