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
            switch exitCode(for: error) {
            // Help, the version and completions are the program's own text.
            case .success: exit(withError: error)
            case .validationFailure:
                Terminal.write(fullMessage(for: error))
                exit(withError: ExitCode(2))
            case let code:
                // A command that has said all says no more than its status.
                if !(error is ExitCode) { Terminal.write(fullMessage(for: error)) }
                exit(withError: code)
            }
        }
    }
}

/// The version of egret.
enum Version {
    static let current = "0.1.0"
}
