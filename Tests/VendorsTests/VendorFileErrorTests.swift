import Testing

@testable import Vendors

@Suite struct VendorFileErrorTests {
    /// The lines of every error of `text`.
    private func errors(_ text: String) -> [String] { Fixtures.errors(of: text, file: "f").map(\.description) }

    private static let head = """
        id: acme
        name: Acme
        country: US
        category: api
        products:
        - {id: acme-api, name: API, category: api}
        sources:
          docs: {date: 2026-11-22, text: d}
        hosts:

        """

    @Test(arguments: [
        (
            "{exact: a.example.com, rol: web, role: web, source: docs}",
            "10:26: error[V010] unknown key 'rol' in a host; did you mean 'role'?"
        ),
        ("{exact: a.example.com, source: docs}", "10:3: error[V011] a host has no 'role'"),
        ("{exact: a.example.com, role: web}", "10:3: error[V011] a host has no 'source'"),
        ("{exact: '', role: web, source: docs}", "10:11: error[V011] 'exact' is empty"),
        ("{role: web, source: docs}", "10:3: error[V025] a host has one of 'exact', 'suffix' and 'wildcard'"),
        (
            "{exact: a.b, suffix: a.b, role: web, source: docs}",
            "10:3: error[V025] a host has one of 'exact', 'suffix' and 'wildcard'"
        ),
        (
            "{exact: a.example.com, role: infrence, source: docs}",
            "10:32: error[V013] unknown role 'infrence'; one of inference, web, auth, telemetry, crash, feature_flags, update, content, mcp, support, unclassified; did you mean 'inference'?"
        ),
        (
            "{exact: a.b, role: web, scope: shard, source: docs}",
            "10:34: error[V013] unknown scope 'shard'; one of dedicated, shared; did you mean 'shared'?"
        ),
        (
            "{exact: a.b, role: web, confidence: hgh, source: docs}",
            "10:39: error[V013] unknown confidence 'hgh'; one of none, low, medium, high; did you mean 'high'?"
        ),
        (
            "{exact: 'https://api.Example.com/v1', role: web, source: docs}",
            "10:11: error[V020] 'https://api.Example.com/v1' is no host name: a host name is made of a-z, 0-9, '-', '_' and '.'; did you mean 'api.example.com'?"
        ),
        (
            "{exact: \u{0430}nthropic.com, role: web, source: docs}",
            "10:11: error[V021] '\u{0430}nthropic.com' has letters beyond ASCII; write its 'xn--' form"
        ),
        (
            "{suffix: com, role: web, source: docs}",
            "10:12: error[V022] 'com' is too broad: a name has two labels or more"
        ),
        (
            "{exact: '*.example.com', role: web, source: docs}",
            "10:11: error[V023] '*.example.com': '*' is allowed only in a 'wildcard'"
        ),
        (
            "{wildcard: a.example.com, role: web, source: docs}",
            "10:14: error[V023] 'a.example.com': has no '*'; use 'exact' or 'suffix'"
        ),
        (
            "{exact: a.b, role: web, product: acme-app, source: docs}",
            "10:36: error[V030] unknown product 'acme-app'; did you mean 'acme-api'?"
        ),
        ("{exact: a.b, role: web, source: doc}", "10:35: error[V031] unknown source 'doc'; did you mean 'docs'?"),
        (
            "{exact: a.b, role: web, source: [docs, dics]}",
            "10:42: error[V031] unknown source 'dics'; did you mean 'docs'?"
        ),
        ("{exact: a.b, role: web, source: []}", "10:35: error[V011] 'source' is empty"),
        (
            "{exact: a.b, role: web, source: docs, date: 2026-02-30}",
            "10:47: error[V015] '2026-02-30' is no date; write it as 2026-11-22"
        ),
        (
            "{exact: a.b, role: web, scope: shared, source: docs}",
            "10:34: error[V035] a shared host names a vendor only by a 'label' of its own; else it is in a file without 'id'"
        ),
        (
            "{exact: o11.sentry.io, role: crash, scope: shared, label: o12, source: docs}",
            "10:61: error[V036] 'o12' is no label of o11.sentry.io; did you mean 'o11'?"
        ),
        ("a.example.com", "10:3: error[V004] a host is a mapping of keys and values"),
        ("{exact: [a], role: web, source: docs}", "10:11: error[V004] 'exact' is a text"),
        (
            "{exact: a.b, role: web, source: docs}\n- {exact: a.b, role: web, source: docs}",
            "11:3: error[V032] 'exact a.b' occurs twice; first at f:10:3"
        ),
        (
            "{exact: a.b, exact: a.c, role: web, source: docs}",
            "10:16: error[V002] the key 'exact' occurs twice in one map; first at f:10:4"
        ),
        (
            "{exact: a.b, role: web, source: docs",
            "10:3: error[V001] not YAML: the '{' here is not closed, or a ',' is missing (reading stopped in line 11)"
        ),
        (
            "{wildcard: *.example.com, role: web, source: docs}",
            "10:15: error[V001] not YAML: did not find expected alphabetic or numeric character; put a text that begins with '*' in quotes"
        ),
        (
            "&a {exact: a.b, role: web, source: docs}",
            "10:3: error[V003] anchors ('&name') are not read; write the value out"
        ),
    ])
    func everyErrorOfAHostPointsAtItsValue(host: String, expected: String) {
        #expect(errors(Self.head + "- \(host)\n") == ["f:\(expected)"])
    }

