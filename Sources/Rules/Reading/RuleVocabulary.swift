public import Vendors

/// The values that fields can have in the catalog and fingerprints in use. A rule that asks for any other could never match.
public struct RuleVocabulary: Sendable {
    /// The values by the fields' names; a field without an entry can have any.
    public var words: [String: Set<String>]
    /// The vendors that have a product of the name.
    public var vendorsOfProducts: [String: [String]] = [:]
    /// The groups of clients that the operator's file names; `nil` if there is no such file.
    public var groups: Set<String>?
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

extension RuleVocabulary {
    /// The vendors of the product `text`, if a vendor was expected; that `text` is a vendor, if a product was expected.
    func owners(of text: String, isVendor: Bool) -> String? {
        let word = text.lowercased()
        if isVendor, let vendors = vendorsOfProducts[word] {
            let owners = vendors.joined(separator: " and ")
            return "\(word) is a product of \(owners); write ai.vendor: \(vendors[0]), or ai.product: \(word)"
        }
        guard !isVendor, let vendors = self["ai.vendor"], vendors.contains(word) else { return nil }
        return "it is a vendor; write ai.vendor: \(word)"
    }

    /// The products that have all words of `text` in their ids, with their vendors; `nil` if none has, or too many to tell
    /// which is meant.
    func relatedProducts(to text: String, isVendor: Bool) -> String? {
        let parts = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        guard !parts.isEmpty else { return nil }
        let related = vendorsOfProducts.keys.filter { id in
            let own = id.split(separator: "-").map(String.init)
            return parts.allSatisfy { own.contains($0) }
        }.sorted()
        guard let first = related.first, related.count <= Self.mostRelated else { return nil }
        let vendors = Set(related.flatMap { vendorsOfProducts[$0] ?? [] }).sorted()
        let names = related.prefix(Self.mostShown).joined(separator: ", ")
        let start = related.count == 1 ? "\(first) is a product" : "\(names) are products"
        let choice = isVendor && vendors.count == 1 ? "write ai.vendor: \(vendors[0]), or " : "write "
        return "\(start) of \(vendors.joined(separator: " and ")); \(choice)ai.product: \(first)"
    }

    /// The name of the software that `text` names without its version, or with another version than those that are known,
    /// and the first of its names; `nil` if no fingerprint is of that software.
    func versions(of text: String) -> (name: String, nearest: String)? {
        let words = text.split { $0 == " " || $0 == "-" || $0 == "_" }
        let name = words.prefix { $0.first.map { !$0.isNumber } ?? false }.joined(separator: " ").lowercased()
        guard !name.isEmpty, let clients = self["ai.client"] else { return nil }
        let found = clients.sorted().first { client in
            client.lowercased().hasPrefix(name) && client.dropFirst(name.count).first.map { $0 == " " } ?? true
        }
        return found.map { (String($0.prefix(name.count)), $0) }
    }

    private static let mostRelated = 12
    private static let mostShown = 3
}
