/// For whom something is seen for the first time; the words of `first_seen.*`.
public enum FirstSeenScope: String, Sendable, CaseIterable {
    /// For this source's address.
    case source
    /// For the operator's group of the source.
    case group
    /// For the whole sensor.
    case sensor
}

/// What a flow is the first to show: of its product, its vendor and its host, for whom each is new.
///
/// Empty during the learning period, and for a flow that shows what was seen before.
public struct FirstSeenFacts: Equatable, Sendable {
    /// Several scopes.
    public struct Scopes: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// The scopes of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// One scope.
        public init(_ scope: FirstSeenScope) { self = Self.all.first { $0.scope == scope }?.bits ?? [] }

        /// The scopes of `words`; another word is left out.
        init(words: [String]) {
            self = words.compactMap { FirstSeenScope(rawValue: $0) }.reduce([]) { $0.union(Scopes($1)) }
        }

        /// The words, in the order of `FirstSeenScope`.
        public var words: [String] {
            isEmpty ? [] : Self.all.filter { contains($0.bits) }.map(\.scope.rawValue)
        }

        private static let all: [(scope: FirstSeenScope, bits: Scopes)] = FirstSeenScope.allCases.enumerated().map {
            ($1, Scopes(rawValue: 1 << UInt8($0)))
        }
    }

    /// For whom the product is new.
    public var product: Scopes = []
    /// For whom the vendor is new.
    public var vendor: Scopes = []
    /// For whom the host is new.
    public var host: Scopes = []

    /// Nothing is new.
    public init() {}

    /// Whether nothing is new.
    public var isEmpty: Bool { product.isEmpty && vendor.isEmpty && host.isEmpty }

    /// Adds what `other` says.
    public mutating func formUnion(_ other: FirstSeenFacts) {
        product.formUnion(other.product)
        vendor.formUnion(other.vendor)
        host.formUnion(other.host)
    }
}
