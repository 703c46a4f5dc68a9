public import Bytes
public import Text

/// One line of the catalog: a name or an address block, whose it is, what it is for and how that is known.
public struct CatalogEntry: Equatable, Sendable {
    /// What the entry matches.
    public enum Match: Hashable, Sendable {
        /// A host name in one of three manners.
        case host(HostPattern)
        /// Addresses that the vendor itself uses and publishes.
        case prefix(AddressPrefix)
    }

    /// What the entry matches.
    public var match: Match
    /// The vendor's id; `nil` for a host that many companies use.
    public var vendor: String?
    /// The product's id, where the host tells it.
    public var product: String?
    /// Other products of the vendor that use the same host; the client tells which it is.
    public var alsoUsedBy: [String] = []
    /// Programs of the vendor that use the same host; a flow is one's if its source reached that program's own host.
    public var agents: [String] = []
    /// What the host is for.
    public var role: Role
    /// The kind of product.
    public var category: Category
    /// Whether others use the host too.
    public var scope: Scope
    /// How sure the entry itself is.
    public var confidence: Confidence
    /// The label of a shared host that is the vendor's own, `o1158394`.
    public var label: String?
    /// For whom the host is, if a source says so.
    public var tier: Tier?
    /// Where the vendor says that the host's data is processed: `EU`, or ISO 3166-1 alpha-2; `nil` if no source says so.
    public var region: String?
    /// Who else uses the host, for people.
    public var sharedWith: String?
    /// Vendors known to use a host that belongs to none of them.
    public var usedBy: [String]
    /// Where the fact was read, at least one.
    public var sources: [String]
    /// When it was last held to be true, `2026-11-22`.
    public var date: String
    /// A remark for people.
    public var note: String?
    /// The position of the entry.
    public var place: SourcePosition
    /// The position of its product.
    var productPlace: SourcePosition?
}

extension CatalogEntry: CustomStringConvertible {
    /// What the entry matches, in the words of its file: `suffix anthropic.com`.
    public var description: String { match.description }
}

extension CatalogEntry.Match: CustomStringConvertible {
    /// The words of a file: `suffix anthropic.com`.
    public var description: String {
        switch self {
        case .host(let pattern): "\(pattern.kind.rawValue) \(pattern.name)"
        case .prefix(let prefix): "prefix \(prefix)"
        }
    }
}

extension CatalogEntry {
    /// Every product that the entry names: its own and those that use the same host.
    var products: [String] { CollectionOfOne(product).compactMap(\.self) + alsoUsedBy + agents }
    /// Whether it names any.
    var namesProducts: Bool { product != nil || !alsoUsedBy.isEmpty || !agents.isEmpty }
}
