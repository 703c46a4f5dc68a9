import ArgumentParser
import Capture
import Events
import Foundation
import Monitor
import Settings

/// `egret analyze`: capture files in, events out.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyze capture files: pcap and pcapng, plain, gzip or zstd.",
        discussion: """
            A directory means the captures in it and below it, whatever their names: a file's first bytes decide. \
            Files that are no captures are listed on standard error.
            Exit status: 0 if everything was read and written, also if a capture is damaged or cut (what could be read is \
            written, the stats event says what could not, with a message on standard error); 1 if a file could not be \
            read at all, or events could not be written; 2 for wrong usage. After SIGINT or SIGTERM flows, alerts and the \
            inventory of what was read are written, then the status is that of the signal; a second one ends it at once.

            EXAMPLES
              egret analyze office.pcap > events.jsonl
              egret analyze --flows all -o events.jsonl captures/
              zstdcat day.pcap.zst | egret analyze --summary always - > events.jsonl
            """,
        aliases: ["analyse"])

    @OptionGroup var options: RunOptions<OfflineSettings>
    @Flag(help: "Leave out the directories below those that are named.") var noRecursive = false
    @Option(help: "The summary on standard error: always, auto (if it is a terminal) or never.")
    var summary = SummaryMode.auto
    @Option(help: ArgumentHelp("Also write a report: HTML, or .csv, .json, .md by its name.", valueName: "file"))
    var report: String?
    @Flag(name: .shortAndLong, help: "Write no warnings, no progress and no summary, only errors.") var quiet = false
    @Flag(name: .shortAndLong, help: "Say what is in use: policy, catalog, files, outputs.") var verbose = false
    @Argument(help: "Files and directories; - is standard input.") var files: [String]

    func run() throws {
        try Terminal.$isQuiet.withValue(quiet || Terminal.isQuiet) { try analyze() }
    }

    private func analyze() throws {
        let settings = try options.settings()
        var configuration = Configuration(
            sensor: SensorIdentity(
                id: settings.text(.sensorID) ?? "offline", version: Version.current, boot: "offline"),
            mode: .offline, sources: files)
        configuration.derivesBoot = true
        configuration.isRecursive = !noRecursive
        try configuration.apply(effective: settings)
        for key in SettingKey.retention {
            guard case .flag(let flag) = settings[key].origin else { continue }
            Terminal.warn("\(flag) is for watch; files of analyze end by size alone and are never removed")
        }
        do {
            try analyze(&configuration)
        } catch let error as CaptureError {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        } catch let error as ReferenceData.LoadError {
            Terminal.write("\(error)")
            throw ExitCode.failure
        }
    }

    /// Runs, and writes the report of the run's own events if one is asked for.
    private func analyze(_ configuration: inout Configuration) throws {
        let knowledge = try ReferenceData(configuration)
        for warning in knowledge.warnings where !Terminal.isQuiet { Terminal.write(warning) }
        if verbose { Terminal.write("egret: \(configuration.words)") }
        let scratch = try report.map { _ in try ReportCommand.scratchDirectory() }
        defer { if let scratch { try? FileManager.default.removeItem(at: scratch) } }
        if let scratch { configuration.outputs.append(OutputTarget(.directory(scratch.path), format: .native)) }
        var run = try OfflineRun(configuration, knowledge)
        var bar = ProgressBar()
        let outcome = try run.run(until: Interruption.current?.stop) { bar.show($0) }
        bar.clear()
        if let report, let scratch { try ReportCommand.write(report, analysis: scratch.path, of: files) }
        try Terminal.report(outcome, summary: quiet && summary == .auto ? .never : summary)
    }
}

/// When a run ends with its summary on standard error.
enum SummaryMode: String, CaseIterable, ExpressibleByArgument {
    case always, auto, never

    var isShown: Bool { self == .always || (self == .auto && Terminal.isPresent) }
}

/// How far the reading of long files has come, on a terminal only.
struct ProgressBar {
    private let isShown = Terminal.isPresent && !Terminal.isQuiet
    private var lastShown: UInt64 = 0
    private var hasBegun = false

    /// Shows `progress` if it has come a thousandth further; files shorter than 64 MiB show nothing.
    mutating func show(_ progress: CaptureProgress) {
        guard isShown, let total = progress.totalBytes, total >= 64 << 20 else { return }
        let thousandth = progress.bytesRead / (total / 1000)
        guard thousandth > lastShown else { return }
        lastShown = thousandth
        hasBegun = true
        let filled = Int(min(thousandth, 1000) / 25)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 40 - filled)
        Terminal.rewrite("[\(bar)] \(thousandth / 10) %  \(progress.bytesRead >> 20) of \(total >> 20) MiB")
    }

    /// Takes the bar away.
    func clear() {
        if hasBegun { Terminal.rewrite("") }
    }
}
