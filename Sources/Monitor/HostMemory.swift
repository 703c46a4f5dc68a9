import Protocols
import PublicSuffix
import Vendors

/// What a catalog and the list of public suffixes say of the hosts that were asked for lately: a host comes with many
/// flows, and each flow is told of several times.
///
/// Bounded as `DirectMappedCache` is. Good for one catalog and one set of fingerprints; where they change, another begins.
struct AttributionCache: Sendable {
    /// A host by one kind of evidence, asked for by one client.
    private struct Question: Equatable, Sendable {
        let host: NameEvidence
        /// The fingerprint of the client, where it is a known one's.
        let client: JA4Pattern?
    }

    private let catalog: Catalog
    private var attributions: DirectMappedCache<Question, Attribution?>
    private var domains: DirectMappedCache<String, String?>

    /// A memory of at most `capacity` hosts of `catalog`.
    init(_ catalog: Catalog, capacity: Int = 2048) {
        self.catalog = catalog
        attributions = DirectMappedCache(capacity: capacity)
        domains = DirectMappedCache(capacity: capacity)
    }

    /// How many attributions were at hand, and how many were not.
    var counters: (hits: UInt64, misses: UInt64) { (attributions.hits, attributions.misses) }

    /// Whose the listed name `host` is where `client` asks for it; nothing where the catalog does not list it.
    mutating func attribution(of host: NameEvidence, client: Fingerprint?) -> Attribution? {
        let question = Question(host: host, client: client?.ja4)
        if let known = attributions.find(question, by: host.name) { return known }
        let attribution = catalog.attribute(listed: host).map {
            catalog.disambiguateProduct($0, host: host.name, client: client)
        }
        return attributions.keep(attribution, to: question, by: host.name)
    }

    /// The registrable domain of the host `name`.
    mutating func domain(of name: String) -> String? {
        if let known = domains.find(name, by: name) { return known }
        return domains.keep(PublicSuffixList.registrableDomain(of: name), to: name, by: name)
    }
}
