import ArgumentParser
import Foundation
import PublicSuffix
import Vendors

/// `egret catalog check`: every error and every doubt in the catalogue, in one run.
struct CatalogCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read every file strictly and look for contradictions, public suffixes and look-alikes.")

    @OptionGroup var catalogue: CatalogueOptions
    @Option(help: "A list of names that no suffix entry may be.") var generalDomains: String?

    func run() throws {
        let catalogue = try catalogue.load()
        let findings = catalogue.check(
            generalDomains: try domains(), isPublicSuffix: PublicSuffixList.isRegistrySuffix)
        for finding in findings { print(finding) }
        let summary =
            "\(catalogue.vendors.count) vendors, \(catalogue.entries.count) entries, version \(catalogue.version)"
        print("\(summary): \(findings.count) findings")
        if !findings.isEmpty { throw ExitCode.failure }
    }

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
