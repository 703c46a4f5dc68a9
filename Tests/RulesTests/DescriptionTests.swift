import Testing

@testable import Rules

/// The file of the language's description, as it is there.
@Suite struct DescriptionTests {
    private static let file = #"""
        version: 1
        metadata: {ruleset: acme-ai-policy, revision: 7, owner: sec-policy@acme.example}
        defaults: {timezone: Asia/Shanghai, severity: medium, dedup: {by: [src.ip, ai.vendor], for: 1h}}

        lists:
          legal_team:    {type: cidr,   items: [10.20.30.0/24, "2001:db8:30::/64"]}
          doh_resolvers: {type: suffix, file: lists/doh.txt}
          under_policy:  {type: cidr,   items: [10.0.0.0/8], except: [10.99.0.0/16]}

        schedules:
          working_hours: {timezone: Asia/Shanghai, weekly: {mon-fri: ["09:00-18:30"]}, holidays: [2026-10-01]}

        macros:
          any_ai: {ai.vendor: {exists: true}, ai.confidence: {at_least: medium}}

        rules:
        - id: anthropic-ban
          title: Anthropic products are not allowed from 10 July 2026
          rationale: Company directive of 3 July 2026. Qoder is the approved replacement.
          match: {ai.vendor: anthropic}
          valid_from: 2026-07-10
          grace: {from: 2026-07-03, severity: info}
          exceptions:
            - {name: legal-review, match: {src.ip: {in: legal_team}}, reason: "litigation hold LGL-118", owner: legal@acme.example, expires: 2026-12-31}
          severity: high
          dedup: {by: [src.ip, ai.product], for: 4h}
          tags: [policy.ban, attack.T1567]
          message: "{{src.ip}} used {{ai.product}} ({{dst.host}}, evidence {{dst.host_source}}) after the ban"
          tests:
            - {name: after the ban,      event: {time: 2026-07-10T00:00:00+08:00, src.ip: 10.1.2.3, dst.host: api.anthropic.com}, expect: alert}
            - {name: one ms before,      event: {time: "2026-07-09T23:59:59.999+08:00", src.ip: 10.1.2.3, dst.host: api.anthropic.com}, expect: {alert: true, severity: info}}
            - {name: legal is exempt,    event: {time: 2026-07-11T09:00:00+08:00, src.ip: 10.20.30.7, dst.host: claude.ai}, expect: {suppressed_by: legal-review}}
            - {name: exemption expired,  event: {time: 2027-01-02T09:00:00+08:00, src.ip: 10.20.30.7, dst.host: claude.ai}, expect: alert}
            - {name: Qoder is allowed,   event: {time: 2026-07-11T09:00:00+08:00, src.ip: 10.1.2.3, dst.host: api.qoder.com}, expect: none}
            - {name: look-alike domain,  event: {time: 2026-07-11T09:00:00+08:00, src.ip: 10.1.2.3, dst.host: notanthropic.com}, expect: none}

        - id: ai-telemetry
          match: {ai.role: telemetry}
          severity: low
          severity_when: [{match: {ai.scope: shared}, severity: info}]
          dedup: {by: [src.ip, dst.domain], for: 24h}

        - id: ai-heavy-use
          match: {macro: any_ai}
          threshold: {count: interactions, op: gt, value: 2000, window: 1h, type: sliding, group_by: [src.ip, ai.vendor]}
          message: "about {{threshold.value}} interactions in 1 h from {{src.ip}} to {{ai.vendor}}"

        - id: ai-upload-off-hours
          match: {macro: any_ai, src.ip: {in: under_policy}}
          schedule: {except: working_hours}
          threshold: {count: sum(flow.bytes_up), op: gt, value: 5MB, window: 1h, group_by: [src.ip, ai.vendor]}
          severity: high

        - id: hidden-names
          match:
            src.ip: {in: under_policy}
            any:
              - {tls.ech.state: likely_real}        # a GREASE ECH extension never matches
              - {dns.encrypted: [doh, dot, doq]}
              - {dst.host: {in: doh_resolvers}}
          dedup: {by: [src.ip], for: 24h}
        """#

    @Test("The file of the language's description loads word for word, and its tests pass")
    func description() {
        let load = RuleSet.load([RuleSource(name: "rules/acme.yaml", text: Self.file)]) { path in
            path == "rules/lists/doh.txt" ? Array("dns.google\n".utf8) : nil
        }
        #expect(load.report.sorted.map(\.description) == [])
        let rules = load.rules ?? RuleSet()
        #expect(
            rules.rules.map { "\($0.id) \($0.trigger.rawValue)" } == [
                "ai-heavy-use flow_update", "ai-telemetry flow_named", "ai-upload-off-hours flow_update",
                "anthropic-ban flow_named", "hidden-names flow_named",
            ])
        let results = RuleTestRunner(attribute: attribute).run(rules)
        #expect(results.count == 6)
        for result in results { #expect(result.outcome == .passed, "\(result)") }
        #expect(rules.rule("anthropic-ban")?.revision == 7 && rules.rule("anthropic-ban")?.ruleset == "acme-ai-policy")
    }
}
