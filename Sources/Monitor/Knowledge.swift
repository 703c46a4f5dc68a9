import Bytes
import Events
import Foundation
import Protocols
public import Rules
public import Vendors

/// All that a run knows before its first packet: who is who, what is allowed, and which hosts hide names.
public struct Knowledge: Sendable {
    /// Who is who.
    public var catalogue: Catalogue
    /// Which software sends which hello.
    public var fingerprints = FingerprintSet()
    /// The paths of requests to AI models.
    public private(set) var inferencePaths = InferencePaths()
    /// What is allowed.
    public var rules: RuleSet
    /// The resolvers that answer hidden DNS questions.
    var resolvers = KnownResolvers(entries: [])
    /// The outer names of Encrypted Client Hello that exist for nothing else.
    var echPublicNames: Set<String> = []

    /// How the files were before they were read, for a live run, which notices that they change.
    private(set) var stamp: PathStamp?

    /// Why it could not be had: the errors of the files, each with its place.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// Errors of vendor files, or of fingerprints.
        case catalogue(CatalogueErrors)
        /// Errors of rule files.
        case rules(DiagnosticReport)
        /// Tests in rule files that failed.
        case tests([RuleTestResult])

        /// All errors, a line each.
        public var description: String {
            switch self {
            case .catalogue(let errors): "\(errors)\n\(errors.errors.count) errors. Nothing was loaded."
            case .rules(let report): report.rendered(as: .text)
            case .tests(let failed):
                failed.map { "\($0)\n" }.joined() + "\(failed.count) tests failed. Nothing was loaded."
            }
        }
    }

    /// A catalogue without any rule, with the lists of `listDirectory`; nothing for none.
    public init(catalogue: Catalogue, fingerprints: FingerprintSet = FingerprintSet(), listDirectory: String?) {
        self.catalogue = catalogue
        self.fingerprints = fingerprints
        rules = RuleSet()
        if let listDirectory { readLists(listDirectory) }
    }

    /// Reads what `configuration` names; for a live run, which nobody watches, the rules' own tests are run too.
    ///
    /// - Throws: every error of the vendor files, or else every error of the rule files, or else every failed test.
    public init(_ configuration: Configuration) throws(Failure) {
        if configuration.mode == .live { stamp = PathStamp(configuration.knowledgePaths) }
        do throws(CatalogueErrors) {
            catalogue = try Catalogue.load(configuration.catalogueDirectories)
            if !configuration.fingerprintDirectories.isEmpty {
                fingerprints = try FingerprintSet.load(configuration.fingerprintDirectories, catalogue: catalogue)
            }
        } catch {
            throw .catalogue(error)
        }
        rules = RuleSet()
        if !configuration.rulePaths.isEmpty {
            let load = RuleFiles.load(
                paths: configuration.rulePaths, vocabulary: ["ai.vendor": Set(catalogue.vendors.keys)])
            guard let loaded = load.rules else { throw .rules(load.report) }
            rules = loaded
        }
        if let directory = configuration.listDirectory { readLists(directory) }
        guard configuration.mode == .live else { return }
        let failed = RuleTestRunner(self).run(rules).filter(\.hasFailed)
        if !failed.isEmpty { throw .tests(failed) }
    }

    private mutating func readLists(_ directory: String) {
        echPublicNames = Set(Self.list(directory, "ech-public-names.txt").map { $0.lowercased() })
        inferencePaths = InferencePaths(Self.list(directory, "inference-paths.txt"))
        let ways = Set(EncryptedDNS.allCases)
        var entries: [KnownResolvers.Entry] = []
        for name in Self.list(directory, "doh-resolvers.txt") {
            entries.append(.init(name: name, addresses: [], protocols: ways))
            entries.append(.init(name: "*." + name, addresses: [], protocols: ways))
        }
        let addresses = Self.list(directory, "doh-resolver-addresses.txt").compactMap { IPAddress($0) }
        entries.append(.init(name: "", addresses: addresses, protocols: ways))
        resolvers = KnownResolvers(entries: entries)
    }

    private static func list(_ directory: String, _ name: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { return [] }
        return NameList.items(of: Array(data))
    }
}
