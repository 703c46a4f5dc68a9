import Text

/// Where a real client and the catalog have parted: what it contacted that no entry names, and what it never used.
///
/// A pure comparison; anyone who reads captures hands in the hosts.
public struct CatalogDrift: Equatable, Sendable {
    /// A host that was seen, and how many flows went there.
    public struct Host: Equatable, Sendable {
        /// The name in lower case.
        public var name: String
        /// The flows.
        public var flows: Int
        /// The vendor of the domain it is in, where that is known.
        public var vendor: String?
    }

    /// Hosts below a vendor's domain that no entry of their own names, by name: the catalog's next entries.
    public var unclassified: [Host] = []
    /// Hosts that nothing in the catalog matches, by name.
    public var unknown: [Host] = []
    /// Hosts that the catalog names.
    public var listed: [Host] = []
    /// Entries of the vendors seen that no host matched, in the order of the catalog. Whole domains are left out:
    /// they stand for what is not known yet.
    public var unseen: [CatalogEntry] = []

    /// Compares the hosts `observed`, with the number of flows to each, with `catalog`.
    public init(observed: [String: Int], catalog: Catalog) {
        var matched: Set<CatalogEntry.Match> = []
        var vendors: Set<String> = []
        for (name, flows) in observed.sorted(by: { $0.key < $1.key }) {
            let entry = catalog.match(host: name)
            let host = Host(name: name, flows: flows, vendor: entry?.vendor)
            guard let entry else {
                unknown.append(host)
                continue
            }
            matched.insert(entry.match)
            entry.vendor.map { _ = vendors.insert($0) }
            if entry.role == .unclassified { unclassified.append(host) } else { listed.append(host) }
        }
        unseen = catalog.entries.filter { entry in
            guard let vendor = entry.vendor, case .host = entry.match else { return false }
            return vendors.contains(vendor) && entry.role != .unclassified && !matched.contains(entry.match)
        }
    }
}

extension CatalogDrift {
    /// For a person: what should be added to the catalog first, then what should be doubted.
    public var text: String {
        var lines: [String] = []
        Self.section(
            "hosts of a known vendor that no entry names",
            unclassified.map { "\($0.name.escapedForDisplay())\t\($0.flows)\t\($0.vendor ?? "-")" },
            to: &lines)
        Self.section(
            "hosts that nothing in the catalog matches",
            unknown.map { "\($0.name.escapedForDisplay())\t\($0.flows)" }, to: &lines)
        Self.section(
            "entries of the vendors seen that nothing matched",
            unseen.map { "\($0.vendor ?? "-")\t\($0)\t\($0.role.rawValue)\t\($0.date)" }, to: &lines)
        lines.append(
            "\(listed.count) hosts are listed, \(unclassified.count) are not, \(unknown.count) are unknown; "
                + "\(unseen.count) entries were not seen")
        return lines.joined(separator: "\n")
    }

    private static func section(_ title: String, _ items: [String], to lines: inout [String]) {
        guard !items.isEmpty else { return }
        lines.append("\(title):")
        lines += items.map { "  " + $0 }
    }

    /// An object a line: `kind` is `unclassified`, `unknown`, `listed` or `unseen`.
    public var jsonLines: [String] {
        Self.lines("unclassified", unclassified) + Self.lines("unknown", unknown) + Self.lines("listed", listed)
            + unseen.map { entry in
                Self.object([
                    ("kind", "unseen"), ("vendor", entry.vendor), ("entry", entry.description),
                    ("role", entry.role.rawValue), ("date", entry.date), ("place", entry.place.description),
                ])
            }
    }

    private static func lines(_ kind: String, _ hosts: [Host]) -> [String] {
        hosts.map { host in
            let named = object([("kind", kind), ("host", host.name), ("vendor", host.vendor)])
            return named.dropLast() + ",\"flows\":\(host.flows)}"
        }
    }

    private static func object(_ members: [(key: String, value: String?)]) -> String {
        let known = members.compactMap { member in
            member.value.map { "\(JSONText.quoted(member.key)):\(JSONText.quoted($0))" }
        }
        return "{" + known.joined(separator: ",") + "}"
    }
}
