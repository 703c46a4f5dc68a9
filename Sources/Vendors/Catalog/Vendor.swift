/// A company or project whose AI products the catalog knows.
public struct Vendor: Equatable, Sendable {
    /// One product of a vendor.
    public struct Product: Equatable, Sendable {
        /// The id in events and rules, a slug: `claude-api`.
        public var id: String
        /// The name for people.
        public var name: String
        /// What kind of product it is.
        public var category: Category

        /// A product of all its parts.
        public init(id: String, name: String, category: Category) {
            self.id = id
            self.name = name
            self.category = category
        }
    }

    /// The id in events and rules, a slug: `anthropic`.
    public var id: String
    /// The name for people.
    public var name: String
    /// ISO 3166-1 alpha-2, `ZZ` if it could not be established.
    public var country: String
    /// The category of hosts that belong to no product.
    public var category: Category
    /// The products, in the order of the file.
    public var products: [Product]

    /// A vendor of all its parts.
    public init(id: String, name: String, country: String, category: Category, products: [Product]) {
        self.id = id
        self.name = name
        self.country = country
        self.category = category
        self.products = products
    }
}

/// What kind of product a host belongs to, as the word `ai.category` in events and rules.
public enum Category: String, Sendable, CaseIterable {
    /// Models behind an interface for programs.
    case api
    /// A chat or search product for people.
    case assistant
    /// A tool that writes or reviews code.
    case codingAgent = "coding-agent"
    /// Models or data to download.
    case modelHub = "model-hub"
    /// A tool that makes or changes pictures.
    case image
    /// A tool that makes or changes film.
    case video
    /// Speech, sound and music.
    case voice
    /// A tool that writes, translates or edits texts for people.
    case writing
    /// A tool that attends, transcribes or summarizes meetings.
    case meeting
    /// A search engine that answers.
    case search
    /// A platform on which agents and automations are built.
    case agentPlatform = "agent-platform"
    /// A character to talk to.
    case companion
    /// Pictures, sound, speech and video, if a vendor's products are not distinguished.
    case media
    /// One interface to the models of many vendors, under the operator's own contracts.
    case aggregator
    /// A gateway that the customer puts in front of vendors; which vendor is behind it is not visible.
    case gateway
    /// A reseller that passes requests on to other vendors' models.
    case relay
    /// A service that companies of all kinds use: error reports, feature flags, storage, sign-in.
    case sharedService = "shared-service"
    /// A product for one trade, such as sales, law or health, which is none of the kinds above.
    case other
    /// A product of which no source says what kind it is.
    case unclassified
}

/// For whom a host is, if the vendor or another source says so: the word `tier` of an entry.
///
/// The account decides what happens to the data; a host tells it only if the vendor gives each tier a host of its own.
public enum Tier: String, Sendable, CaseIterable {
    /// People with an account of their own.
    case consumer
    /// Accounts that an organization manages.
    case business
    /// Organizations under a contract of their own.
    case enterprise
    /// Programs, under the vendor's terms for its interface.
    case api
}
