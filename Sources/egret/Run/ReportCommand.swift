public import ArgumentParser
import Bytes
import Foundation
import Monitor
public import Reporting
import Rules
import Settings
import Text

/// `egret report`: events or captures in, answers out.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Answer who used which AI product, from events or captures.",
        discussion: """
            Reads JSON lines of egret, plain, gzip or zstd, and directories of them. Captures are analyzed first. \
            Events that are read twice count once.

            EXAMPLES
              Who used Claude Code last week, as a table and for a spreadsheet:
                egret report /var/log/egret --by source --where product=claude-code --period last-week
                egret report /var/log/egret --by source --where product=claude-code --period last-week -o week.csv
              A report for a manager, one file for a browser:
                egret report /var/log/egret --period last-month -o report.html
              Uploads by day and vendor, as JSON:
                egret report events.jsonl --by day,vendor --format json

            FIELDS
            \(Dimension.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            Exit status: 0 if everything was read, 1 if a file could not be read to its end or the report could not be \
            written, 2 for wrong usage.
            """)

    @Option(
        name: [.customLong("from"), .customLong("since")],
        help: ArgumentHelp("The first day or moment that counts.", valueName: "time"))
    var from: String?
    @Option(
        name: [.customLong("to"), .customLong("until")],
        help: ArgumentHelp("The first day or moment that no longer counts.", valueName: "time"))
    var to: String?
    @Option(help: ArgumentHelp("In place of both: \(ReportPeriod.names.joined(separator: ", ")), or a length as 7d."))
    var period: String?
    @Option(name: [.customLong("timezone"), .customLong("zone")], help: "The time zone of days and hours.")
    var timezone = "UTC"
    @Option(help: ArgumentHelp("Group by these, at most four, with commas.", valueName: "fields"))
    var by = "product"
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only flows of which FIELD=VALUE or FIELD!=VALUE holds; repeat it for more.", valueName: "condition"))
    var conditions: [String] = []
    @Option(help: "The most rows of a table; the rest is added up.") var top: Int?
    @Option(name: .customLong("min-group"), help: "HTML: groups with fewer sources are added up as one.")
    var minimumGroup = 5
    @Option(help: "table, csv, json, markdown or html; unless set, by the name of the output file, otherwise table.")
    var format: ReportFormat?
    @Option(name: [.customShort("o"), .long], help: "Write to this file.") var output: String?
    @Option(
        help: ArgumentHelp(
            "HTML: add the findings of this record, written by egret audit --format jsonl; may be given several times.",
            valueName: "file"))
    var audit: [String] = []
    @Argument(help: "Logs, captures and directories; - is standard input.") var inputs: [String] = []

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top \(top): at least one row is needed") }
        if period != nil, from != nil || to != nil {
            throw ValidationError("--period cannot be combined with --from or --to: it sets both")
        }
        guard !inputs.isEmpty else { throw ValidationError("no logs; name a file or directory, as /var/log/egret") }
    }

    func run() throws {
        let format = format ?? output.flatMap(Self.format) ?? .table
        guard audit.isEmpty || format == .html else {
            throw ValidationError("--audit: only the HTML form has a section for it; add --format html")
        }
        let query = try query(isFull: format == .html)
        let audits = try auditRecords()
        var model = ReportModel(query)
        var reader = EventReader()
        for path in inputs { reader.read(path, into: &model) }
        let isAnalyzed = try analyze(reader.captures, &reader, into: &model)
        let report = Report(
            model, reader, command: Self.commandLine, tool: Version.current,
            hashesInputs: format == .html || format == .json, audits: audits)
        try write(report.text(format, width: output == nil ? Terminal.outputWidth : nil))
        try tell(reader)
        if !isAnalyzed { throw ExitCode.failure }
    }

    /// The line that was typed, with quotation marks where a shell needs them.
    private static var commandLine: String {
        (["egret"] + CommandLine.arguments.dropFirst()).map { argument in
            let isPlain = argument.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-_./,:=+@%".utf8.contains(byte)
            }
            return isPlain && !argument.isEmpty ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }

    /// The form that the name of a file asks for; `nil` if it asks for none.
    static func format(of path: String) -> ReportFormat? {
        switch path.split(separator: ".").last?.lowercased() {
        case "csv": .csv
        case "json": .json
        case "md", "markdown": .markdown
        case "html", "htm": .html
        case "txt": .table
        default: nil
        }
    }

    /// Writes the report of `captures`, whose events are in `directory`, to `path`: in the form of its name, otherwise HTML.
    static func write(_ path: String, analysis directory: String, of captures: [String]) throws {
        guard let clock = DayClock(zone: "UTC") else { return }
        let format = format(of: path) ?? .html
        var query = ReportQuery(clock: clock)
        query.isFull = format == .html
        var model = ReportModel(query)
        var reader = EventReader()
        reader.read(analysis: directory, of: captures, into: &model)
        let report = Report(
            model, reader, command: commandLine, tool: Version.current, hashesInputs: format == .html || format == .json
        )
        try write(report.text(format), to: path)
    }

    /// A directory of its own, for this user alone.
    static func scratchDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "egret-report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return directory
    }

    private func query(isFull: Bool) throws -> ReportQuery {
        guard let clock = DayClock(zone: timezone) else {
            let hint = Spelling.nearest(to: timezone, among: DayClock.zones).map { "; did you mean \($0)?" } ?? ""
            throw ValidationError("--timezone \(timezone) is no zone of the IANA database\(hint)")
        }
        do throws(ReportQueryError) {
            var query = ReportQuery(clock: clock)
            if let period {
                let range = try ReportPeriod.named(period, at: .now, clock)
                (query.from, query.to) = (range.lowerBound, range.upperBound)
            }
            if let from { query.from = try ReportPeriod.moment(from, clock) }
            if let to { query.to = try ReportPeriod.moment(to, clock) }
            if let from = query.from, let end = query.to, end <= from {
                throw ReportQueryError("--to is not after --from: the period is empty")
            }
            query.dimensions = try ReportQuery.dimensions(by)
            for condition in conditions { query.conditions.append(try ReportQuery.Condition(condition)) }
            query.rowLimit = top
            query.minimumGroup = max(1, minimumGroup)
            query.isFull = isFull
            return query
        } catch { throw ValidationError(error.description) }
    }

    /// Analyzes captures into a directory of its own, which is read and removed; false if not all could be read, which was said.
    private func analyze(
        _ captures: [String], _ reader: inout EventReader, into model: inout ReportModel
    ) throws -> Bool {
        guard !captures.isEmpty else { return true }
        let directory = try Self.scratchDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let command = try AnalyzeCommand.parse(
            ["--flows", "all", "--summary", "never", "--output", directory.path] + captures)
        var isWhole = true
        do { try command.run() } catch is ExitCode { isWhole = false }
        reader.read(analysis: directory.path, of: captures, into: &model)
        return isWhole
    }

    private func write(_ text: String) throws {
        guard let output, output != "-" else { return Terminal.write(output: text) }
        try Self.write(text, to: output)
    }

    private static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            Terminal.write("egret: error: \(path) cannot be written: \(error.localizedDescription)")
            throw ExitCode.failure
        }
    }

    /// The records of `--audit`. One that cannot be read ends the command: a report without it would look like one that has it.
    private func auditRecords() throws -> [AuditRecord] {
        var records: [AuditRecord] = []
        for path in audit {
            do throws(AuditRecordError) {
                let record = try AuditRecord(path: path)
                if let line = record.firstBadLine {
                    Terminal.warn(
                        "\(path):\(line): no line of an audit; \(record.badLines) such lines were passed over")
                }
                records.append(record)
            } catch {
                Terminal.write("egret: error: \(error)")
                throw ExitCode.failure
            }
        }
        return records
    }

    /// Says what was not read.
    private func tell(_ reader: EventReader) throws {
        for input in reader.inputs {
            guard let line = input.firstBadLine else { continue }
            Terminal.write(
                "egret: warning: \(input.path):\(line): no event of egret; \(input.badLines) such lines were passed over"
            )
        }
        Terminal.list(reader.skipped.map { "\($0): skipped, holds no events" }, as: "warning")
        Terminal.list(reader.unread, as: "error")
        guard reader.unread.isEmpty else { throw ExitCode.failure }
    }
}

extension ReportFormat: ExpressibleByArgument {}
