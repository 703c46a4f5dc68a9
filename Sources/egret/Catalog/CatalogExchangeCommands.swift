public import ArgumentParser
import Foundation
import Text
public import Vendors

extension CatalogExport.Format: ExpressibleByArgument {}
extension CatalogImport.Format: ExpressibleByArgument {}
extension Role: ExpressibleByArgument {}

/// `egret catalog export`: the same names for another tool.
struct CatalogExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the catalog in the format of another tool.",
        discussion: """
            Entries that a format cannot express are counted in a comment of the text, if the format has comments, and on standard \
            error. allowlist, sandbox and cilium allow what they name: give --vendor with them.
            """)

    @OptionGroup var catalog: CatalogOptions
    @Option(name: .customLong("as"), help: "The format: a resolver's, a proxy's, a firewall's, an allow list, a table.")
    var format: CatalogExport.Format
    @Option(help: "Only this vendor; may be given several times.") var vendor: [String] = []
    @Option(help: "Only this product of the vendors; may be given several times.") var product: [String] = []
    @Option(help: "Only hosts with this role; may be given several times.") var role: [Role] = []
    @Option(help: "Export the names of this list instead, a name a line: what egret catalog drift --learn wrote.")
    var list: String?
    @Flag(help: "Shared hosts too, which carry everyone's traffic.") var includeShared = false

    func run() throws {
        if let list { return write(try export(of: list)) }
        let catalog = try catalog.load()
        if let unknown = vendor.first(where: { catalog.vendors[$0] == nil }) {
            throw ValidationError("unknown vendor: \(unknown)")
        }
        let products = Set(catalog.vendors.values.flatMap { $0.products.map(\.id) })
        if let unknown = product.first(where: { !products.contains($0) }) {
            throw ValidationError("unknown product: \(unknown)")
        }
        var selection = CatalogExport.Selection()
        selection.vendors = Set(vendor)
        selection.products = Set(product)
        selection.roles = Set(role)
        selection.includesShared = includeShared
        write(CatalogExport(catalog, selection))
    }

    /// The names of the list at `path`, or the command's end with every error of it.
    private func export(of path: String) throws -> CatalogExport {
        guard vendor.isEmpty, product.isEmpty, role.isEmpty, !includeShared, catalog.directories.isEmpty else {
            throw ValidationError("--list takes the place of the catalog, and of what selects its entries")
        }
        guard let data = FileManager.default.contents(atPath: path),
            let text = SourceText(name: path, bytes: [UInt8](data))
        else {
            Terminal.write("egret: error: \(path) cannot be read, or is not UTF-8")
            throw ExitCode.failure
        }
        let name = "list \(URL(fileURLWithPath: path).lastPathComponent.escapedForDisplay(limit: 100))"
        do throws(CatalogErrors) {
            return try CatalogExport(list: text, version: name)
        } catch { throw CatalogOptions.failure(error) }
    }

    private func write(_ export: CatalogExport) {
        let output = export.output(as: format)
        Terminal.print(output.text, terminator: "")
        // Not every format has comments, so it is said here too.
        if output.leftOut > 0 {
            Terminal.write("egret: \(output.leftOut) entries are left out: \(format.rawValue) cannot express them")
        }
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
