import Foundation
public import Vendors

/// The catalog in a directory that has the form of a bundle: `vendors`, `fingerprints`, `lists`.
public enum StagedCatalog {
    /// Reads what is in `directory`.
    public static func load(
        _ directory: String
    ) throws(BundleError) -> (catalog: Catalog, fingerprints: FingerprintSet) {
        do throws(CatalogErrors) {
            let catalog = try Catalog.load(["\(directory)/vendors"])
            return (catalog, try FingerprintSet.load(["\(directory)/fingerprints"], catalog: catalog))
        } catch { throw BundleError(.check, "\(error)") }
    }

    /// How much is in a catalog, as a manifest says it.
    public static func counts(_ catalog: Catalog, _ fingerprints: FingerprintSet) -> BundleManifest.Counts {
        BundleManifest.Counts(
            vendors: catalog.vendors.count, products: catalog.vendors.values.reduce(0) { $0 + $1.products.count },
            entries: catalog.entries.count, fingerprints: fingerprints.fingerprints.count)
    }

    /// Holds that the staged files in `directory` are what `manifest` counts, and that `egret catalog check` finds nothing in them.
    ///
    /// `isPublicSuffix` says whether a name is a public suffix.
    public static func check(
        _ directory: String, against manifest: BundleManifest, isPublicSuffix: (String) -> Bool
    ) throws(BundleError) {
        let (catalog, fingerprints) = try load(directory)
        guard counts(catalog, fingerprints) == manifest.counts else {
            throw BundleError(.mixed, "the catalog of the bundle does not have the counts of its manifest")
        }
        let domains = try GeneralDomains.read(directory)
        let findings = catalog.check(generalDomains: domains, isPublicSuffix: isPublicSuffix)
        guard findings.isEmpty else {
            let shown = findings.prefix(20).map(\.description).joined(separator: "\n")
            throw BundleError(.check, "catalog check has \(findings.count) findings:\n\(shown)")
        }
    }
}

/// The list of domains that no suffix may take whole, of a bundle.
private enum GeneralDomains {
    static func read(_ directory: String) throws(BundleError) -> Set<String> {
        let path = "\(directory)/lists/general-domains.txt"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let bytes = try PlainFileReader.bytes(of: path, limit: BundleLimits().fileBytes)
        return Set(NameList.lines(of: bytes).map(\.item))
    }
}
