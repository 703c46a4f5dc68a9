import Activity
import Bytes
import Flows
import Protocols
import Rules
import Vendors

/// Whose a flow is taken for, by the catalog, by what its client is known to use, and by its names.
///
/// It answers from caches, so a flow to a host that was met before costs two look-ups. `adopt` empties them.
struct FlowAttribution {
    /// What is in use.
    private(set) var catalog: Catalog
    private var products: ProductWatch
    private var hosts: AttributionCache

    /// Attributes by `catalog`, with nothing known of any source yet.
    init(_ catalog: Catalog) {
        self.catalog = catalog
        products = ProductWatch(catalog)
        hosts = AttributionCache(catalog)
    }

    /// Attributes by `catalog` from now on; what is known of sources is kept.
    mutating func adopt(_ catalog: Catalog) {
        self.catalog = catalog
        products.adopt(catalog)
        hosts = AttributionCache(catalog)
    }

    /// Sources whose products were not remembered for lack of room.
    var overflow: UInt64 { products.history.overflow }

    /// The registrable domain of the host `name`; `nil` if it has none.
    mutating func domain(of name: String) -> String? { hosts.domain(of: name) }

    /// Whose `flow` is taken for, from a client with the fingerprint `client`; `nil` if no entry is met.
    ///
    /// The confidence is low at most if the evidence can be forged or contradicts itself.
    mutating func attribution(of flow: FlowSnapshot, client: Fingerprint?) -> Attribution? {
        guard var attribution = bestAttribution(of: flow, client) else { return nil }
        attribution = products.complete(attribution, of: flow, client: client, catalog: catalog)
        let isUnsure =
            flow.isAmbiguous && flow.host?.source == .dns || flow.isContradicted
            || flow.isUntrusted
        // Bytes that are no host name, or come from a malformed hello, are no reliable evidence of anything.
        let isOdd = flow.host.map { !$0.isHost } ?? !flow.names.isEmpty
        if isUnsure || isOdd { attribution.confidence = min(attribution.confidence, .low) }
        return attribution
    }

    private mutating func bestAttribution(of flow: FlowSnapshot, _ client: Fingerprint?) -> Attribution? {
        let server = flow.server.address
        if let host = flow.host, let attribution = hosts.attribution(of: host, client: client) { return attribution }
        // A listed host that the client asked for is not overruled by another name that it also sent: a name inside a
        // proxy's tunnel, a later request, or the other of two contradictory copies.
        if flow.names.count > 1 || flow.host == nil {
            for name in flow.spokenNames {
                if let attribution = hosts.attribution(of: name, client: client) { return attribution }
            }
        }
        guard let host = flow.host else { return catalog.attribute(names: [], server: server) }
        return catalog.attribute(unlisted: host, server: server)
    }

    /// Whose the name is that `question` asks for. The resolver's own address says nothing of that.
    func attribution(of question: DNSQuestion) -> Attribution? {
        catalog.attribute(names: [NameEvidence(name: question.name, source: .dns)], server: IPAddress(ipv4: 0))
    }

    /// The time from the day of the catalog's newest entry to `time`, in nanoseconds; `nil` if its version is no day.
    func catalogAge(at time: Timestamp) -> Int64? {
        guard let day = CivilDate(String(catalog.version.map { $0 == "." ? "-" : $0 })) else { return nil }
        // Neither a packet's time nor a catalog's version is sure to be near the present.
        return max(0, time.nanoseconds(since: Timestamp(seconds: day.dayNumber &* 86_400, nanoseconds: 0)))
    }
}
