import ArgumentParser
import Vendors

/// `egret catalog list`: the vendors, or one vendor's products and entries.
struct CatalogListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the vendors, or the products and entries of those named.")

    @OptionGroup var catalog: CatalogOptions
    @Argument(help: "Ids of vendors; all of them in short where none is given.") var vendors: [String] = []

    func run() throws {
        let catalog = try catalog.load()
        let unknown = vendors.filter { catalog.vendors[$0] == nil }
        guard unknown.isEmpty else {
            throw ValidationError("unknown vendor: \(unknown.joined(separator: ", "))")
        }
        if vendors.isEmpty {
            let counts = Dictionary(grouping: catalog.entries.compactMap(\.vendor)) { $0 }.mapValues(\.count)
            for vendor in catalog.vendors.values.sorted(by: { $0.id < $1.id }) {
                print("\(vendor.id)\t\(vendor.country)\t\(counts[vendor.id] ?? 0)\t\(vendor.name)")
            }
        }
        for id in vendors { list(id, of: catalog) }
    }

    private func list(_ id: String, of catalog: Catalog) {
        guard let vendor = catalog.vendors[id] else { return }
        print("\(vendor.name) (\(id), \(vendor.country))")
        for product in vendor.products { print("  \(product.id)\t\(product.category.rawValue)\t\(product.name)") }
        for entry in catalog.entries where entry.vendor == id {
            print("  \(entry)\t\(entry.role.rawValue)\t\(entry.scope.rawValue)\t\(entry.product ?? "-")")
        }
    }
}
