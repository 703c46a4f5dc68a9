public import ArgumentParser
import Events
import Foundation
public import Monitor

extension Configuration.FlowSelection: ExpressibleByArgument {}

/// The options that `analyze` and `watch` share.
struct RunOptions: ParsableArguments {
    @Option(help: "A rule file, or a folder of them; may be given several times. The example policy unless given.")
    var rules: [String] = []
    @Flag(help: "Evaluate no rules.") var noRules = false
    @Option(help: "A folder of vendor files; give it several times to override earlier entries one by one.")
    var catalog: [String] = []
    @Option(help: "A folder of fingerprints of clients; several times to override earlier ones one by one.")
    var fingerprints: [String] = []
    @Option(help: "A filter in libpcap's language, as tcpdump takes it.") var filter = ""
    @Option(help: "Which flows are written: ai, all or none.") var flows = Configuration.FlowSelection.ai
    @Flag(help: "Also write DNS questions.") var dns = false
    @Option(help: "- for standard output, or a folder for files.") var output = "-"
    @Option(help: "The form of events; native is the only one so far.") var format = Format.native
    @Option(
        help:
            "Seconds between two stats events, of packet time in analyze; 0 for one at the end. Watch: 60, analyze: 0.")
    var statsInterval: Double?
    @Option(name: .customLong("sensor-id"), help: "The sensor's id in events.") var sensorID: String?

    /// The forms of events.
    enum Format: String, ExpressibleByArgument, CaseIterable { case native }

    func validate() throws {
        if let statsInterval { try Self.check(seconds: statsInterval, of: "--stats-interval") }
    }

    /// Refuses what is no number of seconds that a run could last.
    static func check(seconds: Double, of option: String) throws {
        guard seconds >= 0, seconds < 1e6 else {
            throw ValidationError("\(option) \(seconds) is not a number of seconds from 0 to 999999")
        }
    }

    /// `seconds` in nanoseconds; nothing for none.
    static func nanoseconds(_ seconds: Double) -> Int64? {
        seconds > 0 ? Int64(seconds * 1e9) : nil
    }

    /// Fills in what was given, and what ships where nothing was.
    func apply(to configuration: inout Configuration) throws {
        configuration.filter = filter
        configuration.statsInterval = Self.nanoseconds(statsInterval ?? (configuration.mode == .live ? 60 : 0))
        configuration.flows = flows
        configuration.writesQuestions = dns
        configuration.output = output == "-" ? .standardOutput : .directory(output)
        configuration.catalogueDirectories =
            catalog.isEmpty ? [ShippedRules.vendors.directory].compactMap(\.self) : catalog
        guard !configuration.catalogueDirectories.isEmpty else {
            throw ValidationError("no catalogue found; name its folder with --catalog")
        }
        configuration.fingerprintDirectories =
            fingerprints.isEmpty ? [ShippedRules.fingerprints.directory].compactMap(\.self) : fingerprints
        configuration.listDirectory = ShippedRules.lists.directory
        if noRules {
            configuration.rulePaths = []
        } else {
            configuration.rulePaths = rules.isEmpty ? [ShippedRules.examplePolicy].compactMap(\.self) : rules
        }
    }
}

/// What a person at a terminal sees, beside the events.
enum Terminal {
    /// Whether standard error is one.
    static var isPresent: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// Writes a line to standard error.
    static func write(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Writes over the current line of standard error.
    static func rewrite(_ line: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    /// Says how a run ended: warnings always, the summary where a person looks on. Throws where output failed.
    static func report(_ outcome: OfflineRun.Outcome) throws {
        for warning in outcome.warnings { write("egret: warning: \(warning)") }
        if isPresent { write(outcome.summary.render(stats: outcome.stats)) }
        switch outcome.failure {
        case nil: break
        // Whoever read the events has seen enough; that is no fault.
        case .closed: break
        case .full: write("egret: error: the disk is full; see outputs in the stats event for what was lost")
        case .system(let words): write("egret: error: events could not be written: \(words)")
        }
        if let failure = outcome.failure, failure != .closed { throw ExitCode.failure }
    }
}
