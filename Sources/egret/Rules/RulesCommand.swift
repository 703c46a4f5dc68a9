import ArgumentParser
import Monitor
import Rules
import Vendors

/// `egret rules`: commands on rule files.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check, test, explain and list the rules of policies.",
        discussion: "Exit status: 0 fine, 1 errors in rule files, 2 wrong usage, 3 a test of a rule failed.",
        subcommands: [
            RulesCheckCommand.self, RulesTestCommand.self, RulesExplainCommand.self, RulesListCommand.self,
            RulesReplayCommand.self, RulesInitCommand.self, RulesSchemaCommand.self, RulesSQLCommand.self,
            RulesRunSQLCommand.self,
        ])
}

/// The rule files of the commands on rules, and the catalog that the rules refer to.
struct RulePathOptions: ParsableArguments {
    @Option(name: .long, help: "A rule file, or a directory of them; may be given several times.")
    var rules: [String] = []

    @Argument(help: "More rule files or directories.")
    var paths: [String] = []

    @OptionGroup var catalog: CatalogOptions

    /// What was read: the rules that were named, or those that ship.
    func read(_ catalog: Catalog) throws -> RuleLoad {
        RuleFiles.load(
            paths: RuleDefaults.paths(rules + paths), vocabulary: try RuleDefaults.vocabulary(catalog, self.catalog)
        )
    }

    /// The rules and the catalog, or the command's end with every error on standard output.
    func load() throws -> (rules: RuleSet, catalog: Catalog) {
        let catalog = try catalog.load()
        let load = try read(catalog)
        guard let rules = load.rules else {
            Terminal.print(load.report.rendered(as: .text), terminator: "")
            throw ExitCode.failure
        }
        return (rules, catalog)
    }
}

/// The defaults of the commands on rules.
enum RuleDefaults {
    /// The paths that were given, or the rules that ship.
    static func paths(_ given: [String]) -> [String] {
        given.isEmpty ? [ShippedRules.policies.directory ?? RuleFiles.defaultPath] : given
    }

    /// The words of the catalog and the fingerprints that rules may ask for.
    static func vocabulary(_ catalog: Catalog, _ options: CatalogOptions) throws -> RuleVocabulary {
        .known(catalog, try ShippedRules.loadFingerprints([], catalog: catalog, options: options))
    }

    /// What attributes the events of tests and explanations, by `catalog`, and reads the captures of tests.
    static func runner(_ catalog: Catalog, _ options: CatalogOptions) throws -> RuleTestRunner {
        RuleTestRunner(try knowledge(catalog, options: options))
    }

    /// `catalog`, which `options` name, with the lists that ship, and the fingerprints that are given or ship.
    static func knowledge(
        _ catalog: Catalog, options: CatalogOptions, given: FingerprintSet? = nil
    ) throws -> ReferenceData {
        let fingerprints = try given ?? ShippedRules.loadFingerprints([], catalog: catalog, options: options)
        do {
            return try ReferenceData(
                catalog: catalog, fingerprints: fingerprints, listDirectory: ShippedRules.lists.directory)
        } catch {
            Terminal.write("\(error)")
            throw ExitCode.failure
        }
    }
}
