import ArgumentParser
import Foundation
import Monitor
import Settings
import Vendors

/// Where the configuration of a command comes from: a file, the environment, and a flag for each key.
struct RunOptions<Scope: SettingScope>: ParsableArguments {
    @Option(help: "The configuration file; EGRET_CONFIG names it too.") var config: String?
    @OptionGroup var flags: SettingFlags<Scope>

    /// The effective settings, or the command's end with every error on standard error.
    func settings() throws -> Settings {
        let (settings, errors) = try read()
        for warning in settings.warnings { Terminal.write("egret: \(warning)") }
        guard errors.isEmpty else {
            for error in errors { Terminal.write("\(error)") }
            throw ExitCode.failure
        }
        return settings
    }

    /// The effective settings, and what is wrong with any of them.
    func read() throws -> (settings: Settings, errors: [SettingError]) {
        var settings = Settings()
        var errors: [SettingError] = []
        let environment = ProcessInfo.processInfo.environment
        if let path = config ?? environment[SettingKey.fileVariable] {
            if let data = FileManager.default.contents(atPath: path) {
                errors += settings.read(file: path, bytes: [UInt8](data))
            } else {
                let origin = config == nil ? SettingKey.fileVariable : "--config"
                let why = FileManager.default.fileExists(atPath: path) ? "" : ": there is no such file"
                errors.append(SettingError(.unreadable, .flag(origin), "\(path) cannot be read\(why)"))
            }
        }
        errors += settings.read(environment: environment)
        try flags.apply(to: &settings)
        return (settings, errors)
    }
}

extension Configuration {
    /// Takes over `settings`, and what ships if nothing is set.
    mutating func apply(effective settings: Settings) throws {
        apply(settings)
        if !settings.isOn(.rulesOff), !settings.isSet(.rulePaths) {
            rulePaths = [ShippedRules.defaultPolicy].compactMap(\.self)
        }
        // An installed bundle has all three.
        guard catalogRoot == nil else { return }
        let hasOwnCatalog = !catalogDirectories.isEmpty
        if !hasOwnCatalog {
            catalogDirectories = [ShippedRules.vendors.directory].compactMap(\.self)
        }
        guard !catalogDirectories.isEmpty else {
            throw ValidationError(ShippedRules.missingCatalog)
        }
        if fingerprintDirectories.isEmpty {
            fingerprintDirectories = [ShippedRules.fingerprints.directory].compactMap(\.self)
            unknownOwners = ShippedRules.unknownOwners(hasOwnCatalog: hasOwnCatalog)
        }
        listDirectory = ShippedRules.lists.directory
    }
}
