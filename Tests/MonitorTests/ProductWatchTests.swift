import Bytes
import Flows
import Protocols
import Testing
import Vendors

@testable import Monitor

@Suite struct ProductWatchTests {
    private static let text = """
        id: acme
        name: Acme
        country: FR
        category: api
        products:
        - {id: acme-api, name: Acme API, category: api}
        - {id: acme-code, name: Acme Code, category: coding-agent}
        sources:
          s: {date: 2026-11-22, text: t}
        hosts:
        - {exact: api.acme.example, role: inference, product: acme-api, agents: [acme-code], source: s}
        - {exact: flags.acme.example, role: feature_flags, product: acme-code, source: s}
        - {exact: plain.acme.example, role: inference, product: acme-api, source: s}
        """

    /// What a flow of `client` to `host` is attributed to by `watch`.
    private func attribution(
        _ host: String, client: UInt32 = 1, ja4: String = "t13d1812h1_85036bcba153_d41ae481755e",
        kind: String? = nil, _ watch: inout ProductWatch, _ catalog: Catalog
    ) throws -> Attribution {
        var flow = FlowSnapshot(
            client: .init(address: IPAddress(ipv4: client), port: 50_000),
            server: .init(address: IPAddress(ipv4: 0xC633_6414), port: 443))
        flow.end = Timestamp(seconds: 1_000, nanoseconds: 0)
        flow.names = [NameEvidence(name: host, source: .tlsSNI)]
        var tls = TLSFacts()
        tls.ja4 = ja4
        flow.tls = tls
        let fingerprint = try kind.map { kind in
            let line = "- {ja4: \(ja4), kind: \(kind), software: S 1, source: s, expires: 2027-01-01}"
            let text = "name: n\nsources:\n  s: {date: 2026-11-22, text: t}\nfingerprints:\n" + line
            return try #require(try FingerprintFile(text: text, file: "f").fingerprints.first)
        }
        let entry = try #require(catalog.match(host: host))
        return watch.complete(
            catalog.attribution(entry, by: .tlsSNI), of: flow, client: fingerprint, catalog: catalog)
    }

    @Test func anAgentIsToldByAHostThatItAloneUses() throws {
        let catalog = try Catalog([[try VendorFile(text: Self.text, file: "acme.yaml")]])
        var watch = ProductWatch(catalog)
        #expect(try attribution("api.acme.example", &watch, catalog).product == "acme-api")
        #expect(try attribution("flags.acme.example", kind: "library", &watch, catalog).product == "acme-code")
        let told = try attribution("api.acme.example", kind: "library", &watch, catalog)
        #expect(told.product == "acme-code" && told.category == "coding-agent" && told.confidence == .medium)
        #expect(told.why.hasSuffix("same source reached a host of acme-code alone"))
        #expect(told.vendor == "acme" && told.role == .inference)
    }

    @Test(
        "The shipped catalog tells agents from other programs at their vendor's interface by a host of their own",
        arguments: [
            ("experiments.mistral.services", "api.mistral.ai", "mistral-api", "mistral-vibe"),
            ("telemetry-logs.kimi.com", "api.moonshot.ai", "moonshot-api", "kimi-code-cli"),
            ("portal.qwen.ai", "dashscope.aliyuncs.com", "dashscope", "qwen-code"),
            ("antigravity.googleapis.com", "generativelanguage.googleapis.com", "gemini-api", "antigravity"),
        ])
    func shippedAgents(own: String, interface: String, alone: String, agent: String) throws {
        let catalog = try Catalog.load(["\(Project.root)/rules/vendors"])
        var watch = ProductWatch(catalog)
        #expect(try attribution(interface, &watch, catalog).product == alone)
        _ = try attribution(own, kind: "library", &watch, catalog)
        #expect(try attribution(interface, kind: "library", &watch, catalog).product == agent)
        #expect(try attribution(interface, client: 2, kind: "library", &watch, catalog).product == alone)
    }

    @Test func otherSourcesLibrariesHostsAndBrowsersAreNot() throws {
        let catalog = try Catalog([[try VendorFile(text: Self.text, file: "acme.yaml")]])
        var watch = ProductWatch(catalog)
        _ = try attribution("flags.acme.example", &watch, catalog)
        #expect(try attribution("api.acme.example", client: 2, &watch, catalog).product == "acme-api")
        let other = "t13d5212h1_b262b3658495_8e6e362c5eac"
        #expect(try attribution("api.acme.example", ja4: other, &watch, catalog).product == "acme-api")
        #expect(try attribution("plain.acme.example", &watch, catalog).product == "acme-api")
        #expect(try attribution("api.acme.example", kind: "browser", &watch, catalog).product == "acme-api")
    }

    @Test func aBrowserAtAnAgentsHostIsNoAgent() throws {
        let catalog = try Catalog([[try VendorFile(text: Self.text, file: "acme.yaml")]])
        var watch = ProductWatch(catalog)
        _ = try attribution("flags.acme.example", kind: "browser", &watch, catalog)
        #expect(try attribution("api.acme.example", &watch, catalog).product == "acme-api")
    }
}
