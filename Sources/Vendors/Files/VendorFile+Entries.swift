import Bytes
import Text

extension VendorFile {
    /// The keys that both kinds of entry have.
    private static let commonKeys = ["role", "product", "confidence", "source", "date", "note"]
    private static let hostKeys =
        HostPattern.Kind.allCases.map(\.rawValue) + ["scope", "label", "shared_with", "used_by", "also", "agents"]
        + ["tier", "region"] + commonKeys
    private static let prefixKeys = ["prefix"] + commonKeys

    /// Reads one item of `hosts`.
    static func entry(
        ofHost node: YAMLNode, _ context: Context, _ reader: inout VendorReader
    ) -> CatalogEntry? {
        guard reader.check(node, of: "a host", known: hostKeys) else { return nil }
        let pattern = pattern(of: node, with: &reader)
        let scope: Scope = reader.keyword("scope", of: node, default: .dedicated)
        let label = reader.optional("label", of: node)
        let sharedWith = reader.optional("shared_with", of: node)
        let usedBy = slugs("used_by", of: node, &reader)
        let also = slugs("also", of: node, &reader)
        let agents = slugs("agents", of: node, &reader)
        let tier: Tier? = node["tier"].map { _ in reader.keyword("tier", of: node, default: .consumer) }
        let region = node["region"].flatMap { _ in reader.country("region", of: node, what: "a host") }
        guard var entry = common(pattern.map { .host($0) }, node, context, "a host", &reader), let pattern else {
            return nil
        }
        entry.scope = scope
        entry.label = label
        entry.sharedWith = sharedWith
        entry.usedBy = usedBy
        entry.alsoUsedBy = also
        entry.agents = agents
        entry.tier = tier
        entry.region = region
        checkScope(of: entry, pattern, node, &reader)
        return entry
    }

    private static func slugs(
        _ key: String, of mapping: YAMLNode, _ reader: inout VendorReader
    ) -> [String] {
        reader.list(key, of: mapping).compactMap { node in
            reader.text(node, of: key).flatMap { reader.slug($0, at: node) }
        }
    }

    /// Reads one item of `prefixes`: addresses that the vendor itself uses for its service.
    static func entry(
        ofPrefix node: YAMLNode, _ context: Context, _ reader: inout VendorReader
    ) -> CatalogEntry? {
        guard reader.check(node, of: "a prefix", known: prefixKeys) else { return nil }
        var prefix: AddressPrefix?
        if let text = reader.required("prefix", of: node, what: "a prefix") {
            let place = node["prefix"] ?? node
            prefix = AddressPrefix(text)
            if let prefix, prefix.length >= (prefix.address.isIPv4 ? 8 : 16) {
                // A block of vendors is short and exact: set bits behind the length are a slip of the pen.
                if IPAddress(text.prefix { $0 != "/" }) != prefix.address {
                    let message = "'\(text)' has bits past its length"
                    reader.add(.prefix, message, at: place, suggestion: prefix.description)
                }
            } else {
                reader.add(.prefix, "'\(text)' is no address block of /8 (IPv6: /16) or longer", at: place)
            }
        }
        return common(prefix.map { .prefix($0) }, node, context, "a prefix", &reader)
    }

    /// Reads what both kinds of entry have; `nil` if `match` could not be read, after all errors were found.
    private static func common(
        _ match: CatalogEntry.Match?, _ node: YAMLNode, _ context: Context, _ what: String,
        _ reader: inout VendorReader
    ) -> CatalogEntry? {
        if node["role"] == nil { reader.add(.missingKey, "\(what) has no 'role'", at: node) }
        let role: Role = reader.keyword("role", of: node, default: .unclassified)
        let confidence: Confidence = reader.keyword("confidence", of: node, default: .high)
        let sources = reader.sources(of: node, among: context.sources, what: what)
        let ownDate = node["date"] == nil ? nil : reader.date("date", of: node, what: what)
        let product = reader.optional("product", of: node)
        let note = reader.optional("note", of: node)
        guard let match else { return nil }
        return CatalogEntry(
            match: match, vendor: context.vendor?.id, product: product, role: role, category: context.category,
            scope: .dedicated, confidence: confidence, label: nil, sharedWith: nil, usedBy: [],
            sources: sources.map(\.text), date: ownDate ?? sources.map(\.date).max() ?? "",
            note: note, place: node.position,
            productPlace: node["product"]?.position)
    }

    private static func pattern(
        of node: YAMLNode, with reader: inout VendorReader
    ) -> HostPattern? {
        let given = HostPattern.Kind.allCases.filter { node[$0.rawValue] != nil }
        guard given.count == 1, let kind = given.first, let value = node[kind.rawValue] else {
            reader.add(.matchKind, "a host has one of 'exact', 'suffix' and 'wildcard'", at: node)
            return nil
        }
        guard let text = reader.text(value, of: kind.rawValue) else { return nil }
        do {
            return try HostPattern(kind, text)
        } catch {
            report(error, text, at: value, with: &reader)
            return nil
        }
    }

    private static func report(
        _ fault: HostPattern.SyntaxError, _ text: String, at node: YAMLNode, with reader: inout VendorReader
    ) {
        switch fault {
        case .malformed(let reason):
            reader.add(.host, "'\(text)' is no host name: \(reason)", at: node, suggestion: plainName(in: text))
        case .notASCII:
            reader.add(.lookAlike, "'\(text)' has letters beyond ASCII; write its 'xn--' form", at: node)
        case .tooBroad:
            reader.add(.tooBroad, "'\(text)' is too broad: a name has two labels or more", at: node)
        case .wildcard(let reason):
            reader.add(.wildcard, "'\(text)': \(reason)", at: node)
        }
    }

    /// The name that is most likely meant by a URL, a name in capitals or one with a trailing dot.
    private static func plainName(in text: String) -> String? {
        var name = text.lowercased()[...]
        for scheme in ["https://", "http://"] where name.hasPrefix(scheme) { name = name.dropFirst(scheme.utf8.count) }
        name = name.prefix { $0 != "/" && $0 != ":" }
        while name.last == "." { name = name.dropLast() }
        let pattern = try? HostPattern(.exact, String(name))
        return pattern?.name
    }

    /// Holds that a shared host is charged to a vendor only by the vendor's own label.
    private static func checkScope(
        of entry: CatalogEntry, _ pattern: HostPattern, _ node: YAMLNode,
        _ reader: inout VendorReader
    ) {
        if let label = entry.label {
            let labels = pattern.name.split(separator: ".").map(String.init)
            if !labels.contains(label) {
                let suggestion = Spelling.nearest(to: label, among: labels)
                let message = "'\(label)' is no label of \(pattern.name)"
                reader.add(.label, message, at: node["label"] ?? node, suggestion: suggestion)
            }
        } else if entry.vendor != nil, entry.scope == .shared {
            let message =
                "a shared host names a vendor only by a 'label' of its own; else it is in a file without 'id'"
            reader.add(.sharedWithoutLabel, message, at: node["scope"] ?? node)
        }
        if entry.vendor == nil, entry.scope == .dedicated {
            let message = "a host in a file without 'id' has 'scope: shared'"
            reader.add(.dedicatedWithoutVendor, message, at: node["scope"] ?? node)
        }
    }
}
