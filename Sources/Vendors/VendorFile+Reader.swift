import Bytes
import Yams

extension VendorFile {
    /// Reads the text of one file. Throws every error that the file alone can show.
    public init(text: String, file: String) throws(CatalogueErrors) {
        var document = YAMLDocument(file: file)
        let read = document.root(of: text).flatMap { Self.read($0, with: &document) }
        guard let read, document.errors.isEmpty else { throw CatalogueErrors(document.errors) }
        self = read
    }

    /// What the parts of a file need of one another.
    struct Context {
        var vendor: Vendor?
        var category: Category
        /// Every source by its name in the file, and when it was read.
        var sources: [String: YAMLDocument.Source] = [:]
    }

    private static func read(_ node: Node, with document: inout YAMLDocument) -> VendorFile? {
        let known = ["id", "name", "country", "category", "products", "sources", "hosts", "prefixes", "note"]
        guard let root = document.mapping(node, of: "the file", known: known) else { return nil }
        _ = document.optional("note", of: root)
        let name = document.required("name", of: root, what: "the file") ?? ""
        let isVendor = root.values["id"] != nil
        let category: Category = document.word("category", of: root, standard: isVendor ? .api : .sharedService)
        var context = Context(vendor: nil, category: category)
        if isVendor {
            let id = document.slug("id", of: root, what: "the file") ?? ""
            let country = country(of: root, with: &document)
            let products = products(of: root, with: &document)
            context.vendor = Vendor(id: id, name: name, country: country, category: category, products: products)
        } else {
            for key in ["country", "products", "prefixes"] where root.values[key] != nil {
                document.add(.missingKey, "a file with '\(key)' needs the vendor's 'id'", at: root.keys[key] ?? node)
            }
        }
        context.sources = document.sources(of: root)
        let hosts = document.list("hosts", of: root)
        let prefixes = document.list("prefixes", of: root)
        if hosts.isEmpty, prefixes.isEmpty { document.add(.missingKey, "the file has no 'hosts'", at: node) }
        var entries: [CatalogueEntry] = []
        for host in hosts { entry(ofHost: host, context, &document).map { entries.append($0) } }
        for prefix in prefixes { entry(ofPrefix: prefix, context, &document).map { entries.append($0) } }
        return VendorFile(
            file: document.file, vendor: context.vendor, vendorPlace: document.place(of: root.values["id"] ?? node),
            category: category, entries: entries)
    }

    private static func country(of root: YAMLDocument.Mapping, with document: inout YAMLDocument) -> String {
        guard let country = document.required("country", of: root, what: "the vendor") else { return "ZZ" }
        let isCode = country.utf8.count == 2 && country.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        if !isCode, let node = root.values["country"] {
            document.add(.country, "'\(country)' is no country; two capital letters, ZZ where unknown", at: node)
        }
        return country
    }

    private static func products(
        of root: YAMLDocument.Mapping, with document: inout YAMLDocument
    ) -> [Vendor.Product] {
        var products: [Vendor.Product] = []
        for node in document.list("products", of: root) {
            guard let product = document.mapping(node, of: "a product", known: ["id", "name", "category"]),
                let id = document.slug("id", of: product, what: "a product"),
                let name = document.required("name", of: product, what: "a product"),
                document.required("category", of: product, what: "a product") != nil
            else { continue }
            let category: Category = document.word("category", of: product, standard: .api)
            if products.contains(where: { $0.id == id }) {
                document.add(.duplicateProduct, "the product '\(id)' stands twice", at: node)
            }
            products.append(Vendor.Product(id: id, name: name, category: category))
        }
        return products
    }
}
