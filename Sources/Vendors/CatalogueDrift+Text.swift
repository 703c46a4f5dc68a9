import Text

extension CatalogDrift {
    /// For a person: what should be added to the catalog first, then what should be doubted.
    public var text: String {
        var lines: [String] = []
        Self.section(
            "hosts of a known vendor that no entry names",
            unclassified.map { "\($0.name)\t\($0.flows)\t\($0.vendor ?? "-")" },
            to: &lines)
        Self.section(
            "hosts that nothing in the catalog matches", unknown.map { "\($0.name)\t\($0.flows)" }, to: &lines)
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
