import Text

/// One file of the catalog read node by node: it keeps the errors, so that one run reports all of them.
struct VendorReader {
    let file: String
    private(set) var errors: [CatalogError] = []

    init(file: String) {
        self.file = file
    }

    /// The root of the file of `bytes`; nothing, and an error kept, if it is not YAML.
    mutating func root(of bytes: [UInt8]) -> YAMLNode? {
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: file, bytes: bytes, limits: Self.limits, faults: &faults)
        errors += faults.map { CatalogError(CatalogError.Code($0.kind), $0.message, at: $0.position) }
        return document?.root
    }

    mutating func add(_ code: CatalogError.Code, _ message: String, at node: YAMLNode, suggestion: String? = nil) {
        add(code, message, at: node.position, suggestion: suggestion)
    }

    mutating func add(
        _ code: CatalogError.Code, _ message: String, at position: SourcePosition, suggestion: String? = nil
    ) {
        errors.append(CatalogError(code, message, at: position, suggestion: suggestion))
    }

    /// A file of the catalog takes no anchors, so that a small one cannot unfold into a huge one.
    private static var limits: YAMLLimits {
        var limits = YAMLLimits()
        limits.bytes = VendorFile.maximumBytes
        limits.aliases = 0
        return limits
    }
}

extension CatalogError.Code {
    /// The code of a fault of any YAML file.
    init(_ fault: YAMLError.Kind) {
        self =
            switch fault {
            case .encoding: .unreadable
            case .syntax: .syntax
            case .limit: .limit
            case .anchor: .anchor
            case .key: .shape
            case .duplicateKey: .duplicateKey
            }
    }
}

extension VendorReader {
    /// Where a fact was read, and when.
    typealias Source = (text: String, date: String)

    /// Every source that the file names, by its name in the file.
    mutating func sources(of root: YAMLNode) -> [String: Source] {
        guard let node = root["sources"] else {
            add(.missingKey, "the file has no 'sources'", at: root)
            return [:]
        }
        guard let entries = node.entries else {
            add(.shape, "'sources' is a mapping of names to texts and dates", at: node)
            return [:]
        }
        var sources: [String: Source] = [:]
        for entry in entries {
            guard check(entry.value, of: "a source", known: ["text", "date"]) else { continue }
            let name = entry.key
            if name.isEmpty { add(.missingKey, "the name of a source is empty", at: entry.position) }
            let text = required("text", of: entry.value, what: "the source '\(name)'")
            let date = date("date", of: entry.value, what: "the source '\(name)'")
            sources[name] = (text ?? "", date ?? "")
        }
        return sources
    }

    /// The sources that an entry names under `source`, out of those of the file.
    mutating func sources(of node: YAMLNode, among known: [String: Source], what: String) -> [Source] {
        guard let value = node["source"] else {
            add(.missingKey, "\(what) has no 'source'", at: node)
            return []
        }
        let names = value.items ?? [value]
        if names.isEmpty { add(.missingKey, "'source' is empty", at: value) }
        var sources: [Source] = []
        for name in names {
            guard let text = text(name, of: "source") else { continue }
            if let source = known[text] {
                sources.append(source)
            } else {
                let suggestion = Spelling.nearest(to: text, among: known.keys.sorted())
                add(.unknownSource, "unknown source '\(text)'", at: name, suggestion: suggestion)
            }
        }
        return sources
    }
}
