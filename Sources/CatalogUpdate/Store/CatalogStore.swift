import Archive
import Foundation

/// The directory that bundles are installed into.
///
/// `versions/SERIAL` holds a bundle whole; `current` is a symbolic link to the one in use, `previous` to the one before. A new one is
/// written beside them, checked there, and takes the place of `current` by one rename(2), so that a reader has the old or the new
/// one and nothing between. One process at a time changes a store.
public struct CatalogStore: Sendable {
    /// The store's directory.
    public let root: String

    /// The store in the directory `root`, which is made at the first installation.
    public init(root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// The link to the bundle in use.
    public var current: String { "\(root)/current" }
    /// The link to the bundle before it.
    public var previous: String { "\(root)/previous" }
    private var versions: String { "\(root)/versions" }
    private var statePath: String { "\(root)/state.json" }

    /// The state that a store keeps in addition to its bundles.
    private struct State: Codable {
        /// The highest serial that was ever in use: it is kept when the store goes back.
        var highestSerial: Int

        enum CodingKeys: String, CodingKey { case highestSerial = "highest_serial" }
    }

    /// The manifest of the bundle that `link` leads to; `nil` if there is no link.
    ///
    /// - Throws: if there is a link, and no manifest where it leads.
    public func manifest(at link: String) throws(BundleError) -> BundleManifest? {
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) != nil else { return nil }
        do throws(BundleError) {
            let limit = BundleLimits().manifestBytes
            return try BundleManifest(
                try PlainFileReader.bytes(of: "\(link)/\(BundleManifest.fileName)", limit: limit))
        } catch {
            throw BundleError(.store, "\(link) leads to no installed bundle: \(error.message)")
        }
    }

    /// The highest serial that was ever in use; `nil` if none was.
    public func highestSerial() throws(BundleError) -> Int? {
        let installed = try manifest(at: current)?.serial
        guard FileManager.default.fileExists(atPath: statePath) else { return installed }
        let bytes = try PlainFileReader.bytes(of: statePath, limit: 4_096)
        guard let state = try? JSONDecoder().decode(State.self, from: Data(bytes)) else {
            throw BundleError(.store, "\(statePath) is damaged: it holds {\"highest_serial\": N}")
        }
        return max(installed ?? 0, state.highestSerial)
    }

    /// The result of an installation.
    public enum Outcome: Equatable, Sendable {
        /// The bundle is in use.
        case installed
        /// It was in use already.
        case unchanged
        /// It is the one that `rollBack` replaced: only a higher serial replaces the present one.
        case rolledBack
    }

    /// Installs `bundle` if `admission` lets it: whole, or not at all.
    ///
    /// `check` gets the directory of the staged files and throws if they may not be used; `record` writes down that the bundle
    /// is about to take the place of the present one, and throws if that cannot be written. Nothing is changed if either throws.
    public func install(
        _ bundle: CatalogBundle, admission: (_ highestSerial: Int?) -> BundleAdmission,
        check: (_ directory: String) throws(BundleError) -> Void,
        record: (_ replaced: BundleManifest?) throws(BundleError) -> Void
    ) throws(BundleError) -> Outcome {
        let lock = try StoreLock(root)
        defer { lock.release() }
        let replaced = try manifest(at: current)
        let highest = try highestSerial()
        if bundle.manifest == replaced {
            // The publisher offers nothing newer: that is fine until it has expired.
            try admission(nil).check(bundle.manifest)
            return .unchanged
        }
        if let replaced, highest == bundle.manifest.serial, replaced.serial < bundle.manifest.serial,
            try manifest(at: previous) == bundle.manifest
        {
            return .rolledBack
        }
        try admission(highest).check(bundle.manifest)
        try stage(bundle, replacing: replaced, check: check, record: record)
        let place = "\(versions)/\(bundle.manifest.serial)"
        // A directory that an attempt left behind which was ended by force: no link leads to it.
        remove(place)
        try move(staged, to: place)
        StagedFiles.settle(versions)
        if let replaced { try link(previous, to: replaced.serial) }
        try link(current, to: bundle.manifest.serial)
        removeOthers(than: [bundle.manifest.serial, replaced?.serial])
        return .installed
    }

    private var staged: String { "\(versions)/.staged" }

    private func stage(
        _ bundle: CatalogBundle, replacing replaced: BundleManifest?, check: (String) throws(BundleError) -> Void,
        record: (BundleManifest?) throws(BundleError) -> Void
    ) throws(BundleError) {
        remove(staged)
        do throws(BundleError) {
            try StagedFiles.write(bundle.files, to: staged)
            try check(staged)
            try record(replaced)
        } catch {
            remove(staged)
            throw error
        }
    }

    /// Goes back to the bundle before the present one, which becomes the one before. The highest serial stays as it is, so that an
    /// update does not bring back what was left.
    ///
    /// `check` and `record` as for `install`.
    public func rollBack(
        check: (_ directory: String) throws(BundleError) -> Void,
        record: (_ from: BundleManifest, _ to: BundleManifest) throws(BundleError) -> Void
    ) throws(BundleError) -> BundleManifest {
        let lock = try StoreLock(root)
        defer { lock.release() }
        guard let present = try manifest(at: current) else { throw BundleError(.store, "\(root) holds no bundle") }
        guard let earlier = try manifest(at: previous), earlier.serial != present.serial else {
            throw BundleError(.store, "\(root) holds no bundle before serial \(present.serial)")
        }
        try check("\(versions)/\(earlier.serial)")
        let highest = max(try highestSerial() ?? 0, present.serial)
        try write(State(highestSerial: highest))
        try record(present, earlier)
        try link(current, to: earlier.serial)
        try link(previous, to: present.serial)
        return earlier
    }

    private func write(_ state: State) throws(BundleError) {
        guard let data = try? JSONEncoder().encode(state),
            (try? data.write(to: URL(fileURLWithPath: statePath + ".new"))) != nil
        else { throw BundleError(.store, "\(statePath) cannot be written") }
        try move(statePath + ".new", to: statePath)
    }

    /// Lets `link` lead to the bundle of `serial`: a new link takes the old one's place in one step.
    private func link(_ link: String, to serial: Int) throws(BundleError) {
        let new = link + ".new"
        remove(new)
        do {
            try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: "versions/\(serial)")
        } catch { throw BundleError(.store, "\(new) cannot be made: \(error.localizedDescription)") }
        try move(new, to: link)
        StagedFiles.settle(root)
    }

    private func move(_ path: String, to other: String) throws(BundleError) {
        do throws(ArchiveError) { try FileReplacement.move(path, to: other) } catch {
            throw BundleError(.store, "\(path) cannot be renamed to \(other): \(error)")
        }
    }

    private func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    private func removeOthers(than serials: [Int?]) {
        let kept = Set(serials.compactMap { $0.map(String.init) })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? [] where !kept.contains(name) {
            remove("\(versions)/\(name)")
        }
    }
}
