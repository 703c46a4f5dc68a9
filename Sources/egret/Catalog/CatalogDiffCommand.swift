import ArgumentParser
import Foundation
import Vendors

/// `egret catalog diff`: compares two catalogs.
struct CatalogDiffCommand: ParsableCommand {
    /// How the difference is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say in words what differs between two catalogs.",
        discussion: """
            A catalog is a directory of vendor files, or a directory with vendors in it: a bundle, or the current or previous link of \
            a store. Exit status: 0 whatever the difference, 1 if a catalog cannot be read.
            """)

    @Option(help: "text for people, or json: one object.") var format = Format.text
    @Argument(help: "The old catalog.") var old: String
    @Argument(help: "The new catalog.") var new: String

    func run() throws {
        let difference = CatalogDifference(old: try Self.load(old), new: try Self.load(new))
        Terminal.print(format == .json ? difference.json : difference.text)
    }

    private static func load(_ path: String) throws -> Catalog {
        let inner = path + "/vendors"
        // A path that ends in "/." exists only if it is a directory.
        let directory = FileManager.default.fileExists(atPath: inner + "/.") ? inner : path
        do throws(CatalogErrors) { return try Catalog.load([directory]) } catch { throw CatalogOptions.failure(error) }
    }
}
