/// Where a real client and the catalogue have parted: what it contacted that no entry names, and what it never used.
///
/// A pure comparison; whoever reads captures hands in the hosts.
public struct CatalogueDrift: Equatable, Sendable {
    /// A host that was seen, and how many flows went there.
    public struct Host: Equatable, Sendable {
        /// The name in lower case.
        public var name: String
        /// The flows.
        public var flows: Int
        /// The vendor of the domain it lies in, where that is known.
        public var vendor: String?
    }

    /// Hosts below a vendor's domain that no entry of their own names, by name: the catalogue's next entries.
    public var unclassified: [Host] = []
    /// Hosts that nothing in the catalogue matches, by name.
    public var unknown: [Host] = []
    /// Hosts that the catalogue names.
    public var listed: [Host] = []
    /// Entries of the vendors seen that no host matched, in the order of the catalogue. Whole domains are left out:
    /// they stand for what is not known yet.
    public var unseen: [CatalogueEntry] = []

    /// Compares the hosts `observed`, with the number of flows to each, with `catalogue`.
    public init(observed: [String: Int], catalogue: Catalogue) {
        var matched: Set<CatalogueEntry.Match> = []
        var vendors: Set<String> = []
        for (name, flows) in observed.sorted(by: { $0.key < $1.key }) {
            let entry = catalogue.match(host: name)
            let host = Host(name: name, flows: flows, vendor: entry?.vendor)
            guard let entry else {
                unknown.append(host)
                continue
            }
            matched.insert(entry.match)
            entry.vendor.map { _ = vendors.insert($0) }
            if entry.role == .unclassified { unclassified.append(host) } else { listed.append(host) }
        }
        unseen = catalogue.entries.filter { entry in
            guard let vendor = entry.vendor, case .host = entry.match else { return false }
            return vendors.contains(vendor) && entry.role != .unclassified && !matched.contains(entry.match)
        }
    }
}
