import ArgumentParser
import Events
import Foundation
import Monitor
import Synchronization
import Text

/// What a person at a terminal sees, beside the events.
enum Terminal {
    /// Whether standard error is one.
    static var isPresent: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// Takes what is written in place of the two streams, for tests that run commands in their own process.
    @TaskLocal static var recorder: TerminalRecorder?

    /// Writes a line, or several, to standard error. What a terminal would obey is made visible.
    static func write(_ line: String) {
        if let recorder { return recorder.add(line.escapedForTerminal + "\n", isError: true) }
        FileHandle.standardError.write(Data((line.escapedForTerminal + "\n").utf8))
    }

    /// Writes `item` to standard output, with a line feed unless another `terminator` is given. What a terminal would obey is
    /// made visible, also if the output goes to a file, which somebody may look at.
    static func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
        if let recorder { return recorder.add(item.description.escapedForTerminal + terminator, isError: false) }
        Swift.print(item.description.escapedForTerminal, terminator: terminator)
    }

    /// Writes over the current line of standard error.
    static func rewrite(_ line: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line.escapedForTerminal)".utf8))
    }

    /// Says how a run ended: warnings always, the summary where a person looks on. Throws where output failed.
    static func report(_ outcome: OfflineRun.Outcome) throws {
        for warning in outcome.warnings { write("egret: warning: \(warning)") }
        for broad in outcome.stats.rules.broadExceptions.prefix(64) { write("egret: warning: \(broad)") }
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

/// What commands wrote, in place of standard output and standard error.
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
