import ArgumentParser
import Foundation

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

    /// Runs the command. Wrong usage ends with 2, as it does in the tools beside which egret stands.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            // Help, the version and completions are the program's own text.
            if exitCode(for: error) == .success { exit(withError: error) }
            exit(withError: ExitCode(report(error)))
        }
    }

    /// Writes what `error` says to standard error, and gives the status that the program ends with.
    static func report(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        // A command that has said everything only has a status.
        if !(error is ExitCode) { Terminal.write(fullMessage(for: error)) }
        return code == .validationFailure ? 2 : code.rawValue
    }
}

/// The version of egret.
enum Version {
    static let current = "0.1.0"
}
