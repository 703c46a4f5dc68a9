import Flows
import Testing
import Vendors

@testable import Rules

@Suite struct FirstSeenFieldTests {
    private func first(_ change: (inout FirstSeenFacts) -> Void) -> Observation {
        observe("api.anthropic.com") { change(&$0.firstSeen) }
    }

    @Test("A rule names for whom it must be new; one of several is enough")
    func scopes() {
        let seen = first { $0.product = [.init(.source), .init(.group)] }
        #expect(holds("{first_seen.product: source}", seen) && holds("{first_seen.product: group}", seen))
        #expect(holds("{first_seen.product: [sensor, group]}", seen) && !holds("{first_seen.product: sensor}", seen))
        #expect(holds("{first_seen.product: {exists: true}}", seen) && !holds("{first_seen.vendor: source}", seen))
        #expect(holds("{first_seen.host: {exists: false}}", seen) && holds("{first_seen.host: {not: source}}", seen))
        let known = first { _ in }
        for kind in ["product", "vendor", "host"] {
            #expect(!holds("{first_seen.\(kind): [source, group, sensor]}", known), "\(kind)")
        }
    }

    @Test("A wrong word is an error that names the right ones")
    func errors() {
        let text = RulesTests.errors("version: 1\nrules:\n- id: one\n  match: {first_seen.product: sorce}\n").joined()
        #expect(text.contains("first_seen.product cannot be 'sorce'; one of: source, group, sensor"), "\(text)")
        #expect(text.contains("source"))
    }

    @Test("Rules say whether they ask for first sightings, in conditions and in exceptions")
    func asking() {
        #expect(rule("{first_seen.host: source}").asksForFirstSeen)
        #expect(rule("{any: [{ai.vendor: x}, {first_seen.vendor: sensor}]}").asksForFirstSeen)
        #expect(!rule("{ai.vendor: x}").asksForFirstSeen && !RuleSet().asksForFirstSeen)
        #expect(!rule("{first_seen.host: source}", "  enabled: false\n").asksForFirstSeen)
        #expect(
            rule("{ai.vendor: x}", "  severity_when: [{match: {first_seen.host: source}, severity: high}]\n")
                .asksForFirstSeen)
    }

    @Test("A rule's test writes it, and its message reads it")
    func tests() {
        let set = rules(
            """
            version: 1
            rules:
            - id: new-product
              match: {first_seen.product: source}
              message: "{{src.ip}}: new for {{first_seen.product}}"
              tests:
              - name: new
                event: {dst.host: claude.ai, first_seen.product: [source, sensor]}
                expect: {alert: true, message_contains: "new for source,sensor"}
              - name: known
                event: {dst.host: claude.ai}
                expect: none
            """)
        for result in RuleTestRunner(attribute: attribute).run(set) { #expect(result.outcome == .passed, "\(result)") }
    }

    @Test("The hint is for names that the catalog does not list")
    func hints() {
        #expect(holds("{ai.name_hint: gpt}", observe("gpt.example.com")))
        #expect(holds("{ai.name_hint: {exists: true}}", observe("free-llm.example.com")))
        #expect(!holds("{ai.name_hint: {exists: true}}", observe("www.example.ai")))
        #expect(!holds("{ai.name_hint: {exists: true}}", observe("gpt.anthropic.com")))
        #expect(!holds("{ai.name_hint: {exists: true}}", observe(nil)))
        #expect(!holds("{ai.name_hint: {exists: true}}", observe("gpt\n.example.com")))
        let asked = observe(nil) { $0.asked { $0.name = "gpt.example.com" } }
        #expect(holds("{ai.name_hint: gpt}", asked))
        let text = RulesTests.errors("version: 1\nrules:\n- id: one\n  match: {ai.name_hint: gtp}\n").joined()
        #expect(text.contains("ai.name_hint is never 'gtp'"), "\(text)")
    }

    @Test(
        "A hint rests on a name alone: no vendor, and the severity that such a rule has is capped as weak evidence is not"
    )
    func hintHasNoAttribution() {
        let seen = observe("gpt.example.com")
        #expect(seen.attribution == nil && seen.nameHint == "gpt")
        let owned = observe("gpt.example.com") { $0.claimed { $0.vendor = "x" } }
        #expect(owned.nameHint == nil)
    }
}
