import Bytes

/// Writes a catalog in the manner of another tool, for anyone who wants to route, log or block by the same names.
///
/// Shared hosts are left out unless asked for: a rule made of them would catch everybody's traffic.
public struct CatalogExport: Sendable {
    /// The manner of writing.
    public enum Format: String, Sendable, CaseIterable {
        /// A hosts file. It knows whole names only: a suffix stands for its own name, a wildcard is left out.
        case hosts
        /// dnsmasq `address` lines. They always hold for every name below as well; a wildcard is left out.
        case dnsmasq
        /// Sets of address blocks for nftables; names are left out.
        case nftables
        /// A rule provider of Clash with classical rules.
        case clash
        /// A domain list of v2fly, with the vendor as attribute.
        case v2fly
        /// A string dataset of Suricata, a name in base64 a line: exact names, and suffixes as their own name.
        case suricataDataset = "suricata-dataset"
        /// Every entry with everything known of it.
        case csv
    }

    /// The entries to be written, in the order of the catalog.
    public let entries: [CatalogEntry]
    private let version: String

    /// What of `catalog` is written: the entries of `vendors`, or of all if it is empty.
    public init(_ catalog: Catalog, vendors: Set<String>, includesShared: Bool) {
        version = catalog.version
        entries = catalog.entries.filter { entry in
            let isWanted = vendors.isEmpty || entry.vendor.map(vendors.contains) ?? false
            return isWanted && (includesShared || entry.scope == .dedicated)
        }
    }

    /// The whole text in `format`, ending in a line feed. Everything that the format cannot say is counted in a comment.
    public func text(as format: Format) -> String {
        var lines = entries.compactMap { line(for: $0, as: format) }
        let left = entries.count - lines.count
        let comment = "# egret catalog \(version): \(lines.count) entries" + (left > 0 ? ", \(left) left out" : "")
        // A name as exact entry and as suffix gives the same line in a format that does not tell them apart.
        var seen: Set<String> = []
        lines = lines.filter { seen.insert($0).inserted }
        let body: [String]
        switch format {
        case .suricataDataset: body = lines
        case .nftables: body = [comment] + Self.sets(of: entries)
        case .clash: body = [comment, "payload:"] + lines
        case .csv:
            body = ["match,name,vendor,product,category,role,scope,confidence,date,sources"] + lines
        case .hosts, .dnsmasq, .v2fly: body = [comment] + lines
        }
        return body.map { $0 + "\n" }.joined()
    }

    private func line(for entry: CatalogEntry, as format: Format) -> String? {
        switch format {
        case .csv: return Self.csv(entry)
        case .clash: return Self.clash(entry.match).map { "  - \($0)" }
        case .nftables:
            if case .prefix = entry.match { return "" }
            return nil
        case .hosts, .dnsmasq, .v2fly, .suricataDataset: break
        }
        guard case .host(let pattern) = entry.match else { return nil }
        if format == .v2fly { return Self.v2fly(pattern) + (entry.vendor.map { " @\($0)" } ?? "") }
        guard pattern.kind != .wildcard else { return nil }
        switch format {
        case .hosts: return "0.0.0.0 \(pattern.name)"
        case .dnsmasq: return "address=/\(pattern.name)/#"
        default: return Self.base64(Array(pattern.name.utf8))
        }
    }

    private static func clash(_ match: CatalogEntry.Match) -> String? {
        switch match {
        case .prefix(let prefix): "\(prefix.address.isIPv4 ? "IP-CIDR" : "IP-CIDR6"),\(prefix)"
        case .host(let pattern):
            switch pattern.kind {
            case .exact: "DOMAIN,\(pattern.name)"
            case .suffix: "DOMAIN-SUFFIX,\(pattern.name)"
            case .wildcard: "DOMAIN-REGEX,\(regularExpression(of: pattern))"
            }
        }
    }

    private static func v2fly(_ pattern: HostPattern) -> String {
        switch pattern.kind {
        case .exact: "full:\(pattern.name)"
        case .suffix: "domain:\(pattern.name)"
        case .wildcard: "regexp:\(regularExpression(of: pattern))"
        }
    }

    private static func regularExpression(of pattern: HostPattern) -> String {
        let body = pattern.name.map { letter in
            switch letter {
            case ".": "\\."
            case "*": "[^.]+"
            default: String(letter)
            }
        }
        return "^" + body.joined() + "$"
    }

    private static func sets(of entries: [CatalogEntry]) -> [String] {
        let prefixes = entries.compactMap { entry in
            if case .prefix(let prefix) = entry.match { prefix } else { nil }
        }
        return [("egret_ai4", "ipv4_addr", true), ("egret_ai6", "ipv6_addr", false)].flatMap { name, type, isIPv4 in
            let elements = prefixes.filter { $0.address.isIPv4 == isIPv4 }.map(\.description)
            let list = elements.isEmpty ? [] : ["  elements = { \(elements.joined(separator: ", ")) }"]
            return ["set \(name) {", "  type \(type)", "  flags interval"] + list + ["}"]
        }
    }

    private static func csv(_ entry: CatalogEntry) -> String {
        let match: (String, String) =
            switch entry.match {
            case .host(let pattern): (pattern.kind.rawValue, pattern.name)
            case .prefix(let prefix): ("prefix", prefix.description)
            }
        let fields = [
            match.0, match.1, entry.vendor ?? "", entry.product ?? "", entry.category.rawValue, entry.role.rawValue,
            entry.scope.rawValue, entry.confidence.rawValue, entry.date, entry.sources.joined(separator: "; "),
        ]
        return fields.map(quoted).joined(separator: ",")
    }

    /// A field of comma-separated values (RFC 4180 section 2).
    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    /// The bytes in base64 with padding (RFC 4648 section 4).
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let index = Int(bits >> UInt32(18 - 6 * position) & 63)
                text.append(position <= group.count ? alphabet[index] : "=")
            }
        }
        return text
    }
}
