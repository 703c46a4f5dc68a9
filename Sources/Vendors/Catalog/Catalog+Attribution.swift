public import Bytes
public import Protocols

extension Catalog {
    /// Whose flow it is that goes to `server` and has `names`; `nil` if the catalog knows neither.
    ///
    /// The best evidence names the flow, and it alone: a worse name never overrules a better one, for two names on one
    /// address would charge each with the other's traffic. If it is unknown to the catalog, or there is none, the
    /// address decides by the vendors' own published blocks, with low confidence. An attribution without a vendor says
    /// what kind of shared host it is. Made once a flow, not a packet. It is a copy of what was made of the entry when the
    /// catalog was read; the name's bytes are copied once, and no text is made.
    public func attribute(names: [NameEvidence], server: IPAddress) -> Attribution? {
        guard let best = names.min(by: { $0.source < $1.source }) else { return finding(at: server) }
        return attribute(listed: best) ?? attribute(unlisted: best, server: server)
    }

    /// Whose the name `host` is; `nil` if the catalog does not list it.
    public func attribute(listed host: NameEvidence) -> Attribution? {
        guard let number = number(host: host.name) else { return nil }
        var found = findings[number]
        Self.rest(&found, on: host.source)
        return found
    }

    /// Whose flow it is that goes to `server` by the name `host`, which the catalog does not list.
    public func attribute(unlisted host: NameEvidence, server: IPAddress) -> Attribution? {
        // A client may ask a proxy for an address in place of a name; the server is the proxy then.
        if let target = IPAddress(host.name) { return finding(at: target) }
        guard var found = finding(at: server) else { return nil }
        if case .prefix(let prefix) = found.grounds.basis { found.grounds.basis = .prefixDespite(prefix, host) }
        return found
    }

    /// The attribution that `entry` gives if it was found by evidence from `source`.
    public func attribution(_ entry: CatalogEntry, by source: HostSource) -> Attribution {
        var found = finding(of: entry)
        Self.rest(&found, on: source)
        return found
    }

    /// What `entry` says of a flow, as far as no evidence weakens it.
    func finding(of entry: CatalogEntry) -> Attribution {
        var found = Attribution(
            vendor: entry.vendor, product: entry.product, role: entry.role, category: entry.category.rawValue,
            country: entry.vendor.flatMap { vendors[$0]?.country } ?? "ZZ", confidence: .ceiling(of: entry),
            scope: entry.scope, catalog: version, why: "")
        found.isOfSeveralProducts = !entry.alsoUsedBy.isEmpty
        switch entry.match {
        case .host(let pattern): found.grounds = Rationale(.host(pattern, .tlsSNI))
        case .prefix(let prefix): found.grounds = Rationale(.prefix(prefix))
        }
        return found
    }

    /// Weakens what an entry says to what evidence from `source` can show.
    private static func rest(_ found: inout Attribution, on source: HostSource) {
        let ceiling = Confidence.ceiling(of: source)
        if ceiling < found.confidence { found.confidence = ceiling }
        if case .host(let pattern, _) = found.grounds.basis { found.grounds.basis = .host(pattern, source) }
    }

    private func finding(at address: IPAddress) -> Attribution? {
        guard let number = prefixes.match(address.translated), Int(number) < findings.count else { return nil }
        var found = findings[Int(number)]
        Self.rest(&found, on: .ipRange)
        return found
    }
}
