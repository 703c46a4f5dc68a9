import ArgumentParser
import Audit
import AuditInput

/// `egret audit compare`: whether any field depends on a setting.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say whether any field of what a client sends depends on a setting.",
        discussion: """
            Each file is one run of the client. Runs of the first setting stand after --a, those of the second after --b, and so on; \
            or each is given as --run SETTING=FILE. Settings named LEVEL/LEVEL are a grid, which is compared factor by factor. \
            Exit status: 0 if all connections were opened, 3 if some were not, 1 if a file could not be read.
            """)

    @Option(parsing: .upToNextOption, help: "Recordings under the first setting.") var a: [String] = []
    @Option(parsing: .upToNextOption, help: "Recordings under the second setting.") var b: [String] = []
    @Option(parsing: .upToNextOption, help: "Recordings under the third setting.") var c: [String] = []
    @Option(parsing: .upToNextOption, help: "Recordings under the fourth setting.") var d: [String] = []
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("A recording and its setting; may be given several times.", valueName: "setting=file"))
    var assigned: [String] = []
    @Option(
        help: ArgumentHelp(
            "The time zone of a setting, for local dates; may be given several times.", valueName: "setting=zone"))
    var zone: [String] = []
    @Option(
        help: ArgumentHelp(
            "Take one host for another, where the setting is itself a host; may be given several times.",
            valueName: "a=b"))
    var equate: [String] = []
    @Option(help: ArgumentHelp("The plan that was written before recording.", valueName: "file")) var plan: String?
    @Option(help: ArgumentHelp("A key log, or a directory of key logs; may be given several times.", valueName: "path"))
    var keys: [String] = []
    @Option(help: "The form of the output: a report, one JSON object a line, or one HTML page.") var format =
        ReadCommand.Format.text
    @OptionGroup var values: ValueOptions

    func run() throws {
        let unopened: Int
        do throws(AuditInputError) { unopened = try compare() } catch {
            Output.complain("egret audit: error: \(error)")
            throw ExitCode.failure
        }
        guard unopened == 0 else { throw ExitCode(3) }
    }

    private func compare() throws(AuditInputError) -> Int {
        let plan = try PlanFile.read(self.plan)
        let display = try values.display()
        let set = try ComparisonInput(runs: assignments(), plan: plan, keys: keys)
        if set.unopened > 0 {
            Output.complain(
                "\(set.unopened) connections of these recordings could not be opened; what they carried is not compared."
            )
        }
        var inputs = set.inputs
        if let path = self.plan { inputs.append(try RecordingReader.digest(of: path)) }
        var lines: [String] = []
        var reports: [AuditReport] = []
        for part in set.parts {
            let zones = try self.zones(part.settings, plan)
            var comparison = Comparison(part.runs, settings: part.settings, equate: try equated())
            comparison.warnings += set.warnings
            comparison.warnings += (plan?.deviations(part.runs) ?? []).map { "not as planned: " + $0 }
            comparison.warnings += LocalDates.unknown(zones).map { "the time zone \($0) is not known to this system" }
            if let warning = LocalDates.warning(part.runs, zones: zones) { comparison.warnings.append(warning) }
            switch format {
            case .jsonl: lines += FindingRecords(display: display).lines(comparison, inputs: inputs).map(\.text)
            case .text: lines.append(AuditReport.comparison(comparison, display: display, inputs: inputs).text)
            case .html: reports.append(AuditReport.comparison(comparison, display: display, inputs: inputs))
            }
        }
        if format == .html { lines = [AuditPage.html(reports, version: EgretAudit.configuration.version)] }
        try values.write(lines)
        return set.unopened
    }

    /// The recordings with the names of their settings.
    private func assignments() throws(AuditInputError) -> [(setting: String, path: String)] {
        var result: [(String, String)] = []
        for (name, paths) in [("a", a), ("b", b), ("c", c), ("d", d)] { result += paths.map { (name, $0) } }
        for text in assigned {
            let (setting, path) = try Self.pair(text, "--run SETTING=FILE")
            result.append((setting, path))
        }
        return result.map { (setting: $0.0, path: $0.1) }
    }

    private func equated() throws(AuditInputError) -> [String: String] {
        var result: [String: String] = [:]
        for text in equate {
            let (from, to) = try Self.pair(text, "--equate A=B")
            result[from] = to
        }
        return result
    }

    private func zones(_ settings: [String], _ plan: AuditPlan?) throws(AuditInputError) -> [String?] {
        var zones: [String: String] = [:]
        for setting in plan?.settings ?? [] { zones[setting.name] = setting.timeZone }
        for text in zone {
            let (setting, name) = try Self.pair(text, "--zone SETTING=ZONE")
            zones[setting] = name
        }
        return settings.map { zones[$0] }
    }

    static func pair(_ text: String, _ form: String) throws(AuditInputError) -> (String, String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex, text.index(after: equals) < text.endIndex
        else {
            throw AuditInputError("'\(text)' is not of the form \(form)")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
