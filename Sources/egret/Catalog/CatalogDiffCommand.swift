import ArgumentParser
import CatalogUpdate
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

/// `egret catalog reattribute`: attributes logged flows again with another catalog.
struct CatalogReattributeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reattribute",
        abstract: "Say which flows of past logs would be attributed differently by this catalog.",
        discussion: """
            Reads JSON lines of egret's own format: files, files packed as .zst, directories of log files, and - for standard input. \
            What could not be read or compared is said on standard error. Exit status: 0 whatever differs, 1 if a log could not be \
            read.
            """)

    @OptionGroup var catalog: CatalogOptions
    @Option(help: "A directory of fingerprints of clients; several times to override earlier ones one by one.")
    var fingerprints: [String] = []
    @Option(help: "text for people, or jsonl: an object a line.") var format = CatalogLookupCommand.Format.text
    @Argument(help: "Log files and directories; - is standard input.") var logs: [String]

    func run() throws {
        let catalog = try catalog.load()
        let known = try ShippedRules.loadFingerprints(fingerprints, catalog: catalog, options: self.catalog)
        var comparison = Reattribution(catalog: catalog, fingerprints: known)
        for log in logs { comparison.read(log) }
        let groups = comparison.finish()
        for group in groups { Terminal.print(format == .jsonl ? group.json : group.text) }
        let changed = groups.reduce(0) { $0 + $1.flows }
        let summary =
            "\(changed) of \(comparison.flows) flows would be attributed differently by catalog \(catalog.version)"
        if format == .text { Terminal.print(summary) }
        for gap in comparison.gaps { Terminal.write("egret: warning: \(gap)") }
        if !comparison.unreadLogs.isEmpty { throw ExitCode.failure }
    }
}
