import Bytes
import Yams

extension VendorFile {
    /// The keys that both kinds of entry have.
    private static let commonKeys = ["role", "product", "confidence", "source", "date", "note"]

    /// Reads one item of `hosts`.
    static func entry(
        ofHost node: Node, _ context: Context, _ document: inout YAMLDocument
    ) -> CatalogueEntry? {
        let kinds = HostPattern.Kind.allCases.map(\.rawValue)
        let own = ["scope", "label", "shared_with", "used_by", "also"]
        guard let mapping = document.mapping(node, of: "a host", known: kinds + own + commonKeys) else { return nil }
        let pattern = pattern(of: mapping, with: &document)
        let scope: Scope = document.word("scope", of: mapping, standard: .dedicated)
        let label = document.optional("label", of: mapping)
        let sharedWith = document.optional("shared_with", of: mapping)
        let usedBy = slugs("used_by", of: mapping, &document)
        let also = slugs("also", of: mapping, &document)
        guard var entry = common(pattern.map { .host($0) }, mapping, context, "a host", &document), let pattern else {
            return nil
        }
        entry.scope = scope
        entry.label = label
        entry.sharedWith = sharedWith
        entry.usedBy = usedBy
        entry.alsoUsedBy = also
        checkScope(of: entry, pattern, mapping, &document)
        return entry
    }

    private static func slugs(
        _ key: String, of mapping: YAMLDocument.Mapping, _ document: inout YAMLDocument
    ) -> [String] {
        document.list(key, of: mapping).compactMap { node in
            document.text(node, of: key).flatMap { document.slug($0, at: node) }
        }
    }

    /// Reads one item of `prefixes`: addresses that the vendor itself uses for its service.
    static func entry(
        ofPrefix node: Node, _ context: Context, _ document: inout YAMLDocument
    ) -> CatalogueEntry? {
        guard let mapping = document.mapping(node, of: "a prefix", known: ["prefix"] + commonKeys) else { return nil }
        var prefix: AddressPrefix?
        if let text = document.required("prefix", of: mapping, what: "a prefix") {
            let place = mapping.values["prefix"] ?? node
            prefix = AddressPrefix(text)
            if let prefix, prefix.length >= (prefix.address.isIPv4 ? 8 : 16) {
                // A block of vendors is short and exact: set bits behind the length are a slip of the pen.
                if IPAddress(text.prefix { $0 != "/" }) != prefix.address {
                    let message = "'\(text)' has bits past its length"
                    document.add(.prefix, message, at: place, suggestion: prefix.description)
                }
            } else {
                document.add(.prefix, "'\(text)' is no address block of /8 (IPv6: /16) or longer", at: place)
            }
        }
        return common(prefix.map { .prefix($0) }, mapping, context, "a prefix", &document)
    }

    /// Reads what both kinds of entry have; nothing where `match` could not be read, after all errors were found.
    private static func common(
        _ match: CatalogueEntry.Match?, _ mapping: YAMLDocument.Mapping, _ context: Context, _ what: String,
        _ document: inout YAMLDocument
    ) -> CatalogueEntry? {
        if mapping.values["role"] == nil { document.add(.missingKey, "\(what) has no 'role'", at: mapping.node) }
        let role: Role = document.word("role", of: mapping, standard: .unclassified)
        let confidence: Confidence = document.word("confidence", of: mapping, standard: .high)
        let sources = document.sources(of: mapping, among: context.sources, what: what)
        let ownDate = mapping.values["date"] == nil ? nil : document.date("date", of: mapping, what: what)
        let product = document.optional("product", of: mapping)
        let note = document.optional("note", of: mapping)
        guard let match else { return nil }
        return CatalogueEntry(
            match: match, vendor: context.vendor?.id, product: product, role: role, category: context.category,
            scope: .dedicated, confidence: confidence, label: nil, sharedWith: nil, usedBy: [],
            sources: sources.map(\.text), date: ownDate ?? sources.map(\.date).max() ?? "",
            note: note, place: document.place(of: mapping.node),
            productPlace: mapping.values["product"].map(document.place(of:)))
    }

    private static func pattern(
        of mapping: YAMLDocument.Mapping, with document: inout YAMLDocument
    ) -> HostPattern? {
        let given = HostPattern.Kind.allCases.filter { mapping.values[$0.rawValue] != nil }
        guard given.count == 1, let kind = given.first, let node = mapping.values[kind.rawValue] else {
            document.add(.matchKind, "a host has one of 'exact', 'suffix' and 'wildcard'", at: mapping.node)
            return nil
        }
        guard let text = document.text(node, of: kind.rawValue) else { return nil }
        do {
            return try HostPattern(kind, text)
        } catch {
            report(error, text, at: node, with: &document)
            return nil
        }
    }

    private static func report(
        _ fault: HostPattern.Fault, _ text: String, at node: Node, with document: inout YAMLDocument
    ) {
        switch fault {
        case .malformed(let reason):
            document.add(.host, "'\(text)' is no host name: \(reason)", at: node, suggestion: plainName(in: text))
        case .notASCII:
            document.add(.lookAlike, "'\(text)' has letters beyond ASCII; write its 'xn--' form", at: node)
        case .tooBroad:
            document.add(.tooBroad, "'\(text)' is too broad: a name has two labels or more", at: node)
        case .wildcard(let reason):
            document.add(.wildcard, "'\(text)': \(reason)", at: node)
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
        of entry: CatalogueEntry, _ pattern: HostPattern, _ mapping: YAMLDocument.Mapping,
        _ document: inout YAMLDocument
    ) {
        if let label = entry.label {
            let labels = pattern.name.split(separator: ".").map(String.init)
            if !labels.contains(label) {
                let suggestion = NearestName.suggestion(for: label, among: labels)
                let message = "'\(label)' is no label of \(pattern.name)"
                document.add(.label, message, at: mapping.values["label"] ?? mapping.node, suggestion: suggestion)
            }
        } else if entry.vendor != nil, entry.scope == .shared {
            let message =
                "a shared host names a vendor only by a 'label' of its own; else it stands in a file without 'id'"
            document.add(.sharedWithoutLabel, message, at: mapping.values["scope"] ?? mapping.node)
        }
        if entry.vendor == nil, entry.scope == .dedicated {
            let message = "a host in a file without 'id' has 'scope: shared'"
            document.add(.dedicatedWithoutVendor, message, at: mapping.values["scope"] ?? mapping.node)
        }
    }
}
