import Bytes

/// Writes a catalog in the format of another tool that routes, logs, allows or blocks by the same names.
///
/// Shared hosts are left out unless asked for: a rule made of them would catch everyone's traffic. Every value that is
/// written is a checked name, a parsed address block or a slug, so that no value can begin a line, a comment or a quote of
/// the format (`isPlain`).
public struct CatalogExport: Sendable {
    /// The format that is written.
    public enum Format: String, Sendable, CaseIterable {
        /// A hosts file. It knows whole names only: a suffix becomes its own name, a wildcard is left out.
        case hosts
        /// dnsmasq `address` lines. They always hold for every name below as well; a wildcard is left out.
        case dnsmasq
        /// A response policy zone (RPZ) that answers NXDOMAIN; a wildcard is left out.
        case rpz
        /// Unbound `local-zone` lines. They always hold for every name below as well; a wildcard is left out.
        case unbound
        /// Filter rules of AdGuard Home and AdGuard DNS.
        case adguard
        /// Sets of address blocks for nftables; names are left out.
        case nftables
        /// ACLs of Squid for names, patterns and addresses.
        case squid
        /// A domain list of a firewall that reads external dynamic lists: names, and `*.` for all below.
        case edlDomain = "edl-domain"
        /// A URL list of such a firewall, each entry with a closing slash.
        case edlURL = "edl-url"
        /// An address list of such a firewall; names are left out.
        case edlAddress = "edl-ip"
        /// A network policy of Cilium that allows these names (`toFQDNs`) and address blocks (`toCIDR`).
        case cilium
        /// An allow list for the proxy of an agent sandbox: names, and `*.` for all below, one a line.
        case allowlist
        /// The same as the JSON settings of sandbox runtimes (`network.allowedDomains`).
        case sandbox
        /// A rule provider of Clash with classical rules.
        case clash
        /// A domain list of v2fly, with the vendor as attribute.
        case v2fly
        /// A string dataset of Suricata, a name in base64 a line: exact names, and suffixes as their own name.
        case suricataDataset = "suricata-dataset"
        /// Every entry with everything known of it.
        case csv
    }

    /// Which entries are written.
    public struct Selection: Sendable {
        /// The vendors; empty for all.
        public var vendors: Set<String> = []
        /// The products; empty for all.
        public var products: Set<String> = []
        /// The roles; empty for all.
        public var roles: Set<Role> = []
        /// Whether shared hosts are written too.
        public var includesShared = false

        /// All dedicated hosts.
        public init() {}

        func includes(_ entry: CatalogEntry) -> Bool {
            (vendors.isEmpty || entry.vendor.map(vendors.contains) ?? false)
                && (products.isEmpty || entry.products.contains(where: products.contains))
                && (roles.isEmpty || roles.contains(entry.role))
                && (includesShared || entry.scope == .dedicated)
        }
    }

    /// The entries to be written, in the order of the catalog.
    public let entries: [CatalogEntry]
    let version: String

    /// What of `catalog` is written: the entries of `vendors`, or of all if it is empty.
    public init(_ catalog: Catalog, vendors: Set<String>, includesShared: Bool) {
        var selection = Selection()
        selection.vendors = vendors
        selection.includesShared = includesShared
        self.init(catalog, selection)
    }

    /// What of `catalog` is written: the entries of `selection`.
    public init(_ catalog: Catalog, _ selection: Selection) {
        version = catalog.version
        entries = catalog.entries.filter(selection.includes)
    }

    /// The text of an export, and what it does not hold.
    public struct Output: Sendable {
        /// The whole text, ending in a line feed.
        public var text: String
        /// The entries that the format cannot express.
        public var leftOut: Int
    }

    /// The whole text in `format`, ending in a line feed. What the format cannot express is counted in a comment.
    public func text(as format: Format) -> String { output(as: format).text }

