public import Vendors

/// The values that fields can have in the catalog and fingerprints in use. A rule that asks for any other could never match.
public struct RuleVocabulary: Sendable {
    /// The values by the fields' names; a field without an entry can have any.
    public var words: [String: Set<String>]
    /// The vendors that have a product of the name.
    public var vendorsOfProducts: [String: [String]] = [:]
    /// Tells the registrable domain of a host name; `nil` if it has none. Without this, domains are not checked.
    public var registrableDomain: (@Sendable (String) -> String?)?

    /// A vocabulary of `words` alone.
    public init(words: [String: Set<String>] = [:]) {
        self.words = words
    }

    /// The words of `catalog`, and the software of `fingerprints` if there are any.
    public init(
        _ catalog: Catalog, _ fingerprints: FingerprintSet? = nil,
        registrableDomain: (@Sendable (String) -> String?)? = nil
    ) {
        self.init()
        words["ai.vendor"] = Set(catalog.vendors.keys)
        words["ai.country"] = Set(catalog.vendors.values.map(\.country)).union(["ZZ"])
        for vendor in catalog.vendors.values.sorted(by: { $0.id < $1.id }) {
            for product in vendor.products { vendorsOfProducts[product.id, default: []].append(vendor.id) }
        }
        words["ai.product"] = Set(vendorsOfProducts.keys)
        let clients = Set((fingerprints?.fingerprints ?? []).map(\.software))
        if !clients.isEmpty { words["ai.client"] = clients }
        self.registrableDomain = registrableDomain
    }

    /// The values that the field called `name` can have; `nil` if it can have any.
    public subscript(name: String) -> Set<String>? { words[name] }
}

extension RuleVocabulary: ExpressibleByDictionaryLiteral {
    /// A vocabulary of the words of these fields.
    public init(dictionaryLiteral elements: (String, Set<String>)...) {
        self.init(words: Dictionary(elements) { $0.union($1) })
    }
}
