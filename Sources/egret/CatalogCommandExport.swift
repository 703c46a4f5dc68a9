public import ArgumentParser
public import Vendors

extension CatalogueExport.Format: ExpressibleByArgument {}
extension CatalogueImport.Format: ExpressibleByArgument {}

/// `egret catalog export`: the same names for another tool.
struct CatalogExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the catalogue in the manner of another tool.")

    @OptionGroup var catalogue: CatalogueOptions
    @Option(name: .customLong("as"), help: "What the text is for.") var format: CatalogueExport.Format
    @Option(help: "Only this vendor; may be given several times.") var vendor: [String] = []
    @Flag(help: "Shared hosts too, which carry everybody's traffic.") var includeShared = false

    func run() throws {
        let catalogue = try catalogue.load()
        if let unknown = vendor.first(where: { catalogue.vendors[$0] == nil }) {
            throw ValidationError("unknown vendor: \(unknown)")
        }
        let export = CatalogueExport(catalogue, vendors: Set(vendor), includesShared: includeShared)
        print(export.text(as: format), terminator: "")
    }
}