    /// The whole text in `format`, and how many entries it cannot express.
    ///
    /// Cost: in the number of entries.
    public func output(as format: Format) -> Output {
        let wide = format == .squid ? suffixes : []
        var seen: Set<String> = []
        var lines: [String] = []
        var written = 0
        for entry in entries {
            guard let made = self.lines(for: entry, as: format), made.allSatisfy(Self.isPlain) || format == .csv else {
                continue
            }
            written += 1
            if Self.isCovered(entry.match, by: wide) { continue }
            // A name as exact entry and as suffix gives the same line in a format that does not distinguish them.
            lines += made.filter { seen.insert($0).inserted }
        }
        let leftOut = entries.count - written
        let note = "egret catalog \(version): \(written) entries" + (leftOut > 0 ? ", \(leftOut) left out" : "")
        let body = document(of: lines, note: note, as: format)
        return Output(text: body.map { $0 + "\n" }.joined(), leftOut: leftOut)
    }

    /// The lines of `entry`; `nil` if `format` cannot express it.
    private func lines(for entry: CatalogEntry, as format: Format) -> [String]? {
        switch format {
        case .csv: [Self.csv(entry)]
        case .clash: Self.clash(entry.match).map { ["  - \($0)"] }
        case .nftables, .edlAddress: Self.prefix(entry.match).map { ["\($0)"] }
        case .v2fly: Self.v2fly(entry)
        case .suricataDataset:
            Self.name(entry.match).map { [String(decoding: Base64Text.encode($0.utf8), as: UTF8.self)] }
        case .hosts, .dnsmasq, .rpz, .unbound, .adguard: Self.resolver(entry.match, as: format)
        case .squid: [Self.squid(entry.match)]
        case .edlDomain, .edlURL, .allowlist, .sandbox:
            Self.allowed(entry.match).map { $0.map { format == .edlURL ? $0 + "/" : $0 } }
        case .cilium: Self.cilium(entry.match)
        }
    }

    /// The lines of the whole text, with the head that `format` needs.
    private func document(of lines: [String], note: String, as format: Format) -> [String] {
        switch format {
        case .suricataDataset, .edlDomain, .edlURL, .edlAddress: lines
        case .nftables: ["# \(note)"] + Self.sets(of: entries)
        case .clash: ["# \(note)", "payload:"] + lines
        case .csv: ["match,name,vendor,product,category,role,scope,confidence,date,sources,tier,region"] + lines
        case .rpz: zoneHead(note) + lines
        case .unbound: ["# \(note)", "server:"] + lines
        case .adguard: ["! \(note)"] + lines
        case .cilium: Self.policy(of: lines, note: note)
        case .sandbox: Self.settings(of: lines)
        case .hosts, .dnsmasq, .v2fly, .squid, .allowlist: ["# \(note)"] + lines
        }
    }

    /// Whether `line` is printable ASCII on one line: the names and blocks of a catalog always give such lines, and one that is
    /// not is left out rather than written.
    static func isPlain(_ line: String) -> Bool { line.utf8.allSatisfy { (0x20...0x7E).contains($0) } }

    /// The name of an exact entry or a suffix.
    static func name(_ match: CatalogEntry.Match) -> String? {
        guard case .host(let pattern) = match, pattern.kind != .wildcard else { return nil }
        return pattern.name
    }

    /// The address block of an entry that is one.
    static func prefix(_ match: CatalogEntry.Match) -> AddressPrefix? {
        if case .prefix(let prefix) = match { prefix } else { nil }
    }

    /// A regular expression for a wildcard: one star is one label, or a part of one.
    static func regularExpression(of pattern: HostPattern) -> String {
        let body = pattern.name.map { letter in
            switch letter {
            case ".": "\\."
            case "*": "[^.]+"
            default: String(letter)
            }
        }
        return "^" + body.joined() + "$"
    }

    private var suffixes: Set<Substring> {
        Set(
            entries.compactMap { entry in
                guard case .host(let pattern) = entry.match, pattern.kind == .suffix else { return nil }
                return pattern.name[...]
            })
    }

    /// Whether a wider suffix of `suffixes` holds the name already: Squid refuses a list with both.
    private static func isCovered(_ match: CatalogEntry.Match, by suffixes: Set<Substring>) -> Bool {
        guard !suffixes.isEmpty, case .host(let pattern) = match, pattern.kind != .wildcard else { return false }
        if pattern.kind == .exact, suffixes.contains(pattern.name[...]) { return true }
        var rest = pattern.name[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if suffixes.contains(rest) { return true }
        }
        return false
    }
}
