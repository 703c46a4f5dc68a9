import ArgumentParser
import Foundation
import PublicSuffix
import Vendors

/// `egret catalog check`: lists every error and warning of the catalog in one run.
struct CatalogCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read every file strictly and look for contradictions, public suffixes and look-alikes.")

    @OptionGroup var catalog: CatalogOptions
    @Option(help: "A list of names that no suffix entry may be.") var generalDomains: String?
    @Option(help: "A directory of fingerprints of clients; several times to override earlier ones one by one.")
    var fingerprints: [String] = []
    @Option(help: "The day on which fingerprints are to be believed, as 2026-11-22. Today unless given.")
    var on: String?

    func validate() throws {
        guard let on, on.wholeMatch(of: /20\d\d-[01]\d-[0-3]\d/) == nil else { return }
        throw ValidationError("--on \(on) is no day; write it as 2026-11-22")
    }

    func run() throws {
        let catalog = try catalog.load()
        let known = try ShippedRules.loadFingerprints(fingerprints, catalog: catalog, options: self.catalog)
        // The lists are a part of what is known, and read as strictly.
        _ = try RuleDefaults.knowledge(catalog, options: self.catalog, given: known)
        let findings =
            catalog.check(generalDomains: try domains(), isPublicSuffix: PublicSuffixList.isRegistrySuffix)
            + known.check(on: on ?? Self.today)
        for finding in findings { Terminal.print(finding) }
        let summary =
            "\(catalog.vendors.count) vendors, \(catalog.entries.count) entries, version \(catalog.version)"
        Terminal.print("\(summary), \(known.fingerprints.count) fingerprints: \(findings.count) findings")
        if !findings.isEmpty { throw ExitCode.failure }
    }

    private static var today: String { Date.now.formatted(.iso8601.year().month().day().dateSeparator(.dash)) }

    private func domains() throws -> Set<String> {
        guard let path = generalDomains ?? ShippedRules.lists.directory.map({ "\($0)/general-domains.txt" }) else {
            return []
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ValidationError("\(path) cannot be read")
        }
        return Set(NameList.items(of: text))
    }
}
