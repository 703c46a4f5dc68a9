public import ArgumentParser
import Events
public import Rules

/// `egret rules check`: every error of every rule file in one run.
struct RulesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every error of rule files, with its position.")

    @OptionGroup var options: RulePathOptions

    @Option(name: .long, help: "text, json or sarif.")
    var format = DiagnosticReport.Format.text

    func run() throws {
        let report = try options.read(try options.catalog.load()).report
        Terminal.print(report.rendered(as: format), terminator: "")
        if !report.isClean { throw ExitCode.failure }
    }
}

extension DiagnosticReport.Format: ExpressibleByArgument {}

/// `egret rules test`: runs the tests of rule files.
struct RulesTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests that are in rule files.")

    @OptionGroup var options: RulePathOptions

    @Flag(help: "Write the alerts that the tests raise as events, one a line, each as it was last.") var alerts = false

    func run() throws {
        let (rules, catalog) = try options.load()
        let results = try RuleDefaults.runner(catalog, options.catalog).run(rules)
        if alerts {
            var encoder = EventEncoder(sensor: SensorIdentity(id: "test", version: Version.current, boot: "test"))
            for alert in results.flatMap(\.alerts) {
                encoder.encode(.alert(alert))
                Terminal.write(output: String(decoding: encoder.line, as: UTF8.self))
            }
        }
        for result in results where result.outcome != .passed { say(result) }
        say(RuleTestResult.summary(results))
        if results.contains(where: \.hasFailed) { throw ExitCode(3) }
    }

    /// What came of the tests is no event, and keeps apart from them.
    private func say(_ item: some CustomStringConvertible) {
        if alerts { Terminal.write(item.description) } else { Terminal.print(item) }
    }
}

/// `egret rules list`: one line for each rule.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules, one a line.")

    @OptionGroup var options: RulePathOptions

    @Flag(help: "Only those that are asked about everything at their moment, because no value leads to them.")
    var alwaysAsked = false

    func run() throws {
        let (rules, _) = try options.load()
        for rule in alwaysAsked ? rules.alwaysAsked : rules.rules { Terminal.print(rule.line) }
    }
}

/// `egret rules schema`: the JSON Schema of rule files, for editors.
struct RulesSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Write the JSON Schema of rule files, with the vendors of the catalog.",
        discussion: """
            With a YAML language server, the first line of a rule file can name it:
              # yaml-language-server: $schema=/usr/share/egret/rules.schema.json
            """)

    @OptionGroup var catalog: CatalogOptions

    func run() throws {
        Terminal.print(RuleSchema.json(try RuleDefaults.vocabulary(try catalog.load(), catalog)), terminator: "")
    }
}
