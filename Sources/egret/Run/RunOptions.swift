import ArgumentParser
import Events
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

    /// The configuration of the system's sensor, if there is one, for commands that concern it; never for a run over files, which
    /// would write to the sensor's outputs.
    private static var standardFile: String? {
        guard Scope.scopes.contains(.live), Terminal.recorder == nil else { return nil }
        guard FileManager.default.fileExists(atPath: standardPath) else { return nil }
        Terminal.write("egret: configuration \(standardPath); --config names another")
        return standardPath
    }

    private static var standardPath: String { "/etc/egret/egret.yaml" }

    /// The effective settings, and what is wrong with any of them.
    func read() throws -> (settings: Settings, errors: [SettingError]) {
        var settings = Settings()
        var errors: [SettingError] = []
        let environment = ProcessInfo.processInfo.environment
        if let path = config ?? environment[SettingKey.fileVariable] ?? Self.standardFile {
            if let data = FileManager.default.contents(atPath: path) {
                errors += settings.read(file: path, bytes: [UInt8](data))
            } else {
                let origin = config == nil ? SettingKey.fileVariable : "--config"
                let why = FileManager.default.fileExists(atPath: path) ? "" : ": there is no such file"
                errors.append(SettingError(.unreadable, at: .flag(origin), "\(path) cannot be read\(why)"))
            }
        }
        errors += settings.read(environment: environment)
        try flags.apply(to: &settings)
        return (settings, errors)
    }
}

extension Configuration {
    /// What a run goes by, in one line for a person: version, policy, catalog, user, outputs.
    var words: String {
        let policy = rulePaths.isEmpty ? "no policy" : "policy \(rulePaths.joined(separator: ", "))"
        let outputs = outputs.map { "\($0.words)" }.joined(separator: ", ")
        let name = hardening.user ?? NSUserName()
        let user = mode == .live ? "user \(name.isEmpty ? "\(getuid())" : name); " : ""
        let catalog = ([catalogRoot].compactMap(\.self) + catalogDirectories).joined(separator: ", ")
        return "version \(sensor.version); \(policy); catalog \(catalog); \(user)"
            + "output \(outputs.isEmpty ? "none" : outputs)"
    }

    /// Adopts `settings`, and what ships if nothing is set.
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
