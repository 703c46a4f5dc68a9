import ArgumentParser

@main
struct Egret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egret",
        abstract: "Says which AI vendors a network talks to, from the wire alone, and where that breaks a policy.",
        version: Version.current,
        subcommands: [AnalyzeCommand.self, WatchCommand.self, CatalogCommand.self, RulesCommand.self])
}

/// The version of egret.
enum Version {
    static let current = "0.1.0"
}
