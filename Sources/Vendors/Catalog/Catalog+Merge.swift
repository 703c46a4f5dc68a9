import Bytes
import Text

extension Catalog {
    /// The catalog of several directories' files, the later ones overriding the earlier entry by entry.
    ///
    /// An entry overrides one with the same manner and name; a vendor's name, country and category are the last
    /// file's, and its products are joined by id. Within one directory the same entry or vendor twice is an error.
    /// Throws all errors that only the files together can show.
    public init(_ directories: [[VendorFile]]) throws(CatalogErrors) {
        self.init()
        var errors: [CatalogError] = []
        var places: [CatalogEntry.Match: EntryPlace] = [:]
        let total = directories.joined().reduce(0) { $0 + $1.entries.count }
        places.reserveCapacity(total)
        entries.reserveCapacity(total)
        vendors.reserveCapacity(directories.reduce(0) { $0 + $1.count })
        for (directory, files) in directories.enumerated() {
            let files = files.sorted { $0.file < $1.file }
            errors += takeVendors(of: files)
            errors += takeEntries(of: files, directory: directory, places: &places)
        }
        errors += fillCategories()
        guard errors.isEmpty else { throw CatalogErrors(errors) }
        index()
    }

    private mutating func takeVendors(of files: [VendorFile]) -> [CatalogError] {
        var errors: [CatalogError] = []
        var seen: [String: String] = [:]
        seen.reserveCapacity(files.count)
        for file in files {
            guard let vendor = file.vendor else { continue }
            if let other = seen.updateValue(file.file, forKey: vendor.id) {
                errors.append(
                    CatalogError(
                        .duplicateVendor, "the vendor '\(vendor.id)' is in \(other) too", at: file.vendorPlace))
            }
            if let earlier = vendors.updateValue(vendor, forKey: vendor.id) {
                vendors[vendor.id] = Self.join(earlier, vendor)
            }
        }
        return errors
    }

    private static func join(_ earlier: Vendor, _ later: Vendor) -> Vendor {
        var joined = later
        joined.products =
            earlier.products.filter { product in !later.products.contains { $0.id == product.id } } + later.products
        return joined
    }

    /// Where an entry is among all, and the last directory that has it.
    private struct EntryPlace {
        var index: Int
        var directory: Int
    }

    private mutating func takeEntries(
        of files: [VendorFile], directory: Int, places: inout [CatalogEntry.Match: EntryPlace]
    ) -> [CatalogError] {
        var errors: [CatalogError] = []
        for file in files {
            for entry in file.entries {
                let new = EntryPlace(index: entries.count, directory: directory)
                guard let place = places.updateValue(new, forKey: entry.match) else {
                    entries.append(entry)
                    continue
                }
                places[entry.match] = EntryPlace(index: place.index, directory: directory)
                if place.directory == directory {
                    let message = "'\(entry)' occurs twice; first at \(entries[place.index].place)"
                    errors.append(CatalogError(.duplicateEntry, message, at: entry.place))
                } else {
                    entries[place.index] = entry
                }
            }
        }
        return errors
    }

    /// Gives every entry of a product the product's category, once all products are known.
    private mutating func fillCategories() -> [CatalogError] {
        var errors: [CatalogError] = []
        // Entries of a vendor are together.
        var (vendor, products): (String?, [Vendor.Product]) = (nil, [])
        for index in entries.indices where entries[index].namesProducts {
            if vendor != entries[index].vendor {
                vendor = entries[index].vendor
                products = vendor.flatMap { vendors[$0]?.products } ?? []
            }
            for id in entries[index].products {
                if let product = products.first(where: { $0.id == id }) {
                    if id == entries[index].product { entries[index].category = product.category }
                    continue
                }
                let suggestion = Spelling.nearest(to: id, among: products.map(\.id))
                let isOwn = id == entries[index].product
                let place = isOwn ? entries[index].productPlace : nil
                errors.append(
                    CatalogError(
                        .unknownProduct, "unknown product '\(id)'", at: place ?? entries[index].place,
                        suggestion: suggestion))
            }
        }
        return errors
    }

    /// Makes what look-ups go by.
    private mutating func index() {
        var names: [(pattern: HostPattern, value: UInt32)] = []
        names.reserveCapacity(entries.count)
        var blocks: [(prefix: AddressPrefix, value: UInt32)] = []
        for (number, entry) in entries.enumerated() {
            switch entry.match {
            case .host(let pattern): names.append((pattern, UInt32(clamping: number)))
            case .prefix(let prefix): blocks.append((prefix, UInt32(clamping: number)))
            }
        }
        hosts = HostTable(names)
        prefixes = PrefixTable(blocks)
        let newest = entries.reduce("") { $1.date > $0 ? $1.date : $0 }
        version = newest.isEmpty ? "0" : String(newest.map { $0 == "-" ? "." : $0 })
        findings = entries.map { finding(of: $0) }
    }
}
