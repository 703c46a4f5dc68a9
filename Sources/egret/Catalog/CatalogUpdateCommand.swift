import ArgumentParser
import Bytes
import CatalogUpdate
import Events
import Foundation
import Monitor
import PublicSuffix
import Settings

/// `egret catalog update`: installs a newer signed catalog atomically.
struct CatalogUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Install a signed bundle of the catalog, whole or not at all; or go back to the one before.",
        discussion: """
            The bundle's manifest is signed in the format of minisign and names every file with its SHA-256. The serial has to rise \
            and the bundle must not have expired. The new catalog is checked as catalog check does, and the operator's rules are \
            loaded and tested with it, before it takes the place of the present one in one step. A sensor with catalog.store uses it \
            from its next reload on. What was installed, refused or rolled back is an audit event.
            Exit status: 0 installed, or there is no newer bundle; 1 refused or failed; 2 wrong usage.
            """)

    @Option(help: "The bundle: a tar archive, a directory, or an https:// address of an archive.") var from: String?
    @Flag(help: "Go back to the bundle before the present one. The next update needs a serial above both.")
    var rollback = false
    @OptionGroup var trust: CatalogTrustOptions
    @OptionGroup var store: CatalogStoreOptions
    @Option(help: "The file of certificates (PEM) that HTTPS trusts, in place of the system's.") var authorities:
        String?
    @Option(help: "The directory of log files that audit events go to. STORE/audit unless given.") var audit: String?
    @Option(help: "The file of the key that seals the log of the audit events.") var evidenceKey: String?

    func validate() throws {
        guard (from != nil) != rollback else { throw ValidationError("give either --from or --rollback") }
    }

    func run() throws {
        let settings = try store.settings()
        let place = store.path(settings)
        let trail = CatalogAudit(directory: audit ?? "\(place)/audit", evidenceKey: evidenceKey)
        do throws(BundleError) {
            if let from {
                try install(from, into: CatalogStore(root: place), settings: settings, trail: trail)
            } else {
                try rollBack(CatalogStore(root: place), settings: settings, trail: trail)
            }
        } catch {
            Terminal.write("egret: \(error)")
            trail.refuse(error, source: from ?? "rollback")
            throw ExitCode.failure
        }
    }

    private func install(
        _ source: String, into store: CatalogStore, settings: Settings, trail: CatalogAudit
    ) throws(BundleError) {
        let bundle = try BundleSource(source).load(keys: try trust.keys(), authorities: authorities)
        let manifest = bundle.manifest
        let outcome = try store.install(
            bundle, admission: { BundleAdmission(highestSerial: $0, now: .now, version: Version.current) },
            check: { (directory) throws(BundleError) in
                try StagedCatalog.check(
                    directory, against: manifest, isPublicSuffix: PublicSuffixList.isRegistrySuffix)
                try StagedRules.check(directory, settings)
            },
            record: { (replaced) throws(BundleError) in
                let before = replaced.map { "serial \($0.serial)" } ?? "none"
                try trail.write(
                    "catalog_installed",
                    "serial \(manifest.serial) in place of \(before), from \(source), signed by \(bundle.key) (\(bundle.comment)); "
                        + "\(manifest.counts.vendors) vendors, \(manifest.counts.entries) entries; expires \(manifest.expires)"
                )
            })
        switch outcome {
        case .installed:
            Terminal.print(
                "serial \(manifest.serial) is installed: \(manifest.counts.vendors) vendors, "
                    + "\(manifest.counts.entries) entries, signed by \(bundle.key)")
        case .unchanged: Terminal.print("serial \(manifest.serial) is installed already; the source has no newer one")
        case .rolledBack:
            Terminal.print("serial \(manifest.serial) was rolled back here; an update needs a higher serial")
        }
        for warning in manifest.warnings(at: .now) { Terminal.write("egret: warning: \(warning)") }
    }

    private func rollBack(
        _ store: CatalogStore, settings: Settings, trail: CatalogAudit
    ) throws(BundleError) {
        let keys = try trust.keys()
        let manifest = try store.rollBack(
            check: { (directory) throws(BundleError) in
                // What was on the disk for a while is held against its signature again.
                _ = try BundleSource(directory).load(keys: keys)
                try StagedRules.check(directory, settings)
            },
            record: { (from, to) throws(BundleError) in
                try trail.write(
                    "catalog_rolled_back", "serial \(to.serial) in place of serial \(from.serial)")
            })
        Terminal.print("serial \(manifest.serial) is in use again")
        for warning in manifest.warnings(at: .now) { Terminal.write("egret: warning: \(warning)") }
    }
}

/// The operator's rules with a catalog that is not in use yet.
private enum StagedRules {
    /// Loads what a sensor with `settings` would load if the bundle were that in `directory`, and runs the tests of the rules.
    static func check(_ directory: String, _ settings: Settings) throws(BundleError) {
        let sensor = SensorIdentity(id: "catalog", version: Version.current, boot: "0")
        var configuration = Configuration(sensor: sensor, mode: .live, sources: [])
        configuration.catalogRoot = directory
        do {
            try configuration.apply(effective: settings)
            configuration.catalogRoot = directory
            _ = try ReferenceData(configuration)
        } catch let error as ReferenceData.LoadError {
            throw BundleError(.rules, "the operator's rules and lists do not work with this catalog:\n\(error)")
        } catch { throw BundleError(.rules, "\(error)") }
    }
}

/// Writes what was done to the catalog.
struct CatalogAudit {
    let directory: String
    let evidenceKey: String?

    /// Writes an audit event of `kind`.
    func write(_ kind: String, _ detail: String) throws(BundleError) {
        let now = Timestamp.now
        let sensor = SensorIdentity(
            id: "catalog", version: Version.current,
            boot: String(UInt64(bitPattern: now.nanoseconds) / 1_000, radix: 36))
        let event = NoticeReport(time: now, kind: kind, detail: "by \(NSUserName()): \(detail)")
        do {
            let key = try evidenceKey.map { path throws(EvidenceError) in try EvidenceKey(file: path) }
            try AuditTrail.write(event, as: sensor, to: directory, key: key)
        } catch {
            throw BundleError(.store, "the audit event cannot be written to \(directory): \(error)")
        }
    }

    /// Writes that a bundle was refused. A failure is a warning: nothing was changed.
    func refuse(_ error: BundleError, source: String) {
        do throws(BundleError) {
            try write("catalog_refused", "from \(source): \(error)")
        } catch { Terminal.write("egret: warning: \(error.message)") }
    }
}
