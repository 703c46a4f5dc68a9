public import ArgumentParser
import Foundation
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
        Terminal.print(export.text(as: format), terminator: "")
    }
}

/// `egret catalog import`: another tool's list as a draft vendor file.
struct CatalogImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Turn a list of v2fly or Clash into a draft vendor file on standard output.")

    @Option(name: .customLong("from"), help: "What the list is written in.") var format: CatalogImport.Format
    @Option(help: "The vendor's id, a slug.") var id: String
    @Option(help: "The vendor's name.") var name: String
    @Option(help: "Where the list was read, with its version.") var source: String
    @Option(help: "The day it was read, as 2026-11-22.") var date: String
    @Argument(help: "The list's file.") var file: String

    func run() throws {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw ValidationError("\(file) cannot be read")
        }
        let list = CatalogImport(text, format: format)
        let draft = list.draft(id: id, name: name, source: source, date: date)
        do {
            _ = try VendorFile(text: draft, file: "\(id).yaml")
        } catch {
            throw ValidationError(error.description)
        }
        Terminal.print(draft, terminator: "")
    }
}
