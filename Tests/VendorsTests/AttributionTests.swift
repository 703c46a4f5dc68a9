import Bytes
import Protocols
import Testing
import Vendors

@Suite struct AttributionTests {
    private let catalog: Catalog

    init() throws {
        catalog = try Fixtures.catalog(
            Fixtures.vendor(
                "acme",
                hosts: [
                    "exact: api.acme.example, role: inference, product: acme-api",
                    "suffix: acme.example, role: unclassified",
                    "exact: o11.sentry.io, role: crash, product: acme-code, scope: shared, label: o11",
                    "exact: old.acme.example, role: web, confidence: low",
                ], prefixes: ["prefix: 192.0.2.0/24, role: unclassified"]),
            """
            name: Shared
            sources:
              docs: {date: 2026-11-20, text: d}
            hosts:
            - {suffix: sentry.io, role: crash, scope: shared, used_by: [acme], source: docs}

            """)
    }

    private let elsewhere = IPAddress(ipv4: 0xC633_6401)
    private let owned = IPAddress(ipv4: 0xC000_0205)

    private func attribute(_ name: String, _ source: HostSource) -> Attribution? {
        catalog.attribute(names: [NameEvidence(name: name, source: source)], server: elsewhere)
    }

    @Test(arguments: [
        (HostSource.tlsSNI, Confidence.high), (.quicSNI, .high), (.connect, .high), (.httpHost, .high), (.socks, .high),
        (.dns, .medium), (.certificate, .medium), (.ipRange, .low), (HostSource.none, Confidence.none),
    ])
    func confidenceFollowsTheEvidence(source: HostSource, confidence: Confidence) {
        #expect(attribute("api.acme.example", source)?.confidence == confidence)
    }

    @Test func everyPartOfAnAttributionIsFilledIn() {
        #expect(
            attribute("api.acme.example", .tlsSNI)
                == Attribution(
                    vendor: "acme", product: "acme-api", role: .inference, category: "api", country: "US",
                    confidence: .high, scope: .dedicated, catalog: "2026.11.22",
                    why: "exact api.acme.example; tls_sni complete"))
        #expect(attribute("new.acme.example", .dns)?.why == "suffix acme.example; dns")
        #expect(attribute("new.acme.example", .dns)?.role == .unclassified)
    }

    @Test("A shared host names a vendor only by the organisation's own label")
    func sharedHosts() {
        let foreign = attribute("o99.sentry.io", .tlsSNI)
        #expect(foreign?.vendor == nil)
        #expect(foreign?.scope == .shared)
        #expect(foreign?.confidence == .low)
        #expect(foreign?.category == "shared-service")
        let own = attribute("o11.sentry.io", .tlsSNI)
        #expect(own?.vendor == "acme")
        #expect(own?.confidence == .medium)
    }

    @Test("An address alone gives low confidence")
    func addressesAlone() {
        let byAddress = catalog.attribute(names: [], server: owned)
        #expect(byAddress?.confidence == .low)
        #expect(byAddress?.why == "prefix 192.0.2.0/24; ip_range")
        #expect(catalog.attribute(names: [], server: elsewhere) == nil)
        let unlisted = catalog.attribute(names: [NameEvidence(name: "x.example", source: .tlsSNI)], server: owned)
        #expect(unlisted?.confidence == .low)
        #expect(unlisted?.why == "prefix 192.0.2.0/24; ip_range; tls_sni x.example is not listed")
    }

    @Test func theBestEvidenceAloneNamesTheFlow() {
        let names = [
            NameEvidence(name: "api.acme.example", source: .dns), NameEvidence(name: "shop.example", source: .tlsSNI),
        ]
        #expect(catalog.attribute(names: names, server: elsewhere) == nil)
    }

    @Test func anAddressInAProxyRequestIsLookedUpAsOne() {
        let names = [NameEvidence(name: "192.0.2.7", source: .connect)]
        #expect(catalog.attribute(names: names, server: elsewhere)?.vendor == "acme")
        let other = [NameEvidence(name: "198.51.100.7", source: .connect)]
        #expect(catalog.attribute(names: other, server: owned) == nil)
    }

    @Test func aDoubtfulEntryGivesADoubtfulAttribution() {
        #expect(attribute("old.acme.example", .tlsSNI)?.confidence == .low)
    }
}