    @Test(arguments: [
        ("10.0.0.0/4", "12:12: error[V024] '10.0.0.0/4' is no address block of /8 (IPv6: /16) or longer"),
        ("10.0.0.0/33", "12:12: error[V024] '10.0.0.0/33' is no address block of /8 (IPv6: /16) or longer"),
        ("10.1.2.3/16", "12:12: error[V024] '10.1.2.3/16' has bits past its length; did you mean '10.1.0.0/16'?"),
    ])
    func blocksAreHeldToTheirForm(prefix: String, expected: String) {
        let host = "- {exact: a.b, role: web, product: acme-api, source: docs}\n"
        let text = Self.head + host + "prefixes:\n- {prefix: \(prefix), role: web, source: docs}\n"
        #expect(errors(text) == ["f:\(expected)"])
    }

    @Test func theHeadIsHeldToItsForm() {
        let text = """
            id: Acme!
            country: usa
            category: apis
            products:
            - {id: one, name: One, category: api}
            - {id: one, name: Two, category: ap}
            sources:
              docs: {dat: 2026-11-22, text: d}
            hosts: []
            colour: red

            """
        #expect(
            errors(text) == [
                "f:1:1: error[V011] the file has no 'name'",
                "f:1:1: error[V011] the file has no 'hosts'",
                "f:1:5: error[V012] 'Acme!' is no id: 2 to 64 of a-z, 0-9 and '-'",
                "f:2:10: error[V014] 'usa' is no country; two capital letters, ZZ where unknown",
                "f:3:11: error[V013] unknown category 'apis'; one of api, assistant, coding-agent, model-hub, image, video, voice, writing, meeting, search, agent-platform, companion, media, aggregator, gateway, relay, shared-service, other, unclassified; did you mean 'api'?",
                "f:6:3: error[V034] the product 'one' occurs twice",
                "f:6:34: error[V013] unknown category 'ap'; one of api, assistant, coding-agent, model-hub, image, video, voice, writing, meeting, search, agent-platform, companion, media, aggregator, gateway, relay, shared-service, other, unclassified; did you mean 'api'?",
                "f:8:9: error[V011] the source 'docs' has no 'date'",
                "f:8:10: error[V010] unknown key 'dat' in a source; did you mean 'date'?",
                "f:10:1: error[V010] unknown key 'colour' in the file",
            ])
    }

    @Test func aFileWithoutAVendorHoldsSharedHostsOnly() {
        let text = """
            name: Shared
            country: US
            sources:
              docs: {date: 2026-11-22, text: d}
            hosts:
            - {exact: a.b, role: web, source: docs}
            - {exact: a.c, role: web, scope: shared, source: docs}

            """
        #expect(
            errors(text) == [
                "f:2:1: error[V011] a file with 'country' needs the vendor's 'id'",
                "f:6:3: error[V037] a host in a file without 'id' has 'scope: shared'",
            ])
    }

    @Test func positionsHoldThroughByteOrderMarkAndCarriageReturns() {
        let text =
            "\u{FEFF}"
            + (Self.head + "- {exact: a.b, rol: web, source: docs}\n").split(separator: "\n")
            .joined(separator: "\r\n")
        #expect(
            errors(text) == [
                "f:10:3: error[V011] a host has no 'role'",
                "f:10:16: error[V010] unknown key 'rol' in a host; did you mean 'role'?",
            ])
    }

    @Test(arguments: [
        "", "# only a comment\n", "---\n", "- a\n", "text\n", "a: b: c\n", "\u{0}", "%YAML 9.9\n---\na: b\n",
    ])
    func oddFilesGiveAnErrorWithAPlace(text: String) throws {
        let errors = errors(text)
        let first = try #require(errors.first)
        #expect(first.hasPrefix("f:") && !first.contains(":0:"))
    }

    @Test func keysOfTheAuthorsOwnBeginWithX() {
        #expect(errors(Self.head + "- {exact: a.b, role: web, source: docs, x-ticket: '7'}\n") == [])
    }

    @Test func everyCodeIsUniqueAndHasItsForm() {
        let codes = CatalogError.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.wholeMatch(of: /V0[0-9]{2}/) != nil })
    }

    @Test func aHugeFileIsRefusedBeforeParsing() {
        let text = String(repeating: "#", count: VendorFile.maximumBytes + 1)
        #expect(errors(text) == ["f:1:1: error[V005] the file has 4194305 bytes; at most 4194304 are read"])
    }
}
