import Protocols
import Testing
import Vendors

@Suite struct ProductTests {
    private static let catalog: Catalog = {
        let acme = Fixtures.vendor(
            "acme",
            hosts: [
                "exact: api.acme.example, role: inference, product: acme-api, also: [acme-code]",
                "exact: acme.example, role: web, product: acme-code, also: [acme-api]",
                "exact: plain.acme.example, role: inference, product: acme-api",
            ])
        return (try? Fixtures.catalog(acme, Fixtures.vendor("other", hosts: ["exact: a.other.example, role: web"])))
            ?? Catalog()
    }()

    /// The product on `host` of what sends the hello of a fingerprint with these keys.
    private func product(_ host: String, _ keys: String?) throws -> String? {
        let entry = try #require(Self.catalog.match(host: host))
        let attribution = Self.catalog.attribution(entry, by: .tlsSNI)
        var client: Fingerprint?
        if let keys {
            let line =
                "- {ja4: t13d1713h1_5b57614c22b0_7f527383e249, software: S 1, source: s, expires: 2027-01-01, \(keys)}"
            let text = "name: n\nsources:\n  s: {date: 2026-11-22, text: t}\nfingerprints:\n" + line
            client = try FingerprintFile(text: text, file: "f").fingerprints.first
        }
        return Self.catalog.disambiguateProduct(attribution, host: host, client: client).product
    }

    @Test(arguments: [
        ("api.acme.example", "kind: client, vendor: acme, product: acme-code", "acme-code"),
        ("api.acme.example", "kind: client, vendor: acme, product: acme-api", "acme-api"),
        ("api.acme.example", "kind: library", "acme-api"), ("api.acme.example", "kind: client", "acme-api"),
        ("api.acme.example", "kind: client, vendor: other, product: other-api", "acme-api"),
        ("api.acme.example", "kind: client, vendor: acme", "unclassified"),
        ("api.acme.example", "kind: browser", "unclassified"), ("api.acme.example", nil, "unclassified"),
        ("acme.example", "kind: library", "unclassified"), ("acme.example", "kind: browser", "unclassified"),
        ("plain.acme.example", nil, "acme-api"), ("plain.acme.example", "kind: browser", "acme-api"),
    ])
    func theClientTellsTheProductOfAHostThatSeveralUse(host: String, keys: String?, expected: String) throws {
        #expect(try product(host, keys) == expected)
    }

    @Test func anUnknownProductInAlsoIsAnErrorWithTheNearestName() {
        let text = Fixtures.vendor(
            "acme", hosts: ["exact: api.acme.example, role: inference, product: acme-api, also: [acme-cod]"])
        let errors = Fixtures.errors(of: text, file: "f").map(\.description)
        #expect(errors == ["f:11:3: error[V030] unknown product 'acme-cod'; did you mean 'acme-code'?"])
    }

    @Test func theShippedSharedHostsAreToldApart() throws {
        let catalog = try Catalog.load([Fixtures.vendors])
        let set = try FingerprintSet.load(["\(Fixtures.root)/rules/fingerprints"], catalog: catalog)
        for (host, ja4, expected) in [
            ("api.anthropic.com", "t13d1713h1_5b57614c22b0_7f527383e249", "claude-code"),
            ("api.anthropic.com", "t13d1812h1_85036bcba153_d41ae481755e", "claude-api"),
            ("api.anthropic.com", "t13d1517h2_8daaf6152771_cb7bf5808d99", "unclassified"),
            ("chatgpt.com", "t13d1011h2_61a7ad8aa9b6_0d308c48d2a3", "codex"),
            ("chatgpt.com", "t13d1517h2_8daaf6152771_cb7bf5808d99", "chatgpt"),
            ("chatgpt.com", "t13d1812h1_85036bcba153_d41ae481755e", "unclassified"),
            ("api.openai.com", "t13d101000_61a7ad8aa9b6_0d308c48d2a3", "codex"),
            ("api.openai.com", "t13d1812h1_85036bcba153_d41ae481755e", "openai-api"),
        ] {
            let entry = try #require(catalog.match(host: host))
            let attribution = catalog.attribution(entry, by: .tlsSNI)
            let told = catalog.disambiguateProduct(attribution, host: host, client: set.match(ja4))
            #expect(told.product == expected, "\(host) \(ja4)")
            #expect(told.why.contains("; hello of "))
        }
    }
}
