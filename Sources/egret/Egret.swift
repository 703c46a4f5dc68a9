import ArgumentParser
import Foundation
import Host

@main
struct Egret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egret",
        abstract: "Says which AI vendors a network talks to, from the wire alone, and where that breaks a policy.",
        version: Version.current,
        subcommands: [
            AnalyzeCommand.self, WatchCommand.self, DoctorCommand.self, ConfigCommand.self, CatalogCommand.self,
            RulesCommand.self, VerifyCommand.self, ResolveCommand.self, KeyCommand.self, AuditCommand.self,
        ])

    /// Runs the command. Wrong usage ends with status 2, as in comparable tools; output that cannot be written ends with 1.
    static func main() {
        // First of all: from here on no signal to a sensor is lost, and no file gets the number of a closed descriptor.
        HeldSignals.hold()
        StandardDescriptors.occupy()
        Signals.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot()
            if !(command is WatchCommand) { HeldSignals.release() }
            try command.run()
            try flushOutput()
        } catch {
            HeldSignals.release()
            // Help, the version and completions are the program's own text.
            exit(withError: ExitCode(exitCode(for: error) == .success ? show(error) : report(error)))
        }
    }

    /// Prints what was asked for instead of a run, and gives the status that the program ends with.
    private static func show(_ error: any Error) -> Int32 {
        Terminal.print(fullMessage(for: error))
        do {
            try flushOutput()
            return ExitCode.success.rawValue
        } catch {
            return ExitCode.failure.rawValue
        }
    }

    /// Writes what `error` says to standard error, and gives the status that the program ends with.
    static func report(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        // A command that has said everything only has a status.
        if !(error is ExitCode) { Terminal.write(fullMessage(for: error)) }
        return code == .validationFailure ? 2 : code.rawValue
    }

    /// Ends with an error if what a command printed did not arrive.
    private static func flushOutput() throws {
        guard let words = StandardDescriptors.flushOutput() else { return }
        Terminal.write("egret: error: standard output cannot be written: \(words)")
        throw ExitCode.failure
    }
}

/// The version of egret.
enum Version {
    static let current = "0.1.0"
}
