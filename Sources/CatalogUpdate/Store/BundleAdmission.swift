public import Foundation

/// Whether a checked bundle may be installed here and now: no rollback, no freeze, no program that is too old.
public struct BundleAdmission: Sendable {
    /// The highest serial that was ever installed; `nil` if none was.
    public var highestSerial: Int?
    /// The present.
    public var now: Date
    /// The version of this program.
    public var version: String

    /// A check at the moment `now`.
    public init(highestSerial: Int?, now: Date, version: String) {
        self.highestSerial = highestSerial
        self.now = now
        self.version = version
    }

    /// How far in the future a bundle may have been made: clocks differ.
    static let clockTolerance: TimeInterval = 86_400

    /// Holds that the bundle of `manifest` may be installed.
    public func check(_ manifest: BundleManifest) throws(BundleError) {
        if let highestSerial, manifest.serial <= highestSerial {
            throw BundleError(
                .rollback,
                "the bundle has serial \(manifest.serial), and serial \(highestSerial) was installed here: a serial has to rise"
            )
        }
        guard let created = BundleManifest.moment(manifest.created),
            let expires = BundleManifest.moment(manifest.expires)
        else { throw BundleError(.manifest, "created or expires is no moment") }
        guard created < expires else { throw BundleError(.manifest, "the bundle expires before it was made") }
        guard now < expires else {
            throw BundleError(
                .expired,
                "the bundle expired on \(manifest.expires): ask its publisher for a newer one, or check the clock")
        }
        guard created < now + Self.clockTolerance else {
            throw BundleError(.expired, "the bundle was made on \(manifest.created), in the future: check the clock")
        }
        guard let needed = ProgramVersion(manifest.leastVersion), let own = ProgramVersion(version) else {
            throw BundleError(.version, "'\(manifest.leastVersion)' or '\(version)' is no version")
        }
        guard own >= needed else {
            throw BundleError(.version, "the bundle needs egret \(manifest.leastVersion) or later; this is \(version)")
        }
    }
}
