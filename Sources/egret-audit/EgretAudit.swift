import ArgumentParser
import Foundation

@main
struct EgretAudit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egret-audit",
        abstract: "Says what a client really sent, from a recording and its keys.",
        discussion: "Reached as egret audit. The sensor itself decrypts nothing.",
        version: "0.1.0",
        subcommands: [ReadCommand.self, CompareCommand.self, PlanCommand.self, RedactCommand.self],
        defaultSubcommand: ReadCommand.self)

    /// Runs the command. Wrong usage ends with 2, as in `egret`.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            Output.complain(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
    }
}
