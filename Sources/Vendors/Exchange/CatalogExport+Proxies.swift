import Bytes

// What proxies and packet filters read.

extension CatalogExport {
    /// A line of Squid's configuration: three ACLs, each with what it can express.
    static func squid(_ match: CatalogEntry.Match) -> String {
        switch match {
        case .prefix(let prefix): "acl egret_ai_addresses dst \(prefix)"
        case .host(let pattern):
            switch pattern.kind {
            case .exact: "acl egret_ai dstdomain \(pattern.name)"
            case .suffix: "acl egret_ai dstdomain .\(pattern.name)"
            case .wildcard: "acl egret_ai_patterns dstdom_regex \(regularExpression(of: pattern))"
            }
        }
    }

    /// A classical rule of Clash.
    static func clash(_ match: CatalogEntry.Match) -> String? {
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

    /// A line of v2fly; `nil` for an address block.
    static func v2fly(_ entry: CatalogEntry) -> [String]? {
        guard case .host(let pattern) = entry.match else { return nil }
        let rule =
            switch pattern.kind {
            case .exact: "full:\(pattern.name)"
            case .suffix: "domain:\(pattern.name)"
            case .wildcard: "regexp:\(regularExpression(of: pattern))"
            }
        let vendor = entry.vendor.flatMap { VendorReader.isSlug($0) ? " @\($0)" : nil }
        return [rule + (vendor ?? "")]
    }

    /// The two sets of nftables, to be included in a table.
    static func sets(of entries: [CatalogEntry]) -> [String] {
        let prefixes = entries.compactMap { prefix($0.match) }
        return [("egret_ai4", "ipv4_addr", true), ("egret_ai6", "ipv6_addr", false)].flatMap { name, type, isIPv4 in
            let elements = prefixes.filter { $0.address.isIPv4 == isIPv4 }.map(\.description)
            let list = elements.isEmpty ? [] : ["  elements = { \(elements.joined(separator: ", ")) }"]
            return ["set \(name) {", "  type \(type)", "  flags interval"] + list + ["}"]
        }
    }
}
