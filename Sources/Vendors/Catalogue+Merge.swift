import Bytes
import Text

extension Catalogue {
    /// The catalogue of several directories' files, the later ones overriding the earlier entry by entry.
    ///
    /// An entry overrides one with the same manner and name; a vendor's name, country and category are the last
    /// file's, and its products are joined by id. Within one directory the same entry or vendor twice is an error.
    /// Throws all errors that only the files together can show.
    public init(_ directories: [[VendorFile]]) throws(CatalogueErrors) {
        self.init()
        var errors: [CatalogueError] = []
        var places: [CatalogueEntry.Match: Int] = [:]
        for files in directories {
            let files = files.sorted { $0.file < $1.file }
            errors += takeVendors(of: files)
            errors += takeEntries(of: files, places: &places)
        }
        errors += fillCategories()
        guard errors.isEmpty else { throw CatalogueErrors(errors) }
        index()
    }

    private mutating func takeVendors(of files: [VendorFile]) -> [CatalogueError] {
        var errors: [CatalogueError] = []
        var seen: [String: String] = [:]
        for file in files {
            guard let vendor = file.vendor else { continue }
            if let other = seen.updateValue(file.file, forKey: vendor.id) {
                errors.append(
                    CatalogueError(
                        .duplicateVendor, "the vendor '\(vendor.id)' stands in \(other) too", at: file.vendorPlace))
            }
            vendors[vendor.id] = vendors[vendor.id].map { Self.join($0, vendor) } ?? vendor
        }
        return errors
    }

    private static func join(_ earlier: Vendor, _ later: Vendor) -> Vendor {
        var joined = later
        joined.products =
            earlier.products.filter { product in !later.products.contains { $0.id == product.id } } + later.products
        return joined
    }

    private mutating func takeEntries(
        of files: [VendorFile], places: inout [CatalogueEntry.Match: Int]
    ) -> [CatalogueError] {
        var errors: [CatalogueError] = []
        var seen: Set<CatalogueEntry.Match> = []
        for entry in files.flatMap(\.entries) {
            let place = places[entry.match]
            if let place, !seen.insert(entry.match).inserted {
                let message = "'\(entry)' stands twice; first at \(entries[place].place)"
                errors.append(CatalogueError(.duplicateEntry, message, at: entry.place))
            } else if let place {
                entries[place] = entry
            } else {
                seen.insert(entry.match)
                places[entry.match] = entries.count
                entries.append(entry)
            }
        }
        return errors
    }

    /// Gives every entry of a product the product's category, once all products are known.
    private mutating func fillCategories() -> [CatalogueError] {
        var errors: [CatalogueError] = []
        for index in entries.indices {
            let products = entries[index].vendor.flatMap { vendors[$0]?.products } ?? []
            for id in [entries[index].product].compactMap(\.self) + entries[index].alsoUsedBy {
                if let product = products.first(where: { $0.id == id }) {
                    if id == entries[index].product { entries[index].category = product.category }
                    continue
                }
                let suggestion = Spelling.nearest(to: id, among: products.map(\.id))
                let isOwn = id == entries[index].product
                let place = isOwn ? entries[index].productPlace : nil
                errors.append(
                    CatalogueError(
                        .unknownProduct, "unknown product '\(id)'", at: place ?? entries[index].place,
                        suggestion: suggestion))
            }
        }
        return errors
    }

    private mutating func index() {
        let names = entries.compactMap { entry in
            if case .host(let pattern) = entry.match { pattern.name.utf8.count } else { nil }
        }
        hosts.reserve(patterns: names.count, bytes: names.reduce(0, +))
        for (number, entry) in entries.enumerated() {
            switch entry.match {
            case .host(let pattern): hosts.insert(pattern, value: UInt32(clamping: number))
            case .prefix(let prefix): prefixes.insert(prefix, value: UInt32(clamping: number))
            }
        }
        version = entries.map(\.date).max().map { String($0.map { $0 == "-" ? "." : $0 }) } ?? "0"
    }
}
