/// What a host is for, as the word in events and rules.
public enum Role: String, Sendable, CaseIterable {
    case inference, web, auth, telemetry, crash
    case featureFlags = "feature_flags"
    case update, content, mcp, support, unclassified
}

/// Whether a host serves one vendor alone.
public enum Scope: String, Sendable, CaseIterable {
    /// Only this vendor's traffic goes there.
    case dedicated
    /// Others use it too, so the name alone says little.
    case shared
}

/// How sure an attribution is, weakest first.
public enum Confidence: String, Sendable, CaseIterable, Comparable {
    case none, low, medium, high

    /// Whether `left` is weaker.
    public static func < (left: Confidence, right: Confidence) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        }
    }
}

/// Which vendor, product and role a flow belongs to, how sure that is, and why.
public struct Attribution: Equatable, Sendable {
    /// The vendor's id, `anthropic`; `nil` if a shared host belongs to no one by its name alone.
    public var vendor: String?
    /// The product's id, `claude-api`.
    public var product: String?
    /// What the host is for.
    public var role: Role
    /// The kind of product, a word of `Category`: `api`, `coding-agent`, `assistant`.
    public var category: String
    /// The vendor's country, ISO 3166-1 alpha-2; `ZZ` if it could not be established.
    public var country: String
    /// How sure the attribution is.
    public var confidence: Confidence
    /// Whether the host serves this vendor alone.
    public var scope: Scope
    /// The catalog's version.
    public var catalog: String
    /// Which entry matched which evidence, for a person: `suffix anthropic.com; tls_sni complete`. Put into words each
    /// time it is asked for, because few attributions are ever read.
    public var why: String { grounds.description }
    /// Whether it rests on the address alone, by a published range.
    public var isByAddress: Bool {
        switch grounds.basis {
        case .prefix, .prefixDespite: true
        case .words, .host: false
        }
    }
    /// What `why` puts into words.
    var grounds: Rationale
    /// Whether several products use the host, so that the client must tell which it is.
    var isOfSeveralProducts = false

    /// An attribution of all its parts.
    public init(
        vendor: String?, product: String?, role: Role, category: String, country: String, confidence: Confidence,
        scope: Scope, catalog: String, why: String
    ) {
        self.vendor = vendor
        self.product = product
        self.role = role
        self.category = category
        self.country = country
        self.confidence = confidence
        self.scope = scope
        self.catalog = catalog
        grounds = Rationale(.words(why))
    }
}
