import ArgumentParser
import Rules

/// `egret rules list`: a line a rule.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules, one a line.")

    @OptionGroup var options: RulePathOptions

    func run() throws {
        let (rules, _) = try options.load()
        for rule in rules.rules { print(rule.line) }
    }
}
