import Text

/// The known fingerprints of clients, browsers and libraries.
///
/// One immutable value, made whole from files and replaced whole on reload.
public struct FingerprintSet: Equatable, Sendable {
    /// The fingerprints in the order of their files; those of later directories are in place of those that they
    /// override.
    public private(set) var fingerprints: [Fingerprint] = []
    private var exact: [String: Int] = [:]
    /// Patterns by the digest of their cipher suites, the nearest first.
    private var families: [Substring: [Int]] = [:]

    /// What is done with a fingerprint of a vendor or a product that the catalog does not have.
    @frozen
    public enum UnknownOwner: Sendable {
        /// It is an error: anyone who wrote it meant someone else.
        case refused
        /// It is no one's, and stays what a hello is known by: it was written for another catalog.
        case disowned
    }

    /// The set that knows no software.
    public init() {}

    /// The set of several directories' files, the later ones overriding the earlier where the same `ja4` is in both.
    ///
    /// Within one directory the same `ja4` twice is an error, as are, if they are `refused`, vendors and products that
    /// `catalog` does not have.
    public init(
        _ directories: [[FingerprintFile]], catalog: Catalog, unknownOwners: UnknownOwner = .refused
    ) throws(CatalogErrors) {
        var errors: [CatalogError] = []
        var places: [JA4Pattern: Int] = [:]
        for files in directories {
            var seen: [JA4Pattern: SourcePosition] = [:]
            for fingerprint in files.sorted(by: { $0.file < $1.file }).flatMap(\.fingerprints) {
                if let other = seen.updateValue(fingerprint.place, forKey: fingerprint.ja4) {
                    let message = "'\(fingerprint.ja4.text)' occurs twice; first at \(other)"
                    errors.append(CatalogError(.duplicateFingerprint, message, at: fingerprint.place))
                } else if let place = places[fingerprint.ja4] {
                    fingerprints[place] = fingerprint
                } else {
                    places[fingerprint.ja4] = fingerprints.count
                    fingerprints.append(fingerprint)
                }
            }
        }
        switch unknownOwners {
        case .refused: errors += fingerprints.compactMap { Self.unknownOwner(of: $0, in: catalog) }
        case .disowned: for index in fingerprints.indices { fingerprints[index].disown(whereUnknownIn: catalog) }
        }
        guard errors.isEmpty else { throw CatalogErrors(errors) }
        index()
    }

    private static func unknownOwner(of fingerprint: Fingerprint, in catalog: Catalog) -> CatalogError? {
        guard let id = fingerprint.vendor else { return nil }
        guard let vendor = catalog.vendors[id] else {
            let suggestion = Spelling.nearest(to: id, among: catalog.vendors.keys.sorted())
            let place = fingerprint.vendorPlace ?? fingerprint.place
            return CatalogError(.unknownVendor, "unknown vendor '\(id)'", at: place, suggestion: suggestion)
        }
        guard let product = fingerprint.product, !vendor.products.contains(where: { $0.id == product }) else {
            return nil
        }
        let suggestion = Spelling.nearest(to: product, among: vendor.products.map(\.id))
        let place = fingerprint.productPlace ?? fingerprint.place
        return CatalogError(.unknownProduct, "unknown product '\(product)'", at: place, suggestion: suggestion)
    }

    private mutating func index() {
        for (number, fingerprint) in fingerprints.enumerated() {
            if fingerprint.ja4.isExact {
                exact[fingerprint.ja4.text] = number
            } else {
                families[fingerprint.ja4.suites[...], default: []].append(number)
            }
        }
        let weights = fingerprints.map(\.ja4.weight)
        families = families.mapValues { $0.sorted { (weights[$1], $0) < (weights[$0], $1) } }
    }

    /// The software that sends the hello `ja4`; where several patterns match, the one that fixes most of it.
    ///
    /// Cost: a look-up, and a comparison for each pattern with the same cipher suites. Asked once a flow, not a packet.
    public func match(_ ja4: String) -> Fingerprint? {
        if let number = exact[ja4] { return fingerprints[number] }
        guard let suites = JA4Pattern.suites(of: ja4), let family = families[suites] else { return nil }
        return family.first { fingerprints[$0].ja4.matches(ja4) }.map { fingerprints[$0] }
    }

    /// What is no longer believed on `day`, written as `2026-11-22`: it has to be recorded again, or to go. By place.
    public func check(on day: String) -> [CatalogError] {
        fingerprints.filter { !$0.isValid(on: day) }.map { fingerprint in
            let message = "'\(fingerprint.ja4.text)' of \(fingerprint.software) expired on \(fingerprint.expires)"
            return CatalogError(.expired, message, at: fingerprint.place)
        }.sorted { $0.place < $1.place }
    }
}
