import ArgumentParser
import Foundation
import Vendors

/// `egret catalog`: commands on the catalog of vendors.
struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Look at, check, convert, compare and update the catalog of AI vendors.",
        subcommands: [
            CatalogCheckCommand.self, CatalogLookupCommand.self, CatalogListCommand.self, CatalogExportCommand.self,
            CatalogImportCommand.self, CatalogDriftCommand.self, CatalogUpdateCommand.self, CatalogStatusCommand.self,
            CatalogBundleCommand.self, CatalogDiffCommand.self, CatalogReattributeCommand.self,
        ])
}

/// Which catalog a command uses.
struct CatalogOptions: ParsableArguments {
    @Option(
        name: .customLong("catalog"),
        help: "A directory of vendor files; give it several times to override earlier entries one by one.")
    var directories: [String] = []

    /// Writes every error to standard error; the command's end.
    static func failure(_ errors: CatalogErrors) -> ExitCode {
        Terminal.write("\(errors)\n\(errors.errors.count) errors. Nothing was loaded.")
        return .failure
    }

    /// The catalog, or the command's end with every error on standard error.
    func load() throws -> Catalog {
        let directories = self.directories.isEmpty ? [ShippedRules.vendors.directory].compactMap(\.self) : directories
        guard !directories.isEmpty else {
            throw ValidationError(ShippedRules.missingCatalog)
        }
        do {
            return try Catalog.load(directories)
        } catch {
            throw Self.failure(error)
        }
    }
}
