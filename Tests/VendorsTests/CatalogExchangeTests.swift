import Bytes
import Testing

@testable import Vendors

@Suite struct CatalogExchangeTests {
    private func catalog() throws -> Catalog {
        try Fixtures.catalog(
            Fixtures.vendor(
                "acme",
                hosts: [
                    "exact: acme.example, role: web", "suffix: acme.example, role: unclassified",
                    "wildcard: 'm-*.acme.example', role: inference",
                    "exact: o11.sentry.io, role: crash, scope: shared, label: o11",
                ], prefixes: ["prefix: 192.0.2.0/24, role: web", "prefix: '2001:db8::/32', role: web"]))
    }

    @Test(arguments: [
        (CatalogExport.Format.hosts, "# egret catalog 2026.11.22: 2 entries, 3 left out\n0.0.0.0 acme.example\n"),
        (.dnsmasq, "# egret catalog 2026.11.22: 2 entries, 3 left out\naddress=/acme.example/#\n"),
        (
            .nftables,
            """
            # egret catalog 2026.11.22: 2 entries, 3 left out
            set egret_ai4 {
              type ipv4_addr
              flags interval
              elements = { 192.0.2.0/24 }
            }
            set egret_ai6 {
              type ipv6_addr
              flags interval
              elements = { 2001:db8::/32 }
            }

            """
        ),
        (
            .clash,
            """
            # egret catalog 2026.11.22: 5 entries
            payload:
              - DOMAIN,acme.example
              - DOMAIN-SUFFIX,acme.example
              - DOMAIN-REGEX,^m-[^.]+\\.acme\\.example$
              - IP-CIDR,192.0.2.0/24
              - IP-CIDR6,2001:db8::/32

            """
        ),
        (
            .v2fly,
            """
            # egret catalog 2026.11.22: 3 entries, 2 left out
            full:acme.example @acme
            domain:acme.example @acme
            regexp:^m-[^.]+\\.acme\\.example$ @acme

            """
        ),
        (.suricataDataset, "YWNtZS5leGFtcGxl\n"),
    ])
    func eachFormatHoldsWhatItCan(format: CatalogExport.Format, expected: String) throws {
        let export = CatalogExport(try catalog(), vendors: [], includesShared: false)
        #expect(export.text(as: format) == expected)
    }

    @Test func aTableHoldsEverything() throws {
        let text = CatalogExport(try catalog(), vendors: ["acme"], includesShared: true).text(as: .csv)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines[4] == "exact,o11.sentry.io,acme,,api,crash,shared,high,2026-11-22,https://example.com,,")
        #expect(CatalogExport(try catalog(), vendors: ["other"], includesShared: true).entries.isEmpty)
    }

    @Test func aListOfV2flyBecomesADraftThatLoads() throws {
        let list = CatalogImport(
            "# AI\ndomain:Acme.example @cn # own\nfull:api.acme.example\nother.example\nkeyword:acme\ninclude:x\nregexp:^a$\n",
            format: .v2fly)
        #expect(
            list.patterns == [
                try HostPattern(.suffix, "acme.example"), try HostPattern(.exact, "api.acme.example"),
                try HostPattern(.suffix, "other.example"),
            ])
        #expect(list.leftOut.map(\.line) == [5, 6, 7])
        let draft = list.draft(id: "acme", name: "The \"Acme\"", source: "a list", date: "2026-11-22")
        let file = try VendorFile(text: draft, file: "draft")
        #expect(file.vendor?.name == "The \"Acme\"")
        #expect(file.entries.map(\.confidence) == [.low, .low, .low])
    }

    @Test func aListOfClashBecomesADraftThatLoads() throws {
        let list = CatalogImport(
            """
            payload:
              - DOMAIN,api.acme.example
              - 'DOMAIN-SUFFIX,acme.example,Proxy'
              - '+.plus.example'
              - IP-CIDR,192.0.2.0/24,no-resolve
              - 2001:db8::/32
              - DOMAIN-KEYWORD,acme
              - IP-ASN,64496
              - "*.w.example"

            """, format: .clash)
        #expect(
            list.patterns == [
                try HostPattern(.exact, "api.acme.example"), try HostPattern(.suffix, "acme.example"),
                try HostPattern(.suffix, "plus.example"), try HostPattern(.wildcard, "*.w.example"),
            ])
        #expect(list.prefixes.map(\.description) == ["192.0.2.0/24", "2001:db8::/32"])
        #expect(list.leftOut.map(\.text) == ["- DOMAIN-KEYWORD,acme", "- IP-ASN,64496"])
        let file = try VendorFile(text: list.draft(id: "acme", name: "A", source: "l", date: "2026-11-22"), file: "d")
        #expect(file.entries.count == 6)
    }

    @Test func whatIsExportedCanBeImportedAgain() throws {
        let text = CatalogExport(try catalog(), vendors: [], includesShared: false).text(as: .v2fly)
        let list = CatalogImport(text, format: .v2fly)
        #expect(list.patterns.map(\.kind) == [.exact, .suffix])
        #expect(list.leftOut.count == 1)
    }

    @Test func driftTellsNewFromUnknownAndUnseen() throws {
        let catalog = try Fixtures.catalog(
            Fixtures.vendor(
                "acme",
                hosts: [
                    "exact: api.acme.example, role: inference", "exact: t.acme.example, role: telemetry",
                    "suffix: acme.example, role: unclassified",
                ]),
            Fixtures.vendor("other", hosts: ["exact: api.other.example, role: inference"]))
        let drift = CatalogDrift(
            observed: ["api.acme.example": 3, "new.acme.example": 2, "shop.example": 1], catalog: catalog)
        #expect(drift.listed.map(\.name) == ["api.acme.example"])
        #expect(drift.unclassified == [.init(name: "new.acme.example", flows: 2, vendor: "acme")])
        #expect(drift.unknown == [.init(name: "shop.example", flows: 1, vendor: nil)])
        #expect(drift.unseen.map(\.description) == ["exact t.acme.example"])
    }

    @Test func anAnswerIsOneLineOfJSON() throws {
        let answer = CatalogLookup("m-1.acme.example", in: try catalog())
        #expect(
            answer.json
                == "{\"name\":\"m-1.acme.example\",\"vendor\":\"acme\",\"role\":\"inference\",\"scope\":\"dedicated\","
                + "\"category\":\"api\",\"country\":\"US\",\"confidence\":\"high\",\"entry\":\"wildcard m-*.acme.example\","
                + "\"why\":\"wildcard m-*.acme.example; 0.yaml:13:3; https://example.com, 2026-11-22\"}")
        #expect(CatalogLookup("a\"\\\u{1}b", in: Catalog()).json == "{\"name\":\"a\\\"\\\\\\u0001b\"}")
        #expect(CatalogLookup("192.0.2.9", in: try catalog()).json.contains("\"confidence\":\"low\""))
        #expect(answer.text.contains("role        inference"))
    }
}
