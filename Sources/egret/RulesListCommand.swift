import ArgumentParser
import Rules

/// `egret rules list`: a line a rule.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules, one a line.")

    @OptionGroup var options: RulePathOptions

    func run() throws {
        let load = RuleFiles.load(paths: options.all)
        guard let rules = load.rules else {
            print(load.report.rendered(as: .text), terminator: "")
            throw ExitCode(1)
        }
        for rule in rules.rules { print(rule.line) }
    }
}
