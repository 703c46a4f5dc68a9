// What DNS resolvers and filters read.

extension CatalogExport {
    /// The lines of a resolver; `nil` if it cannot express the entry.
    static func resolver(_ match: CatalogEntry.Match, as format: Format) -> [String]? {
        guard case .host(let pattern) = match else { return nil }
        if format == .adguard { return [adguard(pattern)] }
        guard let name = name(match) else { return nil }
        switch format {
        case .hosts: return ["0.0.0.0 \(name)"]
        case .dnsmasq: return ["address=/\(name)/#"]
        case .unbound: return ["local-zone: \"\(name).\" always_nxdomain"]
        case .rpz where name.utf8.count <= longestZoneName:
            let own = "\(name) CNAME ."
            return pattern.kind == .suffix ? [own, "*." + own] : [own]
        default: return nil
        }
    }

    /// The longest name in a response policy zone: with `*.` and the zone's own name it must stay within 255 bytes (RFC 1035
    /// section 2.3.4).
    private static var longestZoneName: Int { 200 }

    /// A rule of AdGuard: `|` is the beginning of a name, `||` that of any label of it, `^` the end.
    private static func adguard(_ pattern: HostPattern) -> String {
        switch pattern.kind {
        case .exact: "|\(pattern.name)^"
        case .suffix: "||\(pattern.name)^"
        case .wildcard: "/\(regularExpression(of: pattern))/"
        }
    }

    /// The head of a zone. Its serial is the day of the catalog, as RFC 1912 section 2.2 recommends.
    func zoneHead(_ note: String) -> [String] {
        let day = UInt32(version.filter { $0 != "." }) ?? 0
        let serial = day > 40_000_000 ? day : max(1, day * 100)
        return [
            "; \(note)", "$TTL 300", "@ IN SOA localhost. hostmaster.localhost. \(serial) 3600 600 604800 300",
            "@ IN NS localhost.",
        ]
    }
}
