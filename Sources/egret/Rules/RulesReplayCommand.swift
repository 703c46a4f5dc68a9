import ArgumentParser
import Monitor
import Rules
import Vendors

/// `egret rules replay`: what new rules would have reported for recorded packets.
struct RulesReplayCommand: ParsableCommand {
    /// How the difference is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Judge captures by two sets of rules and print the difference in alerts.",
        discussion: "Exit status: 0 whatever the difference, 1 where rules or captures cannot be read.")

    @Option(help: "A rule file or a directory of them; given twice, first the old rules, then the new.")
    var rules: [String] = []
    @Option(help: "text or json.") var format = Format.text
    @OptionGroup var catalog: CatalogOptions
    @Argument(help: "Capture files and directories.") var files: [String]

    func validate() throws {
        guard rules.count == 2 else {
            throw ValidationError("--rules has to be given twice: first the old rules, then the new")
        }
    }

    func run() throws {
        let catalog = try catalog.load()
        let runs = try rules.map { try record(by: $0, catalog) }
        let records = runs.map(\.record)
        var difference = AlertDifference(old: records[0].alerts, new: records[1].alerts)
        difference.broadExceptions = (records[0].broadExceptions, records[1].broadExceptions)
        Terminal.print(format == .json ? difference.json : difference.text)
        if !runs.allSatisfy(\.isRead) { throw ExitCode.failure }
    }

    private func record(by path: String, _ catalog: Catalog) throws -> (record: RunRecord, isRead: Bool) {
        let load = RuleFiles.load(paths: [path], vocabulary: try RuleDefaults.vocabulary(catalog, self.catalog))
        guard let loaded = load.rules else {
            Terminal.write(load.report.rendered(as: .text))
            throw ExitCode.failure
        }
        var knowledge = try RuleDefaults.knowledge(catalog, options: self.catalog)
        knowledge.rules = loaded
        return try Terminal.record(.alerts, configuration: .reading(files), referenceData: knowledge)
    }
}
