public import ArgumentParser
public import Vendors

extension CatalogExport.Format: ExpressibleByArgument {}
extension CatalogImport.Format: ExpressibleByArgument {}

/// `egret catalog export`: the same names for another tool.
struct CatalogExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the catalog in the manner of another tool.")

    @OptionGroup var catalog: CatalogOptions
    @Option(name: .customLong("as"), help: "What the text is for.") var format: CatalogExport.Format
    @Option(help: "Only this vendor; may be given several times.") var vendor: [String] = []
    @Flag(help: "Shared hosts too, which carry everybody's traffic.") var includeShared = false

    func run() throws {
        let catalog = try catalog.load()
        if let unknown = vendor.first(where: { catalog.vendors[$0] == nil }) {
            throw ValidationError("unknown vendor: \(unknown)")
        }
        let export = CatalogExport(catalog, vendors: Set(vendor), includesShared: includeShared)
        print(export.text(as: format), terminator: "")
    }
}
