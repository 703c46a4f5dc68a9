import Events
import Protocols
public import Rules
public import Vendors

/// What a run reads at its start and on reload: catalog, fingerprints, rules, and lists.
public struct ReferenceData: Sendable {
    /// Who is who.
    public var catalog: Catalog
    /// Which software sends which hello.
    public var fingerprints = FingerprintSet()
    /// What is allowed.
    public var rules: RuleSet
    /// What flows are read by: resolvers of hidden DNS, public names of ECH, paths of requests.
    private(set) var lists = ReferenceLists()

    /// Which clients are of which group.
    private(set) var groups = ClientGroups()

    /// How the files were before they were read, for a live run, which notices that they change.
    private(set) var stamp: PathStamp?

    /// What is odd about the rules, a line each.
    public private(set) var warnings: [String] = []

    /// Why it could not be had: the errors of the files, each with its place.
    public enum LoadError: Error, Sendable, CustomStringConvertible {
        /// Errors of vendor files, of fingerprints, or of lists.
        case catalog(CatalogErrors)
        /// Errors of rule files.
        case rules(DiagnosticReport)
        /// Tests in rule files that failed.
        case tests([RuleTestResult])

        /// All errors, a line each.
        public var description: String {
            switch self {
            case .catalog(let errors): "\(errors)\n\(errors.errors.count) errors. Nothing was loaded."
            case .rules(let report): report.rendered(as: .text)
            case .tests(let failed):
                failed.map { "\($0)\n" }.joined() + "\(failed.count) tests failed. Nothing was loaded."
            }
        }
    }

    /// A catalog without any rule, with the lists of `listDirectory`; `nil` for none.
    ///
    /// - Throws: every error of the lists.
    public init(
        catalog: Catalog, fingerprints: FingerprintSet = FingerprintSet(), listDirectory: String?
    ) throws(LoadError) {
        self.catalog = catalog
        self.fingerprints = fingerprints
        rules = RuleSet()
        if let listDirectory { try readLists(listDirectory) }
    }

    /// Reads what `configuration` names; for a live run, which no one watches, the rules' own tests are run too.
    ///
    /// - Throws: every error of the vendor files, or else of the rule files, of the lists, or else every failed test.
    public init(_ configuration: Configuration) throws(LoadError) {
        if configuration.mode == .live { stamp = PathStamp(configuration.knowledgePaths) }
        let configuration = configuration.resolvingCatalogRoot()
        do throws(CatalogErrors) {
            catalog = try Catalog.load(configuration.catalogDirectories)
            if !configuration.fingerprintDirectories.isEmpty {
                fingerprints = try FingerprintSet.load(
                    configuration.fingerprintDirectories, catalog: catalog,
                    unknownOwners: configuration.unknownOwners)
            }
            if let file = configuration.groupsFile { groups = try ClientGroups(file: file) }
        } catch {
            throw .catalog(error)
        }
        rules = RuleSet()
        if !configuration.rulePaths.isEmpty {
            var vocabulary = RuleVocabulary.known(catalog, fingerprints)
            if configuration.groupsFile != nil { vocabulary.groups = groups.names }
            let load = RuleFiles.load(paths: configuration.rulePaths, vocabulary: vocabulary)
            guard let loaded = load.rules else { throw .rules(load.report) }
            rules = loaded
            warnings = load.report.warnings.map(\.description)
        }
        if let directory = configuration.listDirectory { try readLists(directory) }
        guard configuration.mode == .live else { return }
        let failed = RuleTestRunner(self).run(rules).filter(\.hasFailed)
        if !failed.isEmpty { throw .tests(failed) }
    }

    private mutating func readLists(_ directory: String) throws(LoadError) {
        do throws(CatalogErrors) { lists = try ReferenceLists(directory) } catch { throw .catalog(error) }
    }
}
