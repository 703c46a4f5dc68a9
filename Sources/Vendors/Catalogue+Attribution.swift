public import Bytes
public import Protocols

extension Catalogue {
    /// Whose flow it is that goes to `server` and has `names`; nothing where the catalogue knows neither.
    ///
    /// The best evidence names the flow, and it alone: a worse name never overrules a better one, for two names on one
    /// address would charge each with the other's traffic. Where it is unknown to the catalogue, or there is none, the
    /// address decides by the vendors' own published blocks, with low confidence. An attribution without a vendor says
    /// what kind of shared host it is. Made once a flow, not a packet; allocates its texts.
    public func attribute(names: [NameEvidence], server: IPAddress) -> Attribution? {
        guard let best = names.min(by: { $0.source < $1.source }) else {
            return attribution(of: server, remark: "")
        }
        if let entry = match(host: best.name) { return attribution(entry, by: best.source) }
        return attribute(unlisted: best, server: server)
    }

    /// Whose flow it is that goes to `server` by the name `host`, which the catalogue does not list.
    public func attribute(unlisted host: NameEvidence, server: IPAddress) -> Attribution? {
        // A client may ask a proxy for an address in place of a name; the server is the proxy then.
        if let target = IPAddress(host.name) { return attribution(of: target, remark: "") }
        return attribution(of: server, remark: "; \(host.source.rawValue) \(host.name) is not listed")
    }

    /// The attribution that `entry` gives where it was found by evidence from `source`.
    public func attribution(_ entry: CatalogueEntry, by source: HostSource) -> Attribution {
        let whole = source == .tlsSNI || source == .quicSNI ? " complete" : ""
        return attribution(entry, by: source, why: "\(entry); \(source.rawValue)\(whole)")
    }

    private func attribution(of address: IPAddress, remark: @autoclosure () -> String) -> Attribution? {
        match(address: address).map { attribution($0, by: .ipRange, why: "\($0); ip_range\(remark())") }
    }

    private func attribution(_ entry: CatalogueEntry, by source: HostSource, why: String) -> Attribution {
        Attribution(
            vendor: entry.vendor, product: entry.product, role: entry.role, category: entry.category.rawValue,
            country: entry.vendor.flatMap { vendors[$0]?.country } ?? "ZZ",
            confidence: min(.ceiling(of: source), .ceiling(of: entry)), scope: entry.scope, catalog: version, why: why)
    }
}
