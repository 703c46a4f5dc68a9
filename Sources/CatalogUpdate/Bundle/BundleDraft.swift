public import Foundation
import Vendors

/// A bundle in preparation: the files of a rules directory and the manifest that binds them. `minisign` signs it; this program
/// never handles a private key.
public struct BundleDraft: Sendable {
    /// The manifest of the files.
    public var manifest: BundleManifest
    private let files: [String: [UInt8]]

    /// Takes the files of `vendors`, `fingerprints` and `lists` in the directory `rules`.
    ///
    /// - Throws: at a file that a bundle may not hold, and if the catalog has errors.
    public init(
        rules: String, serial: Int, created: Date, expires: Date, leastVersion: String,
        sources: [BundleManifest.Source],
        limits: BundleLimits = BundleLimits()
    ) throws(BundleError) {
        var files: [String: [UInt8]] = [:]
        for directory in BundlePath.directories.keys.sorted() {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: "\(rules)/\(directory)") else {
                continue
            }
            for name in names where !name.hasPrefix(".") {
                let path = "\(directory)/\(name)"
                try CatalogBundle.checkPlace(path)
                files[path] = try PlainFileReader.bytes(of: "\(rules)/\(path)", limit: limits.fileBytes)
            }
        }
        let items = files.map { path, bytes in
            BundleManifest.File(path: path, size: bytes.count, sha256: CatalogBundle.hexadecimalSHA256(of: bytes))
        }
        let (catalog, fingerprints) = try StagedCatalog.load(rules)
        manifest = BundleManifest(
            format: BundleManifest.currentFormat, serial: serial, created: Self.text(of: created),
            expires: Self.text(of: expires), leastVersion: leastVersion, files: items.sorted { $0.path < $1.path },
            counts: StagedCatalog.counts(catalog, fingerprints), sources: sources, changes: [])
        self.files = files
        // What is written has to be readable.
        _ = try BundleManifest(manifest.bytes)
    }

    /// Says what changed since the bundle in the directory `previous`, and adopts what that bundle says of earlier ones.
    public mutating func addChanges(since previous: String) throws(BundleError) {
        let limit = BundleLimits().manifestBytes
        let path = "\(previous)/\(BundleManifest.fileName)"
        let earlier = try BundleManifest(try PlainFileReader.bytes(of: path, limit: limit))
        guard earlier.serial < manifest.serial else {
            throw BundleError(.rollback, "\(path) has serial \(earlier.serial), which is not below \(manifest.serial)")
        }
        let old = try StagedCatalog.load(previous).catalog
        let difference = CatalogDifference(old: old, new: try catalog())
        let change = BundleManifest.Change(
            serial: manifest.serial, created: manifest.created, vendorsAdded: difference.vendorsAdded.map(\.id),
            vendorsRemoved: difference.vendorsRemoved.map(\.id), entriesAdded: difference.added.count,
            entriesRemoved: difference.removed.count, entriesChanged: difference.changed.count)
        manifest.changes = Array(([change] + earlier.changes).prefix(BundleManifest.maximumChanges))
    }

    /// Writes the files and the manifest to the new directory `directory`.
    public func write(to directory: String) throws(BundleError) {
        guard !FileManager.default.fileExists(atPath: directory) else {
            throw BundleError(.store, "\(directory) exists; a bundle is written to a new directory")
        }
        var files = files
        files[BundleManifest.fileName] = manifest.bytes
        try StagedFiles.write(files, to: directory)
    }

    private func catalog() throws(BundleError) -> Catalog {
        do throws(CatalogErrors) {
            let read = try files.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix("vendors/") }
                .map { (file) throws(CatalogErrors) in try Catalog.files(bytes: file.value, file: file.key) }
            return try Catalog([read.flatMap(\.self)])
        } catch { throw BundleError(.check, "\(error)") }
    }

    private static func text(of date: Date) -> String { date.formatted(.iso8601) }
}
