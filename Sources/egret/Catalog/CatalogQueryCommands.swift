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
                Terminal.print("\(vendor.id)\t\(vendor.country)\t\(counts[vendor.id] ?? 0)\t\(vendor.name)")
            }
        }
        for id in vendors { list(id, of: catalog) }
    }

    private func list(_ id: String, of catalog: Catalog) {
        guard let vendor = catalog.vendors[id] else { return }
        Terminal.print("\(vendor.name) (\(id), \(vendor.country), \(vendor.category.rawValue))")
        for product in vendor.products {
            Terminal.print("  \(product.id)\t\(product.category.rawValue)\t\(product.name)")
        }
        for entry in catalog.entries where entry.vendor == id {
            var columns = ["\(entry)", entry.role.rawValue, entry.scope.rawValue, entry.product ?? "-"]
            if let tier = entry.tier { columns.append("tier \(tier.rawValue)") }
            if let region = entry.region { columns.append("region \(region)") }
            Terminal.print("  " + columns.joined(separator: "\t"))
        }
    }
}

/// `egret catalog lookup`: what the catalog says of a host or an address.
struct CatalogLookupCommand: ParsableCommand {
    /// How answers are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, jsonl
    }

    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "Say what a host or an address is, by which entry, and why.")

    @OptionGroup var catalog: CatalogOptions
    @Option(help: "text for people, or jsonl: an object a line.") var format = Format.text
    @Argument(help: "Host names and addresses; - reads them from standard input, one a line.") var names: [String]

    func run() throws {
        let catalog = try catalog.load()
        for name in names {
            if name == "-" {
                while let line = readLine() { answer(line, catalog) }
            } else {
                answer(name, catalog)
            }
        }
    }

    private func answer(_ name: String, _ catalog: Catalog) {
        let answer = CatalogLookup(name, in: catalog)
        Terminal.print(format == .jsonl ? answer.json : answer.text)
    }
}
