import Bytes
import Text

/// An allow list that is learned from what a run saw: each host that answered, with the reason why it is in the list. It is for the
/// sandboxes of agents, whose traffic is known to be good while it is recorded.
///
/// Of a far end that no one answered, or whose names contradict each other, nothing is learned, because anyone can send a single
/// packet in another's name; a comment says so. Hosts are whole names, and nothing below them is allowed.
public struct AllowList: Sendable {
    /// The hosts, by name.
    public let hosts: [LearnedFarEnd]
    /// The addresses that flows without a name went to, in their order.
    public let addresses: [LearnedFarEnd]
    /// What was seen and is not learned.
    public let refused: [LearnedFarEnd]
    /// How many far ends were not kept for lack of room.
    public let omitted: UInt64

    /// The list of `farEnds`, of which `omitted` more did not fit.
    public init(_ farEnds: some Sequence<LearnedFarEnd>, omitted: UInt64) {
        let order = farEnds.sorted { $0.name < $1.name }
        refused = order.filter { $0.objection != nil }
        hosts = order.filter { $0.objection == nil && IPAddress($0.name) == nil }
        addresses = order.filter { $0.objection == nil && IPAddress($0.name) != nil }
        self.omitted = omitted
    }

    /// The list as a file of a rule's list, and of proxies: an entry a line, each after a comment with its reason. Addresses without a name are in comments,
    /// because such a list holds names.
    public var listText: String {
        let entries = hosts.flatMap { ["# \($0.reason)", $0.name] }
        let notes = addresses.map { "# no name: \($0.name): \($0.reason)" } + refusals
        return (head + entries + notes).map { $0 + "\n" }.joined()
    }

    /// The list as a policy: lists of names and addresses, and two rules that alert on anything else, with their tests.
    public var policyText: String {
        let lines =
            head + ["version: 1", "metadata: {ruleset: learned-allow-list, revision: 1}", ""] + lists
            + ["", "rules:"] + hostRule + addressRule + refusals
        return lines.map { $0 + "\n" }.joined()
    }

    /// What was learned, in one line.
    public var summary: String {
        let more = omitted > 0 ? "; \(omitted) more far ends did not fit and are missing" : ""
        return
            "\(hosts.count) hosts, \(addresses.count) addresses without a name, \(refused.count) far ends not learned\(more)"
    }

    private var head: [String] {
        let all = hosts + addresses
        let flows = all.reduce(0) { $0 + $1.flows }
        let span = all.map(\.first).min().flatMap { first in all.map(\.last).max().map { (first, $0) } }
        let when = span.map { " between \($0.0.rfc3339) and \($0.1.rfc3339)" } ?? ""
        return [
            "# Allow list learned by egret catalog drift --learn from \(flows) flows\(when).",
            "# \(summary).",
            "# Each entry says whose it is, how many flows of whom went there, when, and what named them. Read it before you use it:",
            "# what is in it was in use, which does not make it right.",
        ]
    }

    /// The far ends that are not learned, in comments; the first 1,000.
    private var refusals: [String] {
        let shown = refused.prefix(Self.mostRefusals).map { end in
            "# not learned: \(end.name.escapedForDisplay(limit: 260)): \(end.objection ?? ""); \(end.reason)"
        }
        return shown + (refused.count > shown.count ? ["# not learned: \(refused.count - shown.count) more"] : [])
    }

    private var lists: [String] {
        let names = hosts.isEmpty ? [] : ["  learned_hosts:", "    type: exact", "    items:"] + Self.items(hosts)
        let blocks =
            addresses.isEmpty ? [] : ["  learned_addresses:", "    type: cidr", "    items:"] + Self.items(addresses)
        return names.isEmpty && blocks.isEmpty ? [] : ["lists:"] + names + blocks
    }

    private static func items(_ ends: [LearnedFarEnd]) -> [String] {
        ends.flatMap { ["    # \($0.reason)", "    - \"\($0.name)\""] }
    }

    /// The sources that were seen, if they are few: the rules are for these alone.
    private var sources: [String] {
        let all = Set((hosts + addresses).flatMap(\.sources))
        let isWhole = !(hosts + addresses).contains(where: \.hasMoreSources)
        return isWhole && all.count <= Self.mostSources ? all.map(\.description).sorted() : []
    }

    private var sourceCondition: [String] {
        sources.isEmpty
            ? ["    # More sources than are listed here were seen: the rule is for every source."]
            : ["    src.ip: [\(sources.map { "\"\($0)\"" }.joined(separator: ", "))]"]
    }

    private var hostRule: [String] {
        let source = sources.first ?? "192.0.2.1"
        let unless = hosts.isEmpty ? [] : ["    none: [{dst.host: {in: learned_hosts}}]"]
        let learned = hosts.first.map { host in
            [
                "  - name: a host that was learned", "    event: {src.ip: \"\(source)\", dst.host: \"\(host.name)\"}",
                "    expect: none",
            ]
        }
        return [
            "- id: host-not-learned", "  title: A host that was not in use when the allow list was learned", "  match:",
        ] + sourceCondition + ["    dst.host: {exists: true}"] + unless + [
            "  severity: medium", "  dedup: {by: [src.ip, dst.host], for: 24h}",
            "  message: \"{{src.ip}} went to {{dst.host}} (evidence {{dst.host_source}}), which the learned allow list does not have\"",
            "  tests:", "  - name: a host that was not learned",
            "    event: {src.ip: \"\(source)\", dst.host: not-learned.invalid}", "    expect: alert",
        ] + (learned ?? [])
    }

    private var addressRule: [String] {
        let source = sources.first ?? "192.0.2.1"
        let unless = addresses.isEmpty ? [] : ["    none: [{dst.ip: {in: learned_addresses}}]"]
        let learned = addresses.first.map { address in
            [
                "  - name: an address that was learned",
                "    event: {src.ip: \"\(source)\", dst.ip: \"\(address.name)\"}", "    expect: none",
            ]
        }
        return [
            "- id: address-not-learned",
            "  title: An address without a name that was not in use when the allow list was learned",
            "  match:",
        ] + sourceCondition + [
            "    dst.host: {exists: false}", "    dst.ip: {exists: true}", "    flow.answered: true",
        ] + unless + [
            "  severity: medium", "  dedup: {by: [src.ip, dst.ip], for: 24h}",
            "  message: \"{{src.ip}} went to {{dst.ip}}, which showed no name and is not in the learned allow list\"",
            "  tests:", "  - name: an address that was not learned",
            "    event: {src.ip: \"\(source)\", dst.ip: \"\(unlearned)\"}", "    expect: alert",
        ] + (learned ?? [])
    }

    /// An address for documentation (RFC 5737) that is not in the list.
    private var unlearned: String {
        let known = Set(addresses.map(\.name))
        return (1...255).lazy.map { "203.0.113.\($0)" }.first { !known.contains($0) } ?? "198.51.100.1"
    }

    private static var mostRefusals: Int { 1_000 }
    private static var mostSources: Int { 32 }
}
