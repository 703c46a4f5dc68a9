import ArgumentParser
import CatalogUpdate
import Foundation

/// `egret catalog bundle`: makes the bundle that a publisher signs.
struct CatalogBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Make a bundle of a rules directory: its files and the manifest that is signed.",
        discussion: """
            Takes vendors, fingerprints and lists of the directory. Policies are the operator's own and not in it. With --key the \
            manifest is signed by minisign, which asks for the key's password; egret never reads a private key. With --archive the \
            signed bundle is also written as one tar archive.
            """)

    @Argument(help: "The rules directory.") var rules: String
    @Option(name: .shortAndLong, help: "The new directory to write.") var output: String
    @Option(help: "The number of the bundle, above that of the last.") var serial: Int
    @Option(help: "From when on it is no longer installed: 2027-01-31 or 2027-01-31T00:00:00Z.") var expires: String
    @Option(help: "The least version of egret that reads it.") var leastVersion = Version.current
    @Option(help: "The directory of the bundle before, for the list of changes.") var previous: String?
    @Option(
        help: "A JSON file with the sources of the catalog: a list, or sources in an object, each with id and license.")
    var sources: String?
    @Option(help: "The file of minisign's secret key.") var key: String?
    @Option(help: "The archive to write; needs --key.") var archive: String?

    func validate() throws {
        guard moment != nil else { throw ValidationError("--expires \(expires) is no day; write it as 2027-01-31") }
        if archive != nil, key == nil { throw ValidationError("--archive needs --key: only a signed bundle is packed") }
    }

    func run() throws {
        do throws(BundleError) {
            var draft = try BundleDraft(
                rules: rules, serial: serial, created: .now, expires: moment ?? .now, leastVersion: leastVersion,
                sources: try readSources())
            if let previous { try draft.addChanges(since: previous) }
            try draft.write(to: output)
            let counts = draft.manifest.counts
            Terminal.print(
                "\(output): serial \(serial), \(draft.manifest.files.count) files, \(counts.vendors) vendors, \(counts.entries) entries"
            )
            try sign()
        } catch {
            Terminal.write("egret: \(error)")
            throw ExitCode.failure
        }
    }

    private var moment: Date? {
        BundleManifest.moment(expires.utf8.count == 10 ? expires + "T00:00:00Z" : expires)
    }

    private func sign() throws(BundleError) {
        let manifest = "\(output)/\(BundleManifest.fileName)"
        guard let key else {
            Terminal.print("next: minisign -S -s KEY -m \(manifest)")
            return
        }
        let minisign = Process()
        minisign.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        minisign.arguments = ["minisign", "-S", "-s", key, "-m", manifest, "-t", "egret catalog serial \(serial)"]
        do {
            try minisign.run()
        } catch { throw BundleError(.signature, "minisign cannot be run: \(error.localizedDescription)") }
        minisign.waitUntilExit()
        guard minisign.terminationStatus == 0 else {
            throw BundleError(.signature, "minisign ended with status \(minisign.terminationStatus)")
        }
        guard let archive else { return }
        let bytes = try BundleArchive.bytes(of: output)
        guard (try? Data(bytes).write(to: URL(fileURLWithPath: archive))) != nil else {
            throw BundleError(.store, "\(archive) cannot be written")
        }
        Terminal.print("\(archive): \(bytes.count) bytes")
    }

    private struct SourceList: Decodable {
        var sources: [BundleManifest.Source]
    }

    private func readSources() throws(BundleError) -> [BundleManifest.Source] {
        guard let sources else { return [] }
        guard let data = FileManager.default.contents(atPath: sources) else {
            throw BundleError(.unreadable, "\(sources) cannot be read")
        }
        if let list = try? JSONDecoder().decode([BundleManifest.Source].self, from: data) { return list }
        if let list = try? JSONDecoder().decode(SourceList.self, from: data) { return list.sources }
        throw BundleError(.manifest, "\(sources) is no list of sources, each with id and license")
    }
}
