import Protocols
import PublicSuffix
import Testing
import Vendors

@testable import Monitor

@Suite struct AttributionCacheTests {
    private static let hosts: [NameEvidence] = [
        ("api.anthropic.com", .tlsSNI), ("api.anthropic.com", .dns), ("API.anthropic.com", .tlsSNI),
        ("claude.ai", .tlsSNI), ("api.openai.com", .quicSNI), ("www.example.com", .tlsSNI), ("192.0.2.1", .connect),
    ].map { NameEvidence(name: $0, source: $1) }

    @Test func whatIsRememberedIsWhatTheCatalogSays() throws {
        let knowledge = try Project.knowledge()
        var memory = AttributionCache(knowledge.catalog)
        for _ in 0..<2 {
            for host in Self.hosts {
                let entry = knowledge.catalog.match(host: host.name)
                let expected = entry.map {
                    knowledge.catalog.disambiguateProduct(
                        knowledge.catalog.attribution($0, by: host.source), host: host.name, client: nil)
                }
                let (known, domain) = (memory.attribution(of: host, client: nil), memory.domain(of: host.name))
                #expect(known == expected)
                #expect(domain == PublicSuffixList.registrableDomain(of: host.name))
            }
        }
        #expect(memory.counters.misses >= UInt64(Self.hosts.count) && memory.counters.hits > 0)
    }

    @Test func theSameHostOfAnotherClientIsAnotherQuestion() throws {
        let knowledge = try Project.knowledge()
        var memory = AttributionCache(knowledge.catalog)
        let host = NameEvidence(name: "api.anthropic.com", source: .tlsSNI)
        let clients = knowledge.fingerprints.fingerprints
        for client in [nil] + clients.map(Optional.some) + [nil] {
            let entry = try #require(knowledge.catalog.match(host: host.name))
            let expected = knowledge.catalog.disambiguateProduct(
                knowledge.catalog.attribution(entry, by: host.source), host: host.name, client: client)
            let known = memory.attribution(of: host, client: client)
            #expect(known == expected)
        }
    }

    @Test func aMemoryOfOnePlaceAnswersRightAndKeepsTheLatest() throws {
        let knowledge = try Project.knowledge()
        var memory = AttributionCache(knowledge.catalog, capacity: 1)
        let (first, second) = (Self.hosts[0], Self.hosts[4])
        for host in [first, first, second, first] {
            let known = memory.attribution(of: host, client: nil)
            #expect(known?.vendor == (host == first ? "anthropic" : "openai"))
        }
        #expect(memory.counters == (hits: 1, misses: 3))
    }
}

@Test func answersGiveWayToOthersInTheirPlace() {
    var answers = DirectMappedCache<String, Int>(capacity: 4)
    func find(_ text: String) -> Int? { answers.find(text, by: text) }
    let before = find("a")
    let kept = answers.keep(1, to: "a", by: "a")
    let after = find("a")
    #expect(before == nil && kept == 1 && after == 1)
    for number in 0..<100 { _ = answers.keep(number, to: "\(number)", by: "\(number)") }
    let left = (0..<100).filter { (number: Int) in find("\(number)") == number }
    #expect(left.count <= 4 && left.contains(99))
    var none = answers.emptied()
    let nothing = none.find("99", by: "99")
    #expect(nothing == nil && none.hits == 0 && none.misses == 1)
}
