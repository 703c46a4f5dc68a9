import Foundation
import Testing

@testable import Reporting

@Suite struct AuditRecordTests {
    private static let request =
        #"{"type":"request","n":1,"method":"POST","host":"api.example","path":"/v1/<b>messages"}"#

    private static func finding(_ grade: String, _ field: String, kind: String = "mark") -> String {
        #"{"type":"finding","kind":"\#(kind)","grade":"\#(grade)","category":"apostrophe","request":1,"field":"\#(field)","#
            + #""count":2,"explanation":"U+2019 is found where 9 others are U+0027"}"#
    }

    private static let summary =
        #"{"type":"summary","connections":{"opened":3,"no_key":1,"clear":0},"requests":1,"keys_unused":2,"values_undecoded":4}"#
    private static let inputs =
        #"{"type":"inputs","inputs":[{"name":"a.pcap","bytes":10,"sha256":"00ff"},{"bytes":5,"sha256":"11"}]}"#

    private func page(_ lines: [String]) throws -> String {
        let scratch = try ScratchDirectory()
        let record = try AuditRecord(path: try scratch.write("record.jsonl", lines))
        var query = try utcQuery()
        query.isFull = true
        let report = Report(
            ReportModel(query), EventReader(), command: "egret report", tool: "0.1.0", hashesInputs: true,
            audits: [record])
        return report.text(.html)
    }

    @Test("A record is a section of the report, with signatures first and every name escaped")
    func section() throws {
        let text = try page(
            [
                Self.request, Self.finding("anomaly", "body.cwd", kind: "environment"),
                Self.finding("signature", #"body[\"<script>alert(1)</script>\"]"#), Self.summary, Self.inputs,
                #"{"type":"difference","method":"POST","host":"api.example","path":"/v1","field":"body.x","p":0.0022,"p_family":0.0044}"#,
                #"{"type":"comparison","warnings":["dates differ"],"sentence":"body.x depends on the setting","inputs":[]}"#,
            ])
        #expect(text.contains(#"<h2 id="audit">Audit findings</h2>"#) && text.contains(##"href="#audit""##))
        #expect(!text.contains("<script>alert") && !text.contains("<b>messages"))
        #expect(text.contains("body[&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;]"))
        #expect(text.contains("1 POST api.example/v1/&lt;b&gt;messages"))
        let signature = try #require(text.range(of: "<td>signature</td>"))
        let anomaly = try #require(text.range(of: "<td>anomaly</td>"))
        #expect(signature.lowerBound < anomaly.lowerBound)
        for words in [
            "1 connections were not opened in full", "2 lines of the key logs match no connection",
            "4 values were not decoded",
            "body.x depends on the setting", "dates differ", "0.0022", "a.pcap", "00ff",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test("More findings than a table has rows are counted")
    func manyFindings() throws {
        let many = (0..<700).map { Self.finding("anomaly", "body.items[\($0)]") }
        let text = try page([Self.request] + many + [Self.finding("signature", "body.last"), Self.summary])
        #expect(text.contains("The first 500 of 701 findings, those of grade signature first"))
        #expect(text.contains("body.last") && !text.contains("body.items[600]"))
    }

    @Test("Lines of something else are counted, and a file without any line of an audit is refused")
    func otherLines() throws {
        let text = try page([#"{"type":"flow"}"#, Self.summary, "not JSON"])
        #expect(text.contains("2 lines of the record are no lines of an audit, the first is line 1"))
        let scratch = try ScratchDirectory()
        let path = try scratch.write("flows.jsonl", [#"{"type":"flow"}"#])
        #expect(throws: AuditRecordError.self) { try AuditRecord(path: path) }
        #expect(throws: AuditRecordError.self) { try AuditRecord(path: path + ".missing") }
        let long = try scratch.write("long.jsonl", [String(repeating: "x", count: 3 << 20), Self.summary])
        let record = try AuditRecord(path: long)
        #expect(record.badLines == 1 && record.firstBadLine == 1 && record.requests == 1)
    }

    @Test("A report without a record has no section for one")
    func noSection() throws {
        let report = try report([], try utcQuery { $0.isFull = true })
        #expect(!report.text(.html).contains("Audit findings"))
    }
}
