import Bytes
import Protocols
import PublicSuffix
import Vendors

/// What a catalog and the list of public suffixes say of the hosts that were asked for recently: a host comes with many
/// flows, and each flow is reported several times.
///
/// Bounded as `DirectMappedCache` is. Valid for one catalog and one set of fingerprints; a new cache is made if they change.
struct AttributionCache: Sendable {
    /// A host by one kind of evidence, asked for by one client.
    private struct Question: Equatable, Sendable {
        let host: NameEvidence
        /// The fingerprint of the client, if it is a known one's.
        let client: JA4Pattern?
    }

    private let catalog: Catalog
    private var attributions: DirectMappedCache<Question, Attribution?>
    private var domains: DirectMappedCache<String, String?>

    /// A memory of at most `capacity` hosts of `catalog`.
    init(_ catalog: Catalog, capacity: Int = 2048) {
        self.catalog = catalog
        attributions = DirectMappedCache(capacity: capacity)
        domains = DirectMappedCache(capacity: capacity)
    }

    /// How many attributions were available, and how many were not.
    var counters: (hits: UInt64, misses: UInt64) { (attributions.hits, attributions.misses) }

    /// Whose the listed name `host` is where `client` asks for it; `nil` if the catalog does not list it.
    mutating func attribution(of host: NameEvidence, client: Fingerprint?) -> Attribution? {
        let question = Question(host: host, client: client?.ja4)
        if let known = attributions.find(question, by: host.name) { return known }
        let attribution = catalog.attribute(listed: host).map {
            catalog.disambiguateProduct($0, host: host.name, client: client)
        }
        return attributions.keep(attribution, to: question, by: host.name)
    }

    /// The registrable domain of the host `name`.
    mutating func domain(of name: String) -> String? {
        if let known = domains.find(name, by: name) { return known }
        return domains.keep(PublicSuffixList.registrableDomain(of: name), to: name, by: name)
    }
}

/// A direct-mapped cache of answers to repeated questions.
///
/// Bounded: `capacity` entries, selected by a hash of the question. A new entry replaces the one with the same index, so an
/// attacker who sends many names only lowers the hit rate.
struct DirectMappedCache<Question: Equatable & Sendable, Answer: Sendable>: Sendable {
    /// A class, so that looking at one copies nothing.
    private final class Entry: Sendable {
        let question: Question
        let answer: Answer

        init(_ question: Question, _ answer: Answer) {
            self.question = question
            self.answer = answer
        }
    }

    private var entries: [Entry?]
    /// How many answers were available.
    private(set) var hits: UInt64 = 0
    /// How many were not.
    private(set) var misses: UInt64 = 0

    /// Room for `capacity` answers, at least one.
    init(capacity: Int) {
        entries = Array(repeating: nil, count: max(1, capacity))
    }

    /// The same room without an answer.
    func emptied() -> DirectMappedCache { DirectMappedCache(capacity: entries.count) }

    /// The answer to `question`, if it is available. `text` is a part of the question that distinguishes most questions.
    mutating func find(_ question: Question, by text: String) -> Answer? {
        guard let entry = entries[place(of: text)], entry.question == question else {
            misses &+= 1
            return nil
        }
        hits &+= 1
        return entry.answer
    }

    /// Keeps `answer` in place of what was there, and gives it back.
    mutating func keep(_ answer: Answer, to question: Question, by text: String) -> Answer {
        entries[place(of: text)] = Entry(question, answer)
        return answer
    }

    private func place(of text: String) -> Int { Int(truncatingIfNeeded: text.quickHash % UInt64(entries.count)) }
}
