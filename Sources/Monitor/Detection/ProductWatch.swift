import Activity
import Flows
import Protocols
import Vendors

/// Distinguishes a program from others that use the same API of its vendor, by the hosts that only it uses.
struct ProductWatch: Sendable {
    /// The programs that some entry names as its `agents`, by vendor: only their hosts are worth a note.
    private var programs: [String: Set<String>] = [:]
    /// What was seen of sources.
    private(set) var history = CompanionHistory()

    init(_ catalog: Catalog) {
        adopt(catalog)
    }

    /// Continues with the programs of another catalog; what was seen of sources is kept.
    mutating func adopt(_ catalog: Catalog) {
        programs = [:]
        for entry in catalog.entries {
            guard let vendor = entry.vendor, !entry.agents.isEmpty else { continue }
            programs[vendor, default: []].formUnion(entry.agents)
        }
    }

    /// Completes the attribution of a flow: notes a visit to a program's own host, and gives a flow to an interface that
    /// several programs use to the one that runs at the same source.
    mutating func complete(
        _ attribution: Attribution, of flow: FlowSnapshot, client: Fingerprint?, catalog: Catalog
    ) -> Attribution {
        guard let vendor = attribution.vendor, let known = programs[vendor], let host = flow.host?.name else {
            return attribution
        }
        // The second part of a JA4 is the digest of the cipher suites.
        let library = flow.tls?.ja4.flatMap { $0.split(separator: "_").dropFirst().first.map(String.init) }
        let source = flow.client.address
        let agents = catalog.agents(at: host, of: vendor)
        if agents.isEmpty {
            guard attribution.scope == .dedicated, catalog.isOfOneProduct(host, of: vendor),
                client?.kind != .browser, let product = attribution.product, known.contains(product)
            else { return attribution }
            history.note(product, of: vendor, at: source, library: library, time: flow.end)
            return attribution
        }
        // A browser is no program of that kind, and a client that is known by its hello is known better.
        guard client?.kind != .browser, client?.kind != .client || client?.vendor != vendor,
            let product = history.product(
                among: agents, of: vendor, at: source, library: library, time: flow.end)
        else { return attribution }
        return catalog.attribution(attribution, of: product)
    }
}
