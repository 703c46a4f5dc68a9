public import ArgumentParser
public import Rules

/// `egret rules check`: every error of every rule file in one run.
struct RulesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every error of rule files, with its position.")

    @OptionGroup var options: RulePathOptions

    @Option(name: .long, help: "text, json or sarif.")
    var format = DiagnosticReport.Format.text

    func run() throws {
        let report = options.read(try options.catalog.load()).report
        print(report.rendered(as: format), terminator: "")
        if !report.isClean { throw ExitCode.failure }
    }
}

extension DiagnosticReport.Format: ExpressibleByArgument {}
