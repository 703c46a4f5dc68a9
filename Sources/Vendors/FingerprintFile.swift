import Bytes
import Yams

/// One file of fingerprints as it was read.
///
/// Reading takes text and a name and does no I/O; `docs/CATALOG.md` describes the format.
public struct FingerprintFile: Sendable {
    /// The file's name as it was given.
    public var file: String
    /// The fingerprints in the order of the file.
    public var fingerprints: [Fingerprint]

    /// Reads the text of one file. Throws every error that the file alone can show.
    public init(text: String, file: String) throws(CatalogueErrors) {
        var document = YAMLDocument(file: file)
        let read = document.root(of: text).map { Self.read($0, with: &document) }
        guard let read, document.errors.isEmpty else { throw CatalogueErrors(document.errors) }
        self.file = file
        fingerprints = read
    }

    private static func read(_ node: Node, with document: inout YAMLDocument) -> [Fingerprint] {
        let known = ["name", "sources", "fingerprints", "note"]
        guard let root = document.mapping(node, of: "the file", known: known) else { return [] }
        _ = document.required("name", of: root, what: "the file")
        _ = document.optional("note", of: root)
        let sources = document.sources(of: root)
        let nodes = document.list("fingerprints", of: root)
        if nodes.isEmpty { document.add(.missingKey, "the file has no 'fingerprints'", at: node) }
        return nodes.compactMap { fingerprint($0, sources, &document) }
    }

    private static func fingerprint(
        _ node: Node, _ known: [String: YAMLDocument.Source], _ document: inout YAMLDocument
    ) -> Fingerprint? {
        let what = "a fingerprint"
        let keys = [
            "ja4", "kind", "software", "vendor", "product", "scope", "shared_with", "source", "date", "expires", "note",
        ]
        guard let mapping = document.mapping(node, of: what, known: keys) else { return nil }
        let pattern = pattern(of: mapping, with: &document)
        if mapping.values["kind"] == nil { document.add(.missingKey, "\(what) has no 'kind'", at: node) }
        let kind: Fingerprint.Kind = document.word("kind", of: mapping, standard: .library)
        let software = document.required("software", of: mapping, what: what)
        let sources = document.sources(of: mapping, among: known, what: what)
        let own = mapping.values["date"] == nil ? nil : document.date("date", of: mapping, what: what)
        let date = own ?? sources.map(\.date).max() ?? ""
        let expiry = expiry(of: mapping, after: date, &document)
        let fingerprint = Fingerprint(
            ja4: pattern ?? JA4Pattern(), kind: kind, software: software ?? "",
            vendor: slug("vendor", of: mapping, &document), product: slug("product", of: mapping, &document),
            scope: document.word("scope", of: mapping, standard: .shared),
            sharedWith: document.optional("shared_with", of: mapping), sources: sources.map(\.text), date: date,
            expires: expiry?.text ?? "", expiry: expiry?.date.startInUTC ?? .distantPast,
            note: document.optional("note", of: mapping),
            place: document.place(of: node), vendorPlace: mapping.values["vendor"].map(document.place(of:)),
            productPlace: mapping.values["product"].map(document.place(of:)))
        checkOwner(of: fingerprint, mapping, &document)
        return pattern == nil ? nil : fingerprint
    }

    private static func slug(
        _ key: String, of mapping: YAMLDocument.Mapping, _ document: inout YAMLDocument
    ) -> String? {
        mapping.values[key] == nil ? nil : document.slug(key, of: mapping, what: "a fingerprint")
    }

    private static func pattern(of mapping: YAMLDocument.Mapping, with document: inout YAMLDocument) -> JA4Pattern? {
        guard let text = document.required("ja4", of: mapping, what: "a fingerprint"),
            let node = mapping.values["ja4"]
        else { return nil }
        do throws(JA4Pattern.Fault) {
            return try JA4Pattern(text)
        } catch {
            switch error {
            case .malformed(let reason): document.add(.fingerprint, "'\(text)' is no JA4: \(reason)", at: node)
            case .tooBroad:
                document.add(.broadFingerprint, "'\(text)' leaves the cipher suites open; write their digest", at: node)
            }
            return nil
        }
    }

    private static func expiry(
        of mapping: YAMLDocument.Mapping, after date: String, _ document: inout YAMLDocument
    ) -> (text: String, date: CivilDate)? {
        guard let expires = document.day("expires", of: mapping, what: "a fingerprint") else { return nil }
        if expires.text <= date, let node = mapping.values["expires"] {
            document.add(.expiry, "it expires on \(expires.text), no later than it was seen (\(date))", at: node)
        }
        return expires
    }

    /// Holds that nothing but a client is a vendor's, and that a product is somebody's.
    private static func checkOwner(
        of fingerprint: Fingerprint, _ mapping: YAMLDocument.Mapping, _ document: inout YAMLDocument
    ) {
        if fingerprint.kind != .client {
            for key in ["vendor", "product"] {
                guard let node = mapping.keys[key] else { continue }
                document.add(.owner, "only a client has a '\(key)'", at: node)
            }
        } else if fingerprint.vendor == nil, let node = mapping.keys["product"] {
            document.add(.owner, "a 'product' needs its 'vendor'", at: node)
        }
    }
}
