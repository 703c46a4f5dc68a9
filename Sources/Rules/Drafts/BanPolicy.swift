import Bytes
import Protocols
public import Vendors

/// A policy that bans vendors from a date on, as a file with its tests: what `egret rules init ban` writes.
public struct BanPolicy: Sendable {
    /// Why no policy can be written.
    public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        /// One sentence for a person.
        public let description: String
    }

    /// The vendors that are banned.
    public let vendors: [String]
    /// The first day of the ban, as it was given.
    public let day: String
    /// The zone in which the day begins.
    public let zone: String
    /// The rule's id.
    public var id: String { "\(vendors.joined(separator: "-"))-ban".replacing("_", with: "-") }

    private let start: Timestamp
    private let banned: String
    private let permitted: (host: String, vendor: String)?
    /// Whether the catalog charges the host of the tests to its vendor with low confidence.
    private let isUncertain: Bool

    /// A ban of `vendors`, which the catalog has, from `day` (`2026-07-10`) in `zone` on. Hosts of the tests come from the catalog.
    public init(vendors: [String], from day: String, in zone: String, _ catalog: Catalog) throws(Problem) {
        guard let first = vendors.first else { throw Problem(description: "no vendor is named") }
        let vocabulary = RuleVocabulary(catalog)
        for vendor in vendors where catalog.vendors[vendor] == nil {
            let reader = RuleReader(vocabulary: vocabulary) { _ in nil }
            let problem = Field.named("ai.vendor").flatMap { reader.problem(with: vendor, of: $0) }
            let suggestion = problem?.suggestion.map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(description: (problem?.message ?? "the catalog has no vendor '\(vendor)'") + suggestion)
        }
        guard let date = CivilDate(day) else {
            throw Problem(description: "'\(day)' is no day; write it as 2026-07-10")
        }
        guard let table = Zone(zone) else {
            let suggestion = ZoneName.nearest(to: zone).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(description: "unknown time zone '\(zone)'\(suggestion)")
        }
        guard let host = Self.host(of: first, catalog) else {
            throw Problem(
                description: "the catalog has no host that is \(first)'s alone, so that no test can be written")
        }
        let other = catalog.vendors.keys.sorted().first {
            !vendors.contains($0) && Self.host(of: $0, catalog) != nil
        }
        self.vendors = vendors
        self.day = day
        self.zone = zone
        start = table.start(of: date)
        banned = host
        isUncertain =
            catalog.attribute(
                names: [NameEvidence(name: host, source: .tlsSNI)], server: IPAddress(ipv4: 0))?.confidence == .low
        permitted = other.flatMap { vendor in Self.host(of: vendor, catalog).map { ($0, vendor) } }
    }

    /// A host that the catalog charges to `vendor` with high confidence, as the shortest of its names for inference, or of any.
    private static func host(of vendor: String, _ catalog: Catalog) -> String? {
        let hosts = catalog.entries.compactMap { entry -> (isModel: Bool, name: String)? in
            guard entry.vendor == vendor, entry.scope == .dedicated, case .host(let pattern) = entry.match,
                pattern.kind != .wildcard,
                catalog.attribute(
                    names: [NameEvidence(name: pattern.name, source: .tlsSNI)], server: IPAddress(ipv4: 0))?.vendor
                    == vendor
            else { return nil }
            return (entry.role == .inference, pattern.name)
        }
        return hosts.min {
            (($0.isModel ? 0 : 1), $0.name.count, $0.name) < (($1.isModel ? 0 : 1), $1.name.count, $1.name)
        }?.name
    }

    /// The file.
    public var text: String { head + rule + tests }

    private var head: String {
        """
        # A ban by date. egret raises alerts and never blocks anything.
        # Check and test it after each change: egret rules check FILE; egret rules test FILE
        version: 1
        metadata: {ruleset: \(id), revision: 1}
        defaults: {timezone: \(zone)}


        """
    }

    private var rule: String {
        let names = vendors.count == 1 ? vendors[0] : "[\(vendors.joined(separator: ", "))]"
        return """
            rules:
            - id: \(id)
              title: Products of \(vendors.joined(separator: ", ")) are not allowed from \(day)
              match: {ai.vendor: \(names)}
              valid_from: \(day)
              # Alerts of severity info before the ban binds, as an announcement; the date must be before valid_from:
              # grace: {from: 2026-07-03, severity: info}
              # Who is exempt, why, by whose word and until when:
              # exceptions:
              #   - name: legal-review
              #     match: {src.ip: {cidr: 192.0.2.0/24}}
              #     reason: "why they may"
              #     owner: who answers for it
              #     expires: 2030-01-01
              severity: high
            \(certainty)  dedup: {by: [src.ip, ai.product], for: 4h}
              tags: [policy.ban]
              message: "{{src.ip}} used {{ai.product|ai.vendor}} ({{dst.host|dst.ip}}, evidence {{dst.host_source}}) after the ban"

            """
    }

    /// Without this line, alerts of what is charged with low confidence have the severity `low`.
    private var certainty: String {
        isUncertain ? "  # The catalog is not sure of this vendor's hosts.\n  evidence: {min_confidence: low}\n" : ""
    }

    private var tests: String {
        let before = start.advanced(byNanoseconds: -1_000_000).rfc3339
        let first = test(
            "at the first instant of the ban", at: start.rfc3339, host: banned, expect: "{alert: true, severity: high}")
        let early = test("one millisecond before", at: before, host: banned, expect: "none")
        let similar = test(
            "a name that only looks like it", at: start.rfc3339, host: "\(banned).example", expect: "none")
        let other = permitted.map { test("\($0.vendor) is allowed", at: start.rfc3339, host: $0.host, expect: "none") }
        return "  tests:\n" + first + early + similar + (other ?? "")
    }

    private func test(_ name: String, at time: String, host: String, expect: String) -> String {
        """
            - name: \(name)
              event: {time: "\(time)", src.ip: 192.0.2.1, dst.host: \(host)}
              expect: \(expect)

        """
    }
}
