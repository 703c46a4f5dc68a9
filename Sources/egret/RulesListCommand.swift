import ArgumentParser
import Rules

/// `egret rules list`: a line a rule.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules, one a line.")

    @OptionGroup var options: RulePathOptions

    @OptionGroup var catalogue: CatalogueOptions

    func run() throws {
        let catalogue = try catalogue.load()
        let load = RuleFiles.load(paths: options.all, vocabulary: RuleDefaults.vocabulary(catalogue))
        guard let rules = load.rules else {
            print(load.report.rendered(as: .text), terminator: "")
            throw ExitCode(1)
        }
        for rule in rules.rules { print(rule.line) }
    }
}
