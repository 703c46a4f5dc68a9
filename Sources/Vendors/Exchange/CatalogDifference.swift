import Text

/// What differs between two catalogs: vendors, products, hosts and address blocks that came, went, or say something else.
///
/// A pure comparison. Cost: in the number of entries of both.
public struct CatalogDifference: Equatable, Sendable {
    /// An entry that is in both and says something else.
    public struct Change: Equatable, Sendable {
        /// The entry of the old catalog.
        public var old: CatalogEntry
        /// The entry of the new catalog.
        public var new: CatalogEntry

        /// Each member that differs, with both values.
        public var members: [(name: String, old: String, new: String)] {
            let all: [(String, String?, String?)] = [
                ("vendor", old.vendor, new.vendor), ("product", old.product, new.product),
                ("role", old.role.rawValue, new.role.rawValue),
                ("category", old.category.rawValue, new.category.rawValue),
                ("scope", old.scope.rawValue, new.scope.rawValue),
                ("confidence", old.confidence.rawValue, new.confidence.rawValue), ("label", old.label, new.label),
                ("also", Self.list(old.alsoUsedBy), Self.list(new.alsoUsedBy)),
                ("agents", Self.list(old.agents), Self.list(new.agents)),
                ("tier", old.tier?.rawValue, new.tier?.rawValue), ("region", old.region, new.region),
            ]
            return all.filter { $0.1 != $0.2 }.map { ($0.0, $0.1 ?? "none", $0.2 ?? "none") }
        }

        private static func list(_ items: [String]) -> String? { items.isEmpty ? nil : items.joined(separator: " ") }
    }

    /// The versions of both.
    public let versions: (old: String, new: String)
    /// The vendors that came, by id.
    public let vendorsAdded: [Vendor]
    /// The vendors that went, by id.
    public let vendorsRemoved: [Vendor]
    /// The vendors of both whose name, country or category differs, by id.
    public let vendorsChanged: [(old: Vendor, new: Vendor)]
    /// The products that came, with their vendor's id; those of new vendors are not among them.
    public let productsAdded: [(vendor: String, product: String)]
    /// The products that went, with their vendor's id; those of vendors that went are not among them.
    public let productsRemoved: [(vendor: String, product: String)]
    /// The entries that came, in the order of the new catalog.
    public let added: [CatalogEntry]
    /// The entries that went, in the order of the old catalog.
    public let removed: [CatalogEntry]
    /// The entries that say something else about a flow, in the order of the new catalog.
    public let changed: [Change]
    /// The entries that differ in their source, date or note alone.
    public let renewed: Int

    /// What is different in `new` from `old`.
    public init(old: Catalog, new: Catalog) {
        versions = (old.version, new.version)
        vendorsAdded = Self.vendors(of: new, missingIn: old)
        vendorsRemoved = Self.vendors(of: old, missingIn: new)
        let both = old.vendors.keys.filter { new.vendors[$0] != nil }.sorted()
        let pairs = both.compactMap { id in
            old.vendors[id].flatMap { old in new.vendors[id].map { (old: old, new: $0) } }
        }
        vendorsChanged = pairs.filter { pair in
            (pair.old.name, pair.old.country, pair.old.category) != (pair.new.name, pair.new.country, pair.new.category)
        }
        productsAdded = pairs.flatMap { Self.products(of: $0.new, missingIn: $0.old) }
        productsRemoved = pairs.flatMap { Self.products(of: $0.old, missingIn: $0.new) }
        let before = Dictionary(old.entries.map { ($0.match, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Set(new.entries.map(\.match))
        added = new.entries.filter { before[$0.match] == nil }
        removed = old.entries.filter { !after.contains($0.match) }
        let kept = new.entries.compactMap { entry in before[entry.match].map { Change(old: $0, new: entry) } }
        changed = kept.filter { !$0.members.isEmpty }
        renewed = kept.count { $0.members.isEmpty && ($0.old.sources, $0.old.date) != ($0.new.sources, $0.new.date) }
    }

    /// Whether nothing differs that a flow's attribution depends on.
    public var isEmpty: Bool {
        added.isEmpty && removed.isEmpty && changed.isEmpty && vendorsAdded.isEmpty && vendorsRemoved.isEmpty
            && vendorsChanged.isEmpty && productsAdded.isEmpty && productsRemoved.isEmpty
    }

    /// Whether both say the same.
    public static func == (left: CatalogDifference, right: CatalogDifference) -> Bool { left.json == right.json }

    private static func vendors(of catalog: Catalog, missingIn other: Catalog) -> [Vendor] {
        catalog.vendors.values.filter { other.vendors[$0.id] == nil }.sorted { $0.id < $1.id }
    }

    private static func products(of vendor: Vendor, missingIn other: Vendor) -> [(vendor: String, product: String)] {
        let known = Set(other.products.map(\.id))
        return vendor.products.map(\.id).filter { !known.contains($0) }.map { (vendor.id, $0) }
    }
}
