import Foundation
import Testing

@testable import egret

@Suite struct ReportCommandTests {
    @Test(
        "Wrong usage ends with status 2 and says what would be right",
        arguments: [
            (["report"], "no logs; name a file or directory"),
            (["report", "--top", "0", "x"], "--top 0: at least one row is needed"),
            (["report", "--period", "today", "--from", "2026-01-01", "x"], "--period cannot be combined"),
            (["report", "--timezone", "Europe/Berln", "x"], "did you mean Europe/Berlin?"),
            (["report", "--from", "2026-02-02", "--to", "2026-02-02", "x"], "the period is empty"),
            (["report", "--from", "yesterday-ish", "x"], "yesterday-ish"),
            (["report", "--by", "nonsense", "x"], "nonsense"),
            (["report", "--by", "vendor,product,source,host,day", "x"], "four"),
            (["report", "--where", "vendor", "x"], "vendor"),
            (["report", "--format", "pdf", "x"], "pdf"),
        ])
    func usage(arguments: [String], words: String) {
        let result = egret(arguments)
        #expect(result.status == 2 && result.errors.contains(words), "\(result)")
        #expect(result.output.isEmpty)
    }

    @Test("The name of the output file decides the format")
    func formats() {
        let cases: [(String, String?)] = [
            ("a.csv", "csv"), ("a.JSON", "json"), ("a.md", "markdown"), ("a.markdown", "markdown"), ("a.html", "html"),
            ("a.b.htm", "html"), ("a.txt", "table"), ("a.pdf", nil), ("csv.", "csv"), ("", nil),
        ]
        for (name, format) in cases {
            #expect(ReportCommand.format(of: name).map { "\($0)" } == format, "\(name)")
        }
    }

    @Test("A log that is not there is named, and the report says that it was not read")
    func missing() throws {
        let scratch = try Scratch()
        let result = egret("report", scratch.path("missing.jsonl"))
        #expect((result.output + result.errors).contains("missing.jsonl"), "\(result)")
    }

    @Test("Each format of a report of the golden events is what its readers take")
    func outputs() throws {
        let scratch = try Scratch()
        let log = try scratch.write("events.jsonl", try events())
        let table = egret("report", "--format", "table", log)
        #expect(table.status == 0 && table.output.contains("PRODUCT"), "\(table)")
        let json = egret("report", "--format", "json", log)
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
        let csv = egret("report", "--format", "csv", log)
        let columns = csv.output.split(separator: "\n").first?.split(separator: ",").count ?? 0
        #expect(columns > 3, "\(csv)")
        let html = egret("report", "--format", "html", log)
        #expect(
            html.output.lowercased().hasPrefix("<!doctype html>") && html.output.contains("Content-Security-Policy"))
        #expect(!html.output.contains(" src="), "a report loads nothing from elsewhere")
        let markdown = egret("report", "--format", "markdown", log)
        #expect(markdown.output.contains("| --- |"), "\(markdown)")
    }

    @Test("A report goes to the file that is named, in its format, and not to standard output")
    func files() throws {
        let scratch = try Scratch()
        let log = try scratch.write("events.jsonl", try events())
        let result = egret("report", "-o", scratch.path("report.json"), log)
        #expect(result.status == 0 && result.output.isEmpty, "\(result)")
        let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path("report.json")))
        #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
        let refused = egret("report", "-o", scratch.path("no/such/directory/report.json"), log)
        #expect(refused.status == 1 && refused.errors.contains("report.json"), "\(refused)")
    }

    @Test("Lines that are no events are counted, and those that are cut never trap")
    func hostileLines() throws {
        let scratch = try Scratch()
        let text = try events()
        let first = text.split(separator: "\n").first.map(String.init) ?? ""
        let cuts = stride(from: 0, to: first.utf8.count, by: 7).map { String(first.prefix($0)) }
        let log = try scratch.write("events.jsonl", cuts.joined(separator: "\n") + "\n\u{1B}[2J\nnull\n[]\n{}\n")
        let result = egret("report", log)
        #expect(!(result.output + result.errors).unicodeScalars.contains("\u{1B}"))
    }

    /// The events of a golden run.
    private func events() throws -> String {
        try String(contentsOfFile: projectPath("Tests/Golden/e-socks5h-curl.jsonl"), encoding: .utf8)
    }
}
