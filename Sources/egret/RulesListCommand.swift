import ArgumentParser
import Rules

/// `egret rules list`: a line a rule.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules, one a line.")

    @OptionGroup var options: RulePathOptions

    @Flag(help: "Only those that are asked about everything at their moment, because no value leads to them.")
    var alwaysAsked = false

    func run() throws {
        let (rules, _) = try options.load()
        for rule in alwaysAsked ? rules.alwaysAsked : rules.rules { print(rule.line) }
    }
}
