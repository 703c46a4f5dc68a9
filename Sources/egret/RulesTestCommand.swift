import ArgumentParser
import Rules

/// `egret rules test`: the tests that stand beside rules.
struct RulesTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests that stand in rule files.")

    @OptionGroup var options: RulePathOptions

    func run() throws {
        let (rules, catalog) = try options.load()
        let results = try RuleDefaults.runner(catalog, options.catalog).run(rules)
        for result in results where result.outcome != .passed { print(result) }
        print(RuleTestResult.summary(results))
        if results.contains(where: \.hasFailed) { throw ExitCode(3) }
    }
}
