import Bytes
import Protocols

/// What an attribution rests on, kept as it was found; its description is `ai.why`.
struct Rationale: Sendable {
    /// What was found.
    enum Basis: Sendable {
        /// What someone says who makes an attribution by hand.
        case words(String)
        /// An entry for a host, by a name from this source.
        case host(HostPattern, HostSource)
        /// An entry for addresses, if there is no name.
        case prefix(AddressPrefix)
        /// An entry for addresses, where the name is in no entry.
        case prefixDespite(AddressPrefix, NameEvidence)
    }

    /// What the client's hello added.
    enum Hello: Sendable {
        /// It was not asked for.
        case unasked
        /// No one's that is known.
        case unknown
        /// That of this software.
        case software(String)
        /// A common one, from a source that reached a host of this product alone.
        case companion(String)
    }

    /// What was found.
    var basis: Basis
    /// What the client's hello added.
    var hello = Hello.unasked

    init(_ basis: Basis) {
        self.basis = basis
    }
}

extension Rationale: CustomStringConvertible {
    /// The grounds in words.
    var description: String {
        switch hello {
        case .unasked: found
        case .unknown: found + "; no known hello"
        case .software(let software): found + "; hello of \(software)"
        case .companion(let product): found + "; same source reached a host of \(product) alone"
        }
    }

    private var found: String {
        switch basis {
        case .words(let words): return words
        case .host(let pattern, let source):
            let whole = source == .tlsSNI || source == .quicSNI ? " complete" : ""
            return "\(CatalogEntry.Match.host(pattern)); \(source.rawValue)\(whole)"
        case .prefix(let prefix): return "\(CatalogEntry.Match.prefix(prefix)); ip_range"
        case .prefixDespite(let prefix, let name):
            return
                "\(CatalogEntry.Match.prefix(prefix)); ip_range; \(name.source.rawValue) \(name.name) is not listed"
        }
    }
}

extension Rationale: Equatable {
    /// Rationales are equal if their texts are.
    static func == (left: Rationale, right: Rationale) -> Bool { left.description == right.description }
}
