import Bytes
import Foundation
import Protocols
import Testing
import Vendors

@Suite struct ShippedCatalogTests {
    /// Read once for all tests; a suite is made again for each of them.
    private static let loaded = Result { try Catalog.load([Fixtures.vendors]) }
    private let catalog: Catalog

    init() throws {
        catalog = try Self.loaded.get()
    }

    @Test func itIsLargeAndEveryEntrySaysWhereItIsFrom() {
        #expect(catalog.vendors.count >= 1500)
        #expect(catalog.entries.count >= 4000)
        #expect(catalog.entries.allSatisfy { !$0.sources.isEmpty && $0.date.utf8.count == 10 })
        #expect(catalog.version == "2026.11.30")
    }

    @Test func theCheckFindsNothing() throws {
        let path = "\(Fixtures.root)/rules/lists/general-domains.txt"
        let domains = Set(NameList.items(of: try String(contentsOfFile: path, encoding: .utf8)))
        #expect(domains.contains("google.com") && domains.contains("co.uk"))
        #expect(catalog.check(generalDomains: domains) == [])
    }

    @Test(arguments: [
        ("api.anthropic.com", "anthropic", "claude-api", "inference"),
        ("API.Anthropic.com.", "anthropic", "claude-api", "inference"),
        ("claude.ai", "anthropic", "claude", "web"),
        ("downloads.claude.ai", "anthropic", "claude-code", "update"),
        ("unheard-of.claude.com", "anthropic", nil, "unclassified"),
        ("api.openai.com", "openai", "openai-api", "inference"), ("ab.chatgpt.com", "openai", "codex", "telemetry"),
        ("api1.qoder.sh", "alibaba", "qoder", "inference"), ("api.qoder.com", "alibaba", nil, "unclassified"),
        ("dashscope.aliyuncs.com", "alibaba", "dashscope", "inference"),
        ("dashscope-intl.dashscope.aliyuncs.com", "alibaba", "dashscope", "inference"),
        ("generativelanguage.googleapis.com", "google", "gemini-api", "inference"),
        ("gemini.google.com", "google", "gemini", "web"),
        ("europe-west4-aiplatform.googleapis.com", "google", "vertex-ai", "inference"),
        ("bedrock-runtime.eu-west-1.amazonaws.com", "aws", "amazon-bedrock", "inference"),
        ("my-tenant.openai.azure.com", "microsoft", "azure-openai", "inference"),
        ("telemetry.individual.githubcopilot.com", "github", "github-copilot", "telemetry"),
        ("api2.cursor.sh", "cursor", "cursor", "inference"),
        ("api.deepseek.com", "deepseek", "deepseek-api", "inference"),
        ("api.moonshot.cn", "moonshot", "moonshot-api", "inference"),
        ("ark.cn-beijing.volces.com", "bytedance", "volcengine-ark", "inference"),
        ("openrouter.ai", "openrouter", "openrouter", "inference"),
        ("o1158394.ingest.us.sentry.io", "anthropic", "claude-code", "crash"),
    ])
    func knownHostsAreCharged(host: String, vendor: String, product: String?, role: String) {
        let entry = catalog.match(host: host)
        #expect(entry?.vendor == vendor)
        #expect(entry?.product == product)
        #expect(entry?.role.rawValue == role)
    }

    @Test(arguments: [
        "notanthropic.com", "api.anthropic.com.evil.example", "anthropic.com.evil.example", "apianthropic.com",
        "xclaude.ai", "openai.com.example", "google.com", "www.google.com", "microsoft.com", "github.com", "aliyun.com",
        "amazonaws.com", "s3.amazonaws.com", "bucket.oss-cn-hangzhou.aliyuncs.com", "bedrock-runtime.amazonaws.com",
        "cloudflare.com", "baidu.com", "www.bytedance.com", "tencent.com", "azure.com", "contoso.azurewebsites.net",
        "", ".", "com", "localhost",
    ])
    func othersAreNot(host: String) {
        #expect(catalog.match(host: host) == nil)
    }

    @Test(arguments: [
        "sentry.io", "o4505.ingest.us.sentry.io", "http-intake.logs.us5.datadoghq.com", "featuregates.org",
        "us.i.posthog.com", "storage.googleapis.com", "registry.npmjs.org", "accounts.google.com", "api.github.com",
    ])
    func sharedHostsAreKnownAndChargedToNobody(host: String) {
        let entry = catalog.match(host: host)
        #expect(entry?.scope == .shared)
        #expect(entry?.vendor == nil)
        #expect(entry?.sharedWith != nil)
    }

    @Test func aPublishedBlockNamesItsVendor() throws {
        let inside = catalog.match(address: try #require(IPAddress("160.79.105.255")))
        #expect(inside?.vendor == "anthropic")
        #expect(catalog.match(address: try #require(IPAddress("160.79.106.0"))) == nil)
        #expect(catalog.match(address: try #require(IPAddress("2607:6bc0::10")))?.vendor == "anthropic")
    }

    @Test("A host that no one listed is charged to its domain's vendor as unclassified")
    func unlistedHosts() {
        let names = [NameEvidence(name: "brand-new.anthropic.com", source: .tlsSNI)]
        let attribution = catalog.attribute(names: names, server: IPAddress(ipv4: 0))
        #expect(attribution?.vendor == "anthropic")
        #expect(attribution?.role == .unclassified)
        #expect(attribution?.why == "suffix anthropic.com; tls_sni complete")
    }

    @Test func theResolversAndOuterNamesAreListed() throws {
        func list(_ name: String) throws -> [String] {
            NameList.items(of: try String(contentsOfFile: "\(Fixtures.root)/rules/lists/\(name)", encoding: .utf8))
        }
        let resolvers = try list("doh-resolvers.txt")
        #expect(resolvers.count > 200 && resolvers.contains("dns.google"))
        #expect(try resolvers.allSatisfy { try HostPattern(.suffix, $0).name == $0 })
        #expect(try list("doh-resolver-addresses.txt").allSatisfy { IPAddress($0) != nil })
        #expect(try list("ech-public-names.txt").contains("cloudflare-ech.com"))
    }

    @Test func namesThatAreNobodysStayNobodys() throws {
        guard let shared = Fixtures.shared else {
            print("skipped: the researched names are not here")
            return
        }
        let names = try String(contentsOfFile: "\(shared)/catalog/not_ai.txt", encoding: .utf8)
        let charged = names.split(separator: "\n").filter { catalog.match(host: $0)?.vendor != nil }
        #expect(charged == [])
    }
}
