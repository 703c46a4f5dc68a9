import Bytes
import Text

/// What the catalog says of one name or address that a person asks for.
public struct CatalogLookup: Equatable, Sendable {
    /// The name or address as it was asked for.
    public var name: String
    /// The most specific entry; `nil` if the catalog knows nothing.
    public var entry: CatalogEntry?
    /// The entry's vendor; `nil` for a host that many companies use.
    public var vendor: Vendor?

    /// Asks `catalog` for `name`, which is an address where it reads as one.
    public init(_ name: String, in catalog: Catalog) {
        self.name = name
        self.entry = IPAddress(name).map { catalog.match(address: $0) } ?? catalog.match(host: name)
        self.vendor = entry?.vendor.flatMap { catalog.vendors[$0] }
    }

    /// The answer as one JSON object; what is not known is absent.
    public var json: String {
        var members = [("name", name)]
        if let entry {
            members += [("vendor", entry.vendor), ("product", entry.product)].compactMap { key, value in
                value.map { (key, $0) }
            }
            members += [
                ("role", entry.role.rawValue), ("scope", entry.scope.rawValue), ("category", entry.category.rawValue),
                ("country", vendor?.country ?? "ZZ"), ("confidence", Confidence.ceiling(of: entry).rawValue),
                ("entry", "\(entry)"), ("why", why(entry)),
            ]
            members += [("tier", entry.tier?.rawValue), ("region", entry.region)].compactMap { key, value in
                value.map { (key, $0) }
            }
        }
        return "{" + members.map { "\(JSONText.quoted($0)):\(JSONText.quoted($1))" }.joined(separator: ",") + "}"
    }

    /// The answer for a person, several lines.
    public var text: String {
        guard let entry else { return "\(name.escapedForDisplay())\n  not in the catalog" }
        var lines = [name]
        lines.append(
            "  vendor      " + (vendor.map { "\($0.name) (\($0.id), \($0.country))" } ?? "none: a shared host"))
        if let id = entry.product, let product = vendor?.products.first(where: { $0.id == id }) {
            lines.append("  product     \(product.name) (\(id))")
        }
        lines.append("  role        \(entry.role.rawValue), category \(entry.category.rawValue)")
        lines.append("  scope       \(entry.scope.rawValue)" + (entry.sharedWith.map { ": \($0)" } ?? ""))
        if let tier = entry.tier { lines.append("  tier        \(tier.rawValue)") }
        if let region = entry.region { lines.append("  region      \(region)") }
        if !entry.usedBy.isEmpty { lines.append("  used by     \(entry.usedBy.joined(separator: ", "))") }
        lines.append("  confidence  \(Confidence.ceiling(of: entry).rawValue) at most")
        lines.append("  why         \(why(entry))")
        if let note = entry.note { lines.append("  note        \(note)") }
        return lines.map { $0.escapedForDisplay() }.joined(separator: "\n")
    }

    private func why(_ entry: CatalogEntry) -> String {
        let sources = entry.sources.joined(separator: " and ")
        return "\(entry); \(entry.place); \(sources), \(entry.date)"
    }
}
