import Text

extension VendorFile {
    /// Reads the bytes of one file that describes one vendor, shared hosts, or a list of vendors under `vendors`.
    ///
    /// A list is for vendors of which little is known: thousands of them stand in one file, one a line, and share the file's
    /// sources. The result has one element a vendor, in the order of the file. Throws every error that the file alone can
    /// show.
    public static func all(bytes: [UInt8], file: String) throws(CatalogErrors) -> [VendorFile] {
        var reader = VendorReader(file: file)
        guard let root = reader.root(of: bytes) else { throw CatalogErrors(reader.errors) }
        guard root["vendors"] != nil else {
            let read = Self.read(root, with: &reader)
            guard let read, reader.errors.isEmpty else { throw CatalogErrors(reader.errors) }
            return [read]
        }
        let read = list(root, with: &reader)
        guard reader.errors.isEmpty else { throw CatalogErrors(reader.errors) }
        return read
    }

    private static func list(_ root: YAMLNode, with reader: inout VendorReader) -> [VendorFile] {
        guard reader.check(root, of: "the file", known: ["name", "sources", "vendors", "note"]) else { return [] }
        _ = reader.required("name", of: root, what: "the file")
        _ = reader.optional("note", of: root)
        let sources = reader.sources(of: root)
        let nodes = reader.list("vendors", of: root)
        if nodes.isEmpty { reader.add(.missingKey, "'vendors' is empty", at: root) }
        return nodes.compactMap { node in
            let known = ["id", "name", "country", "category", "products", "hosts", "prefixes", "note"]
            guard reader.check(node, of: "a vendor", known: known) else { return nil }
            return described(node, sources: sources, with: &reader)
        }
    }
}
