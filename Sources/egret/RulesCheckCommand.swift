public import ArgumentParser
public import Rules

/// `egret rules check`: every error of every rule file in one run.
struct RulesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every error of rule files, with its position.")

    @OptionGroup var options: RulePathOptions

    @OptionGroup var catalogue: CatalogueOptions

    @Option(name: .long, help: "text, json or sarif.")
    var format = DiagnosticReport.Format.text

    func run() throws {
        let vocabulary = RuleDefaults.vocabulary(try catalogue.load())
        let report = RuleFiles.load(paths: options.all, vocabulary: vocabulary).report
        print(report.rendered(as: format), terminator: "")
        if !report.isClean { throw ExitCode(1) }
    }
}

extension DiagnosticReport.Format: ExpressibleByArgument {}
