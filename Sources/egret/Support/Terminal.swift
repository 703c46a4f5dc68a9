import ArgumentParser
import Capture
import Events
import Foundation
import Host
import Monitor
import Synchronization
import Text

/// Text for a person at a terminal, in addition to the events.
enum Terminal {
    /// Whether standard error is one.
    static var isPresent: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// Whether standard output is one.
    static var isOutputPresent: Bool { recorder == nil && isatty(FileHandle.standardOutput.fileDescriptor) == 1 }

    /// Takes what is written in place of the two streams, for tests that run commands in their own process.
    @TaskLocal static var recorder: TerminalRecorder?

    /// Whether warnings are left out.
    @TaskLocal static var isQuiet = false

    /// Writes a warning to standard error, unless the command is to be quiet.
    static func warn(_ words: String) {
        if !isQuiet { write("egret: warning: \(words)") }
    }

    /// Writes a line, or several, to standard error. What a terminal would obey is made visible.
    static func write(_ line: String) {
        if let recorder { return recorder.add(line.escapedForTerminal + "\n", isError: true) }
        FileHandle.standardError.write(Data((line.escapedForTerminal + "\n").utf8))
    }

    /// Writes `item` to standard output, with a line feed unless another `terminator` is given. What a terminal would obey is
    /// made visible, also if the output goes to a file, which someone may look at.
    static func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
        if let recorder { return recorder.add(item.description.escapedForTerminal + terminator, isError: false) }
        Swift.print(item.description.escapedForTerminal, terminator: terminator)
    }

    /// Writes `text` to standard output as it is: for forms that other programs read, which escape by their own rules.
    static func write(output text: String) {
        if let recorder { return recorder.add(text, isError: false) }
        Swift.print(text, terminator: "")
    }

    /// The columns of the terminal that standard output is; `nil` if it is not one.
    static var outputWidth: Int? {
        recorder == nil ? StandardDescriptors.columns(of: FileHandle.standardOutput.fileDescriptor) : nil
    }

    /// The columns of the terminal that standard error is; `nil` if it is not one.
    static var errorWidth: Int? {
        recorder == nil ? StandardDescriptors.columns(of: FileHandle.standardError.fileDescriptor) : nil
    }

    /// Writes a summary, which is escaped already and has colors, to standard error.
    private static func write(summary text: String) {
        if let recorder { return recorder.add(text + "\n", isError: true) }
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// The style of a summary on standard error: colors on a terminal, unless `NO_COLOR` (no-color.org) is set to anything or the
    /// terminal is a dumb one. `COLUMNS` sets the width if no terminal does.
    private static var style: SummaryStyle {
        SummaryStyle(width: errorWidth ?? givenWidth, isColored: isPresent && !isPlain)
    }

    private static var isPlain: Bool {
        let environment = ProcessInfo.processInfo.environment
        return !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    }

    /// Whether colors may be written to standard output.
    static var isOutputColored: Bool { isOutputPresent && !isPlain }

    /// The width that `COLUMNS` sets; `nil` for none.
    static var givenWidth: Int? { ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) }

    /// Writes over the current line of standard error.
    static func rewrite(_ line: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line.escapedForTerminal)".utf8))
    }

    /// Says how a run ended: what was not read or written and warnings always, the summary if a person looks on.
    ///
    /// - Throws: the exit status of a run that could not read or write everything.
    static func report(_ outcome: OfflineRun.Outcome, summary: SummaryMode = .auto) throws {
        if !isQuiet { list(outcome.skipped.map { "\($0): skipped, is no capture" }, as: "warning") }
        list(outcome.unread.map(\.description), as: "error")
        for warning in outcome.warnings { warn(warning) }
        for broad in outcome.stats.rules.broadExceptions.prefix(64) { warn("\(broad)") }
        if summary.isShown { write(summary: outcome.summary.render(stats: outcome.stats, style: style)) }
        let isRead = outcome.stats.capture.unreadFiles == 0
        if let failure = outcome.stateFailure {
            write("egret: error: first sightings could not be saved: \(failure)")
            throw ExitCode.failure
        }
        // A reader that went away has seen what it wanted; that is no fault.
        guard let failure = outcome.failure, failure != .closed else {
            if !isRead { throw ExitCode.failure }
            return
        }
        let lost = outcome.eventsLost > 0 ? "; \(outcome.eventsLost) events were not written" : ""
        write("egret: error: output failed: \(failure)\(lost)")
        throw ExitCode.failure
    }

    /// Writes at most 100 of `lines`, and how many more there are.
    static func list(_ lines: [String], as level: String) {
        for line in lines.prefix(longestList) { write("egret: \(level): \(line)") }
        if lines.count > longestList { write("egret: \(level): \(lines.count - longestList) more of these") }
    }

    private static let longestList = 100
}

/// The output of commands, recorded for tests in place of standard output and standard error.
final class TerminalRecorder: Sendable {
    private let texts = Mutex((output: "", errors: ""))

    /// What would be on standard output.
    var output: String { texts.withLock { $0.output } }
    /// What would be on standard error.
    var errors: String { texts.withLock { $0.errors } }

    func add(_ text: String, isError: Bool) {
        texts.withLock { texts in
            if isError { texts.errors += text } else { texts.output += text }
        }
    }
}
