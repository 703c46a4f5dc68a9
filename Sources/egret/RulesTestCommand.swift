import ArgumentParser
import Rules

/// `egret rules test`: the tests that stand beside rules.
struct RulesTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests that stand in rule files.")

    @OptionGroup var options: RulePathOptions

    @OptionGroup var catalogue: CatalogueOptions

    func run() throws {
        let catalogue = try catalogue.load()
        let load = RuleFiles.load(paths: options.all, vocabulary: RuleDefaults.vocabulary(catalogue))
        guard let rules = load.rules else {
            print(load.report.rendered(as: .text), terminator: "")
            throw ExitCode(1)
        }
        let results = try RuleDefaults.runner(catalogue).run(rules)
        for result in results where result.outcome != .passed { print(result) }
        print(RuleTestResult.summary(results))
        if results.contains(where: \.hasFailed) { throw ExitCode(3) }
    }
}
