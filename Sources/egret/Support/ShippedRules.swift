import Foundation
import Vendors

/// The directory of the data that ships with the program: vendors, policies, lists and fingerprints.
enum ShippedRules: String {
    case vendors, policies, lists, fingerprints

    /// The first place that exists: `rules` beside the program, in the checkout that it was built in, under the prefix that it is
    /// installed in (`BIN/../share/egret`), then in the system.
    ///
    /// Never the working directory: anyone who may write there could change what a sensor with rights goes by.
    var directory: String? {
        // A path that ends in "/." exists only if it is a directory.
        Self.roots.map { "\($0)/\(rawValue)" }.first { FileManager.default.fileExists(atPath: $0 + "/.") }
    }

    /// The policy that is in use if no rules are named: what concerns any owner of a network, and bans no one.
    static var defaultPolicy: String? {
        guard let path = policies.directory.map({ $0 + "/default.yaml" }) else { return nil }
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// What is done with fingerprints that ship whose vendor the catalog does not have: they were written for the one that
    /// ships, and another is not wrong for it.
    static func unknownOwners(hasOwnCatalog: Bool) -> FingerprintSet.UnknownOwner {
        hasOwnCatalog ? .disowned : .refused
    }

    /// The fingerprints of `directories`, or those that ship, with the catalog that `options` name; the command's end with
    /// every error on standard error.
    static func loadFingerprints(
        _ directories: [String], catalog: Catalog, options: CatalogOptions
    ) throws -> FingerprintSet {
        let areShipped = directories.isEmpty
        do {
            return try FingerprintSet.load(
                areShipped ? [fingerprints.directory].compactMap(\.self) : directories, catalog: catalog,
                unknownOwners: areShipped ? unknownOwners(hasOwnCatalog: !options.directories.isEmpty) : .refused)
        } catch {
            throw CatalogOptions.failure(error)
        }
    }

    /// What a command ends with if no catalog is named and none ships: every place that was looked at.
    static var missingCatalog: String {
        let places = roots.map { "\($0)/\(vendors.rawValue)" }.joined(separator: ", ")
        return "no catalog found; name its directory with --catalog. Looked for \(places)"
    }

    private static var roots: [String] {
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        return [program?.path, checkout(of: program), prefix(of: program)].compactMap { $0.map { "\($0)/rules" } }
            + ["/usr/share/egret/rules"]
    }

    /// What is shared under the prefix that the program is installed in: `PREFIX/share/egret` for `PREFIX/bin`.
    private static func prefix(of program: URL?) -> String? {
        guard let program, program.lastPathComponent == "bin" else { return nil }
        return program.deletingLastPathComponent().appendingPathComponent("share/egret").path
    }

    /// The directory that holds the `.build` directory which the program is in.
    private static func checkout(of program: URL?) -> String? {
        guard let parts = program?.pathComponents, let build = parts.lastIndex(where: { $0.hasPrefix(".build") })
        else { return nil }
        return NSString.path(withComponents: Array(parts[..<build]))
    }
}
