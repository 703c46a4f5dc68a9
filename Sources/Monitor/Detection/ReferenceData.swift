import Events
import Protocols
import PublicSuffix
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
    var stamp: PathStamp?

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

    /// Reads what `paths` name; `test` runs the rules' own tests, if it is given, and returns those that failed.
    ///
    /// - Throws: every error of the vendor files, or else of the rule files, of the lists, or else every failed test.
    init(_ paths: Paths, test: ((ReferenceData) -> [RuleTestResult])?) throws(LoadError) {
        do throws(CatalogErrors) {
            catalog = try Catalog.load(paths.catalog)
            if !paths.fingerprints.isEmpty {
                fingerprints = try FingerprintSet.load(
                    paths.fingerprints, catalog: catalog, unknownOwners: paths.unknownOwners)
            }
            if let file = paths.groups { groups = try ClientGroups(file: file) }
        } catch {
            throw .catalog(error)
        }
        rules = RuleSet()
        if !paths.rules.isEmpty {
            var vocabulary = RuleVocabulary.known(catalog, fingerprints)
            if paths.groups != nil { vocabulary.groups = groups.names }
            let load = RuleFiles.load(paths: paths.rules, vocabulary: vocabulary)
            guard let loaded = load.rules else { throw .rules(load.report) }
            rules = loaded
            warnings = load.report.warnings.map(\.description)
        }
        if let directory = paths.lists { try readLists(directory) }
        let failed = test?(self) ?? []
        if !failed.isEmpty { throw .tests(failed) }
    }

    /// What reference data is read from.
    struct Paths: Sendable {
        /// The directories of the catalog, the later ones overriding the earlier.
        var catalog: [String]
        /// The directories of fingerprints of clients.
        var fingerprints: [String]
        /// What is done with fingerprints of vendors that the catalog does not have.
        var unknownOwners: FingerprintSet.UnknownOwner
        /// The file of the operator's groups of clients; `nil` for none.
        var groups: String?
        /// Rule files and directories.
        var rules: [String]
        /// The directory of the lists that ship; `nil` for none.
        var lists: String?
    }

    private mutating func readLists(_ directory: String) throws(LoadError) {
        do throws(CatalogErrors) { lists = try ReferenceLists(directory) } catch { throw .catalog(error) }
    }
}

extension RuleVocabulary {
    /// What fields can be by `catalog`, `fingerprints` and the list of public suffixes.
    public static func known(_ catalog: Catalog, _ fingerprints: FingerprintSet) -> RuleVocabulary {
        RuleVocabulary(catalog, fingerprints) { PublicSuffixList.registrableDomain(of: $0) }
    }
}
