import ArgumentParser

/// `egret rules`: what concerns rule files.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check, test, explain and list the rules of policies.",
        discussion: "Exit status: 0 fine, 1 errors in rule files, 2 wrong usage, 3 a test of a rule failed.",
        subcommands: [
            RulesCheckCommand.self, RulesTestCommand.self, RulesExplainCommand.self, RulesListCommand.self,
            RulesReplayCommand.self,
        ])
}

/// Where the commands on rules take their rules from.
struct RulePathOptions: ParsableArguments {
    @Option(name: .long, help: "A rule file, or a folder of them; may be given several times.")
    var rules: [String] = []

    @Argument(help: "More rule files or folders.")
    var paths: [String] = []

    /// All paths that were given, or the rules that ship.
    var all: [String] { RuleDefaults.paths(rules + paths) }
}
