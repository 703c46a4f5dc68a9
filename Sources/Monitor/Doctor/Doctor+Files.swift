import Delivery
import Events
import Foundation
import Host
import Settings

/// The user that the run becomes, and what that user may read and write.
extension Doctor {
    /// Whether there is the user that the run is to become.
    func checkUser() -> [Finding] {
        guard let name = configuration.hardening.user else { return [] }
        do throws(HostError) {
            _ = try SystemUser(named: name)
            return []
        } catch {
            return [Finding(.fault, "user", text: error.description, fix: "useradd --system --no-create-home \(name)")]
        }
    }

    /// Whether each directory that is written to can be.
    func checkDirectories() -> [Finding] {
        configuration.writtenDirectories.map { directory in
            guard FileManager.default.fileExists(atPath: directory) else { return checkMissing(directory) }
            if may(.write, directory) { return Finding(.ok, directory, text: "it can be written to") }
            let fix = "chown \(configuration.hardening.user ?? "USER") \(directory), or another directory"
            return Finding(.fault, directory, text: "\(runner) may not write there", fix: fix)
        }
    }

    /// A directory that is missing is made, with those above it, before anything is given up.
    private func checkMissing(_ directory: String) -> Finding {
        var above = URL(fileURLWithPath: directory)
        repeat { above.deleteLastPathComponent() } while !FileManager.default.fileExists(atPath: above.path)
        guard ProcessCapabilities.mayWrite(above.path) else {
            return Finding(
                .fault, directory, text: "it is missing, and cannot be made in \(above.path)",
                fix: "install -d -o \(configuration.hardening.user ?? "USER") \(directory)")
        }
        return Finding(.ok, directory, text: "it is missing, and can be made")
    }

    /// Whether the files of keys and of webhooks can be read, by who will read them.
    func checkSecrets() -> [Finding] {
        var findings: [Finding] = []
        for (name, path) in configuration.secretFiles {
            guard FileManager.default.fileExists(atPath: path) else {
                findings.append(Finding(.fault, path, text: "the file of the \(name) is missing"))
                continue
            }
            let owner = configuration.hardening.user ?? "USER"
            findings.append(
                may(.read, path)
                    ? Finding(.ok, path, text: "the \(name) can be read")
                    : Finding(.fault, path, text: "\(runner) may not read the \(name)", fix: "chown \(owner) \(path)"))
        }
        if configuration.privacy.needsKey, configuration.privacyKeyFile == nil {
            findings.append(
                Finding(
                    .fault, "privacy", text: "what is to be hidden takes a key, and none is named",
                    fix: "egret key privacy FILE, and --privacy-key FILE"))
        }
        return findings
    }

    /// Whether a reload could read what the start reads while it still may read everything.
    func checkReloads() -> [Finding] {
        let files = configuration.knowledgePaths.flatMap { path in
            [path] + ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { "\(path)/\($0)" }
        }
        guard let closed = files.first(where: { FileManager.default.fileExists(atPath: $0) && !may(.read, $0) }) else {
            return []
        }
        return [
            Finding(
                .warning, closed, text: "\(runner) may not read it, so that no reload would succeed",
                fix: "chmod -R go+rX \(closed)")
        ]
    }

    /// Whether there is the directory of each socket where metrics are asked for.
    func checkListening() -> [Finding] {
        configuration.listensAt.compactMap { address in
            guard case .unix(let path) = address else { return nil }
            let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard !FileManager.default.fileExists(atPath: directory) else { return nil }
            return Finding(.fault, path, text: "there is no directory \(directory)", fix: "install -d \(directory)")
        }
    }

    /// Whether the run may do it once it has given up what it does not need.
    private func may(_ intent: FileAccess.Intent, _ path: String) -> Bool {
        if let name = configuration.hardening.user {
            // A user that is not there is a finding of its own.
            guard let user = try? SystemUser(named: name) else { return true }
            return FileAccess(user: user).may(intent, path)
        }
        // Root without its capabilities is a user like others.
        if rights?.user == 0, configuration.hardening.mode != .off, let root = try? SystemUser(named: "0:0") {
            return FileAccess(user: root).may(intent, path)
        }
        return intent == .write ? ProcessCapabilities.mayWrite(path) : FileManager.default.isReadableFile(atPath: path)
    }

    private var runner: String {
        configuration.hardening.user ?? (rights?.user == 0 ? "root without capabilities" : "this user")
    }
}
