import ArgumentParser
import CatalogUpdate
import Foundation

/// `egret catalog status`: which bundle is in use, and whether it is whole, signed and fresh.
struct CatalogStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say which bundle is installed, and hold its files against the signed manifest again.",
        discussion: "Exit status: 0 whole and fresh, 1 damaged, expired, or older than 30 days, 2 wrong usage.")

    @OptionGroup var trust: CatalogTrustOptions
    @OptionGroup var store: CatalogStoreOptions

    func run() throws {
        let store = CatalogStore(root: store.path(try store.settings()))
        do throws(BundleError) {
            guard let manifest = try store.manifest(at: store.current) else {
                throw BundleError(.store, "no bundle is installed in \(store.root)")
            }
            let bundle = try BundleSource(store.current).load(keys: try trust.keys())
            Terminal.print("serial \(manifest.serial), made \(manifest.created), expires \(manifest.expires)")
            let counts = manifest.counts
            Terminal.print("\(counts.vendors) vendors, \(counts.entries) entries, \(counts.fingerprints) fingerprints")
            Terminal.print("signed by \(bundle.key): \(bundle.comment)")
            if let earlier = try store.manifest(at: store.previous) {
                Terminal.print("before: serial \(earlier.serial)")
            }
            for change in manifest.changes { Terminal.print("changes: \(change.words)") }
            let warnings = manifest.warnings(at: .now)
            for warning in warnings { Terminal.write("egret: warning: \(warning)") }
            if warnings.isEmpty { return }
        } catch { Terminal.write("egret: \(error)") }
        throw ExitCode.failure
    }
}

extension BundleManifest.Change {
    /// One line for a person.
    fileprivate var words: String {
        "serial \(serial): \(vendorsAdded.count) vendors came, \(vendorsRemoved.count) went; \(entriesAdded) entries came, "
            + "\(entriesRemoved) went, \(entriesChanged) changed"
    }
}
