import Text

/// One file of the catalog read node by node: it keeps the errors, so that one run reports all of them.
struct VendorReader {
    let file: String
    private(set) var errors: [CatalogError] = []

    init(file: String) {
        self.file = file
    }

    /// The root of the file of `bytes`; nothing, and an error kept, where it is not YAML.
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
