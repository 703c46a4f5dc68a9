import Bytes
import Text

/// One file of fingerprints as it was read.
///
/// Reading takes text and a name and does no I/O; `docs/CATALOG.md` describes the format.
public struct FingerprintFile: Sendable {
    /// The file's name as it was given.
    public var file: String
    /// The fingerprints in the order of the file.
    public var fingerprints: [Fingerprint]

    /// Reads the text of one file. Throws every error that the file alone can show.
    public init(text: String, file: String) throws(CatalogErrors) {
        try self.init(bytes: Array(text.utf8), file: file)
    }

    /// Reads the bytes of one file. Throws every error that the file alone can show.
    public init(bytes: [UInt8], file: String) throws(CatalogErrors) {
        var reader = VendorReader(file: file)
        let read = reader.root(of: bytes).map { Self.read($0, with: &reader) }
        guard let read, reader.errors.isEmpty else { throw CatalogErrors(reader.errors) }
        self.file = file
        fingerprints = read
    }

    private static func read(_ root: YAMLNode, with reader: inout VendorReader) -> [Fingerprint] {
        let known = ["name", "sources", "fingerprints", "note"]
        guard reader.check(root, of: "the file", known: known) else { return [] }
        _ = reader.required("name", of: root, what: "the file")
        _ = reader.optional("note", of: root)
        let sources = reader.sources(of: root)
        let nodes = reader.list("fingerprints", of: root)
        if nodes.isEmpty { reader.add(.missingKey, "the file has no 'fingerprints'", at: root) }
        return nodes.compactMap { fingerprint($0, sources: sources, &reader) }
    }

    private static func fingerprint(
        _ node: YAMLNode, sources known: [String: VendorReader.Source], _ reader: inout VendorReader
    ) -> Fingerprint? {
        let what = "a fingerprint"
        let keys = [
            "ja4", "kind", "software", "vendor", "product", "scope", "shared_with", "answers", "source", "date",
            "expires",
            "note",
        ]
        guard reader.check(node, of: what, known: keys) else { return nil }
        let pattern = pattern(of: node, with: &reader)
        if node["kind"] == nil { reader.add(.missingKey, "\(what) has no 'kind'", at: node) }
        let kind: Fingerprint.Kind = reader.keyword("kind", of: node, default: .library)
        let software = reader.required("software", of: node, what: what)
        let sources = reader.sources(of: node, among: known, what: what)
        let own = node["date"] == nil ? nil : reader.date("date", of: node, what: what)
        let date = own ?? sources.map(\.date).max() ?? ""
        let expiry = expiry(of: node, after: date, &reader)
        let fingerprint = Fingerprint(
            ja4: pattern ?? JA4Pattern(), kind: kind, software: software ?? "",
            vendor: slug("vendor", of: node, &reader), product: slug("product", of: node, &reader),
            scope: reader.keyword("scope", of: node, default: .shared),
            sharedWith: reader.optional("shared_with", of: node),
            answers: reader.keyword("answers", of: node, default: .any), sources: sources.map(\.text), date: date,
            expires: expiry?.text ?? "", expiry: expiry?.date.startInUTC ?? .distantPast,
            note: reader.optional("note", of: node),
            place: node.position, vendorPlace: node["vendor"]?.position,
            productPlace: node["product"]?.position)
        checkOwner(of: fingerprint, node, &reader)
        return pattern == nil ? nil : fingerprint
    }

    private static func slug(
        _ key: String, of mapping: YAMLNode, _ reader: inout VendorReader
    ) -> String? {
        mapping[key] == nil ? nil : reader.slug(key, of: mapping, what: "a fingerprint")
    }

    private static func pattern(of mapping: YAMLNode, with reader: inout VendorReader) -> JA4Pattern? {
        guard let text = reader.required("ja4", of: mapping, what: "a fingerprint"),
            let node = mapping["ja4"]
        else { return nil }
        do throws(JA4Pattern.SyntaxError) {
            return try JA4Pattern(text)
        } catch {
            switch error {
            case .malformed(let reason): reader.add(.fingerprint, "'\(text)' is no JA4: \(reason)", at: node)
            case .tooBroad:
                reader.add(.broadFingerprint, "'\(text)' leaves the cipher suites open; write their digest", at: node)
            }
            return nil
        }
    }

    private static func expiry(
        of mapping: YAMLNode, after date: String, _ reader: inout VendorReader
    ) -> (text: String, date: CivilDate)? {
        guard let expires = reader.day("expires", of: mapping, what: "a fingerprint") else { return nil }
        if expires.text <= date, let node = mapping["expires"] {
            reader.add(.expiry, "it expires on \(expires.text), no later than it was seen (\(date))", at: node)
        }
        return expires
    }

    /// Holds that nothing but a client is a vendor's, and that a product is someone's.
    private static func checkOwner(
        of fingerprint: Fingerprint, _ mapping: YAMLNode, _ reader: inout VendorReader
    ) {
        if fingerprint.kind != .client {
            for key in ["vendor", "product"] {
                guard let entry = mapping.entry(key) else { continue }
                reader.add(.owner, "only a client has a '\(key)'", at: entry.position)
            }
        } else if fingerprint.vendor == nil, let entry = mapping.entry("product") {
            reader.add(.owner, "a 'product' needs its 'vendor'", at: entry.position)
        }
    }
}
