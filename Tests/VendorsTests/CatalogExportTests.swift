import Testing

@testable import Vendors

/// What each format writes for the kinds of entries, and that no value can leave its place.
@Suite struct CatalogExportTests {
    private func catalog() throws -> Catalog {
        try Fixtures.catalog(
            Fixtures.vendor(
                "acme",
                hosts: [
                    "exact: api.acme.example, role: inference", "suffix: acme.example, role: unclassified",
                    "exact: tele.other.example, role: telemetry", "wildcard: 'm-*.acme.example', role: inference",
                    "wildcard: '*.w.acme.example', role: inference",
                    "exact: o11.sentry.io, role: crash, scope: shared, label: o11",
                ], prefixes: ["prefix: 192.0.2.0/24, role: web", "prefix: '2001:db8::/32', role: web"]))
    }

    private func lines(_ format: CatalogExport.Format, _ selection: CatalogExport.Selection = .init()) throws
        -> [String]
    {
        CatalogExport(try catalog(), selection).text(as: format).split(separator: "\n").map(String.init)
    }

    @Test func aResponsePolicyZoneHasASerialAndStarsForSuffixes() throws {
        #expect(
            try lines(.rpz) == [
                "; egret catalog 2026.11.22: 3 entries, 4 left out", "$TTL 300",
                "@ IN SOA localhost. hostmaster.localhost. 2026112200 3600 600 604800 300", "@ IN NS localhost.",
                "api.acme.example CNAME .", "acme.example CNAME .", "*.acme.example CNAME .",
                "tele.other.example CNAME .",
            ])
    }

    @Test func unboundAndAdGuard() throws {
        #expect(
            try lines(.unbound).dropFirst() == [
                "server:", "local-zone: \"api.acme.example.\" always_nxdomain",
                "local-zone: \"acme.example.\" always_nxdomain",
                "local-zone: \"tele.other.example.\" always_nxdomain",
            ])
        #expect(
            try lines(.adguard) == [
                "! egret catalog 2026.11.22: 5 entries, 2 left out", "|api.acme.example^", "||acme.example^",
                "|tele.other.example^", "/^m-[^.]+\\.acme\\.example$/", "/^[^.]+\\.w\\.acme\\.example$/",
            ])
    }

    @Test func squidGetsNoNameThatAWiderOneHolds() throws {
        #expect(
            try lines(.squid) == [
                "# egret catalog 2026.11.22: 7 entries", "acl egret_ai dstdomain .acme.example",
                "acl egret_ai dstdomain tele.other.example",
                "acl egret_ai_patterns dstdom_regex ^m-[^.]+\\.acme\\.example$",
                "acl egret_ai_patterns dstdom_regex ^[^.]+\\.w\\.acme\\.example$",
                "acl egret_ai_addresses dst 192.0.2.0/24", "acl egret_ai_addresses dst 2001:db8::/32",
            ])
    }

    @Test func dynamicListsOfFirewallsHaveNoComments() throws {
        #expect(
            try lines(.edlDomain) == ["api.acme.example", "acme.example", "*.acme.example", "tele.other.example"])
        #expect(
            try lines(.edlURL) == ["api.acme.example/", "acme.example/", "*.acme.example/", "tele.other.example/"])
        #expect(try lines(.edlAddress) == ["192.0.2.0/24", "2001:db8::/32"])
    }

    @Test func aWildcardIsNeverWidenedInAnAllowList() throws {
        let cilium = try lines(.cilium)
        #expect(cilium.contains("    - matchPattern: \"*.w.acme.example\""))
        #expect(!cilium.contains("    - matchName: \"w.acme.example\""))
        #expect(cilium.contains("    - matchName: \"acme.example\""))
        #expect(cilium.contains("    - \"2001:db8::/32\""))
        for format in [CatalogExport.Format.allowlist, .sandbox] {
            #expect(!(try lines(format).joined().contains("w.acme.example")), "\(format)")
        }
    }

    @Test func entriesAreSelectedByRoleAndScope() throws {
        var selection = CatalogExport.Selection()
        selection.roles = [.inference]
        #expect(try lines(.edlDomain, selection) == ["api.acme.example"])
        selection.roles = [.crash]
        #expect(try lines(.edlDomain, selection) == [])
        selection.includesShared = true
        #expect(try lines(.edlDomain, selection) == ["o11.sentry.io"])
        selection.products = ["none"]
        #expect(try lines(.edlDomain, selection) == [])
    }

    /// Text that would begin another line, comment, rule, quote or field in some format.
    static let hostile = [
        "a.example\n0.0.0.0 victim.example", "a.example\r.victim.example", "a.example#", "a.example;", "a.example\"",
        "a.example'",
        "a.example victim.example", "a.example/victim", "a.example^", "a.example$important", "a.example|",
        "a.example,b",
        "a.example}", "a.example\u{0}", "a.example\\", "$INCLUDE.example", "@.example", "a.example\u{2028}b",
        "аcme.example", "!.example",
        "*.example", "a.*", "a.example:53", "a.example%", "(a).example", "a.example\t",
    ]

    @Test(arguments: hostile) func noNameOfACatalogCanLeaveItsPlace(name: String) {
        for kind in HostPattern.Kind.allCases {
            guard let pattern = try? HostPattern(kind, name) else { continue }
            #expect(pattern.name.utf8.allSatisfy { CatalogExportTests.nameBytes.contains($0) }, "\(kind) \(name)")
        }
    }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-_.*".utf8)

    @Test(arguments: CatalogExport.Format.allCases)
    func noFieldOfAnEntryCanBeginALine(format: CatalogExport.Format) throws {
        var catalog = try catalog()
        let lines = CatalogExport(catalog, vendors: [], includesShared: true).text(as: format).split(separator: "\n")
            .count
        for index in catalog.entries.indices {
            catalog.entries[index].vendor = "acme\n||victim.example^\n"
            catalog.entries[index].product = "p\r\n0.0.0.0 victim.example"
            catalog.entries[index].sources = ["=HYPERLINK(\"https://victim.example\")\n0.0.0.0 victim.example"]
            catalog.entries[index].date = "2026\n"
        }
        let text = CatalogExport(catalog, vendors: [], includesShared: true).text(as: format)
        #expect(text.split(whereSeparator: \.isNewline).count == lines, "\(text)")
        #expect(!text.contains("\n0.0.0.0 victim") && !text.contains("\n||victim"), "\(text)")
        if format == .csv {
            #expect(text.contains("\"'=HYPERLINK(\"\"https://victim.example\"\") 0.0.0.0 victim.example\""))
        }
    }
}
