import ArgumentParser
import Rules

/// `egret rules explain`: why each rule does, or does not, alert on one event.
struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say for each rule which clause failed, or which exception held it back.")

    @Argument(help: "A flow event in JSON as egret writes it, or a flat one in YAML.")
    var event: String

    @OptionGroup var options: RulePathOptions

    func run() throws {
        let (rules, catalog) = try options.load()
        guard let bytes = RuleFiles.read(event) else { throw ValidationError("'\(event)' cannot be read") }
        let (observation, report) = try RuleDefaults.runner(catalog, options.catalog).observation(
            from: RuleSource(name: event, bytes: bytes))
        guard let observation else {
            Terminal.print(report.rendered(as: .text), terminator: "")
            throw ExitCode.failure
        }
        for explanation in rules.explain(observation) { Terminal.print(explanation) }
    }
}
