import ArgumentParser
import CatalogUpdate
import Foundation
import Settings

/// Commands without a flag for any key: the file and the environment alone.
enum NoSettingFlags: SettingScope {
    static var scopes: Set<SettingKey.Scope> { [] }
}

/// Where bundles are installed, and the configuration of the sensor that uses them.
struct CatalogStoreOptions: ParsableArguments {
    @Option(
        help:
            "The directory that bundles are installed into. catalog.store of the configuration unless given, or /var/lib/egret-catalog."
    )
    var store: String?
    @OptionGroup var options: RunOptions<NoSettingFlags>

    /// The settings of the sensor, with the store that is used.
    func settings() throws -> Settings {
        var settings = try options.settings()
        if let error = settings.set(.catalogStore, [path(settings)], from: .flag("--store")) {
            throw ValidationError("\(error)")
        }
        return settings
    }

    /// The store's directory.
    func path(_ settings: Settings) -> String { store ?? settings.text(.catalogStore) ?? "/var/lib/egret-catalog" }
}

/// The keys whose signatures are trusted.
struct CatalogTrustOptions: ParsableArguments {
    @Option(
        help:
            "A public key of minisign, its file, or a directory of .pub files; each of several is trusted. /etc/egret/catalog-keys unless given."
    )
    var key: [String] = []

    /// The trusted keys, at least one.
    func keys() throws(BundleError) -> [TrustedKey] {
        if key.isEmpty, !FileManager.default.fileExists(atPath: Self.directory) {
            throw BundleError(
                .unknownKey, "no key is trusted: give --key, or put the publisher's key file into \(Self.directory)")
        }
        return try TrustedKey.load(key.isEmpty ? [Self.directory] : key)
    }

    private static let directory = "/etc/egret/catalog-keys"
}
