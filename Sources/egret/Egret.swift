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
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            exit(withError: ExitCode(2))
        }
    }
}

/// The version of egret.
enum Version {
    static let current = "0.1.0"
}
