extension Catalog {
    /// The attribution with the product distinguished by the client, if several products use the host (`also`).
    ///
    /// A known client's hello names its own product; a browser that of a host for people; a library that of an
    /// interface for programs. Whatever else it is, or if no hello was seen, the product is `unclassified` rather than a
    /// guess. Why is in `why`. Changes nothing for other hosts.
    public func disambiguateProduct(
        _ attribution: Attribution, host: String?, client: Fingerprint?
    ) -> Attribution {
        guard attribution.isOfSeveralProducts, let host, let entry = match(host: host), !entry.alsoUsedBy.isEmpty,
            entry.vendor == attribution.vendor
        else { return attribution }
        var told = attribution
        let product = Self.product(of: entry, client: client)
        told.product = product ?? Self.unclassifiedProduct
        if let product, product != entry.product { told.confidence = min(told.confidence, .medium) }
        let kind = vendors[entry.vendor ?? ""]?.products.first { $0.id == told.product }?.category
        told.category = (kind ?? entry.category).rawValue
        told.grounds.hello = client.map { .software($0.software) } ?? .unknown
        return told
    }

    /// The id of a product that is not known.
    public static var unclassifiedProduct: String { "unclassified" }

    private static func product(of entry: CatalogEntry, client: Fingerprint?) -> String? {
        guard let client else { return nil }
        let isHere = client.vendor != nil && client.vendor == entry.vendor
        if client.kind == .client, isHere {
            return client.product.flatMap { $0 == entry.product || entry.alsoUsedBy.contains($0) ? $0 : nil }
        }
        switch client.kind {
        case .browser: return entry.category == .assistant ? entry.product : nil
        // A client that is no one's, or a runtime's hello at another vendor: a program that uses the interface.
        case .library, .client: return entry.category == .api ? entry.product : nil
        }
    }
}

extension Catalog {
    /// The programs of `vendor` that use the listed `host` beside others.
    public func agents(at host: String, of vendor: String) -> [String] {
        guard let entry = match(host: host), entry.vendor == vendor else { return [] }
        return entry.agents
    }

    /// Whether the listed `host` is used by one product of `vendor` alone, as far as its entry says.
    public func isOfOneProduct(_ host: String, of vendor: String) -> Bool {
        guard let entry = match(host: host), entry.vendor == vendor else { return false }
        return entry.product != nil && entry.alsoUsedBy.isEmpty && entry.agents.isEmpty
    }

    /// The attribution of a flow that was found to be of `product`, another one of the vendor's: by what its source did
    /// besides, so that the confidence is medium at most. Why is in `why`.
    public func attribution(_ attribution: Attribution, of product: String) -> Attribution {
        var told = attribution
        told.product = product
        told.confidence = min(told.confidence, .medium)
        let kind = vendors[attribution.vendor ?? ""]?.products.first { $0.id == product }?.category
        if let kind { told.category = kind.rawValue }
        told.grounds.hello = .companion(product)
        return told
    }
}
