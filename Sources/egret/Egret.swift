import ArgumentParser
import Foundation
import Host
import Text

@main
struct Egret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egret",
        abstract: "Says which AI vendors a network talks to, from the wire alone, and where that breaks a policy.",
        discussion: """
            EXAMPLES
              egret analyze office.pcap > events.jsonl
              egret report office.pcap
              egret report /var/log/egret --by source --where product=claude-code --period last-week
              egret watch --interface eth0 --flows all
              egret top
              egret rules init ban --vendor deepseek --from 2026-11-01
            """,
        version: Version.current,
        subcommands: [VersionCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Observe",
                subcommands: [AnalyzeCommand.self, WatchCommand.self, TopCommand.self, ReportCommand.self]),
            CommandGroup(name: "Set up", subcommands: [DoctorCommand.self, ConfigCommand.self, SchemaCommand.self]),
            CommandGroup(name: "Policies and vendors", subcommands: [RulesCommand.self, CatalogCommand.self]),
            CommandGroup(name: "Fleet", subcommands: [ShipCommand.self]),
            CommandGroup(
                name: "Evidence and privacy", subcommands: [VerifyCommand.self, ResolveCommand.self, KeyCommand.self]),
            CommandGroup(name: "Audit", subcommands: [AuditCommand.self]),
        ])

    /// Runs the command. Wrong usage ends with status 2, as in comparable tools; output that cannot be written ends with 1.
    static func main() {
        // First of all: from here on no signal to a sensor is lost, and no file gets the number of a closed descriptor.
        HeldSignals.hold()
        StandardDescriptors.occupy()
        Signals.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot(arguments(Array(CommandLine.arguments.dropFirst())))
            if command is AnalyzeCommand {
                try Interruption.answered { try command.run() }
            } else {
                if !(command is WatchCommand || command is TopCommand) { HeldSignals.release() }
                try command.run()
            }
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

    /// The arguments with `-V` as `--version`.
    ///
    /// - Throws: if the first is no subcommand, with the nearest one.
    static func arguments(_ given: [String]) throws -> [String] {
        guard let first = given.first else { return given }
        if first == "-V" { return ["--version"] + given.dropFirst() }
        guard !first.hasPrefix("-") else { return given }
        let names = configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases } + ["help"]
        guard !names.contains(first), let nearest = Spelling.nearest(to: first, among: names) else { return given }
        throw ValidationError("'\(first)' is no subcommand; did you mean '\(nearest)'?")
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

/// `egret version`, for those who type it as a word.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() throws { Terminal.print(Version.current) }
}

/// The version of egret.
enum Version {
    static let current = "0.1.0"
}
