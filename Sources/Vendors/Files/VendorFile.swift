import Bytes
public import Text

/// One file of the catalog as it was read: a vendor, or no one's shared hosts, with places for later errors.
///
/// Reading takes text and a name and does no I/O; `docs/CATALOG.md` describes the format.
public struct VendorFile: Sendable {
    /// The file's name as it was given.
    public var file: String
    /// The vendor; nothing in a file of hosts that many companies share.
    public var vendor: Vendor?
    /// Where the vendor's id is; the file's beginning if it has none.
    public var vendorPlace: SourcePosition
    /// The category of entries without a product.
    public var category: Category
    /// The entries in the order of the file. The category of one with a product is filled in by the catalog, since
    /// the product may be in another directory's file of the same vendor.
    public var entries: [CatalogEntry]

    /// The largest file in bytes that is read.
    public static let maximumBytes = 4 << 20
}

extension VendorFile {
    /// Reads the text of one file. Throws every error that the file alone can show.
    public init(text: String, file: String) throws(CatalogErrors) {
        try self.init(bytes: Array(text.utf8), file: file)
    }

    /// Reads the bytes of one file. Throws every error that the file alone can show.
    public init(bytes: [UInt8], file: String) throws(CatalogErrors) {
        var reader = VendorReader(file: file)
        let read = reader.root(of: bytes).flatMap { Self.read($0, with: &reader) }
        guard let read, reader.errors.isEmpty else { throw CatalogErrors(reader.errors) }
        self = read
    }

    /// What the parts of a file need of one another.
    struct Context {
        var vendor: Vendor?
        var category: Category
        /// Every source by its name in the file, and when it was read.
        var sources: [String: VendorReader.Source] = [:]
    }

    static func read(_ root: YAMLNode, with reader: inout VendorReader) -> VendorFile? {
        let known = ["id", "name", "country", "category", "products", "sources", "hosts", "prefixes", "note"]
        guard reader.check(root, of: "the file", known: known) else { return nil }
        let sources = reader.sources(of: root)
        return described(root, sources: sources, with: &reader)
    }

    /// The vendor, or the shared hosts, that `node` describes, with sources that the file names.
    static func described(
        _ node: YAMLNode, sources: [String: VendorReader.Source], with reader: inout VendorReader
    ) -> VendorFile {
        _ = reader.optional("note", of: node)
        let name = reader.required("name", of: node, what: "the file") ?? ""
        let isVendor = node["id"] != nil
        let category: Category = reader.keyword("category", of: node, default: isVendor ? .api : .sharedService)
        var context = Context(vendor: nil, category: category)
        if isVendor {
            let id = reader.slug("id", of: node, what: "the file") ?? ""
            let country = reader.country("country", of: node, what: "the vendor") ?? "ZZ"
            let products = products(of: node, with: &reader)
            context.vendor = Vendor(id: id, name: name, country: country, category: category, products: products)
        } else {
            for key in ["country", "products", "prefixes"] {
                guard let position = node.entry(key)?.position else { continue }
                reader.add(.missingKey, "a file with '\(key)' needs the vendor's 'id'", at: position)
            }
        }
        context.sources = sources
        return VendorFile(
            file: reader.file, vendor: context.vendor, vendorPlace: (node["id"] ?? node).position,
            category: category, entries: entries(of: node, context, with: &reader))
    }

    private static func entries(
        of node: YAMLNode, _ context: Context, with reader: inout VendorReader
    ) -> [CatalogEntry] {
        let hosts = reader.list("hosts", of: node)
        let prefixes = reader.list("prefixes", of: node)
        if hosts.isEmpty, prefixes.isEmpty { reader.add(.missingKey, "the file has no 'hosts'", at: node) }
        var entries: [CatalogEntry] = []
        for host in hosts { entry(ofHost: host, context, &reader).map { entries.append($0) } }
        for prefix in prefixes { entry(ofPrefix: prefix, context, &reader).map { entries.append($0) } }
        return entries
    }

    private static func products(
        of root: YAMLNode, with reader: inout VendorReader
    ) -> [Vendor.Product] {
        var products: [Vendor.Product] = []
        for node in reader.list("products", of: root) {
            guard reader.check(node, of: "a product", known: ["id", "name", "category"]),
                let id = reader.slug("id", of: node, what: "a product"),
                let name = reader.required("name", of: node, what: "a product"),
                reader.required("category", of: node, what: "a product") != nil
            else { continue }
            let category: Category = reader.keyword("category", of: node, default: .api)
            if products.contains(where: { $0.id == id }) {
                reader.add(.duplicateProduct, "the product '\(id)' occurs twice", at: node)
            }
            products.append(Vendor.Product(id: id, name: name, category: category))
        }
        return products
    }
}
