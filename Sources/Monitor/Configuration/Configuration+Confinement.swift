import Delivery
import Events
import Foundation
public import Host
import Settings

/// What a run gives up once its interfaces are open, and what it still needs.
extension Configuration {
    /// Makes the directories that are to be written to and are missing, for the user that will write there, and then gives up all
    /// that the run does not need. To be called once, before any thread is started. `packetSockets` can only be received from
    /// afterwards.
    ///
    /// - Returns: what a person should know: what the kernel does not have.
    /// - Throws: if the system refuses, or does not have what is required.
    public func harden(packetSockets: [Int32] = []) throws(HostError) -> [String] {
        var user: SystemUser?
        if let name = hardening.user { user = try SystemUser(named: name) }
        for directory in writtenDirectories { try Self.make(directory, for: user) }
        guard hardening.mode != .off else {
            try user?.assume()
            try checkDirectories()
            return []
        }
        var limits = limits
        limits.packetSockets = packetSockets
        limits.rebindsPacketSockets = hardening.rebinds
        let outcome = try Sandbox(user: user, limits: limits).enter()
        try checkDirectories()
        var lacks: [String] = []
        if !outcome.limitsFiles { lacks.append("this kernel has no Landlock: files are limited by their modes alone") }
        if !outcome.limitsCalls { lacks.append("this kernel has no seccomp filters: system calls are not limited") }
        if hardening.mode == .required, let lack = lacks.first {
            throw HostError("\(lack); --sandbox auto starts all the same")
        }
        return lacks
    }

    /// What the run still needs.
    var limits: Sandbox.Limits {
        var limits = Sandbox.Limits()
        // Beside a file of rules there may be lists that it names.
        limits.readable = knowledgePaths.flatMap { [$0, URL(fileURLWithPath: $0).deletingLastPathComponent().path] }
        // An update makes the link lead to another directory of the store.
        if let catalogRoot {
            limits.readable.append(URL(fileURLWithPath: catalogRoot).deletingLastPathComponent().path)
        }
        // libdispatch looks at its workers in /proc/THREAD/stat, which only /proc as a whole covers, and traps if it cannot.
        limits.readable += ["/usr/share/zoneinfo", "/etc/localtime", "/proc"]
        limits.readable += sources.compactMap(Self.counters) + secretFiles.map(\.path)
        limits.writable = writtenDirectories
        for output in outputs + outputSettings.anchors { limits.add(output.destination) }
        return limits
    }

    /// The directory of the interfaces beside `interface`: libpcap reads there what a driver lost. It stays where the interface goes
    /// and comes back.
    private static func counters(of interface: String) -> String? {
        let link = "/sys/class/net/\(interface)"
        guard FileManager.default.fileExists(atPath: link) else { return nil }
        return URL(fileURLWithPath: link).resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    /// The files that are read once the process is who it will be, each with what it is: keys, and what webhooks are sent with.
    var secretFiles: [(name: String, path: String)] {
        [
            ("key of evidence", outputSettings.evidenceKeyFile), ("keys of pseudonyms", privacyKeyFile),
            ("headers of webhooks", outputSettings.webhookHeaders),
            ("certificates of webhooks", outputSettings.webhookAuthorities),
            ("credentials of ClickHouse", outputSettings.clickHouseCredentials),
            ("certificates of ClickHouse", outputSettings.clickHouseAuthorities),
        ].compactMap { name, path in path.map { (name, $0) } }
    }

    /// The directories that are written to.
    var writtenDirectories: [String] {
        let directories = outputs.compactMap { output -> String? in
            if case .directory(let path) = output.destination { return path }
            if case .file(let path) = output.destination {
                return URL(fileURLWithPath: path).deletingLastPathComponent().path
            }
            return nil
        }
        return directories + keptDirectories
    }

    /// Holds that the state and the metrics can be written by who the process is now: no one would notice later.
    private func checkDirectories() throws(HostError) {
        for directory in keptDirectories
        where !ProcessCapabilities.mayWrite(directory) {
            throw HostError("\(directory) cannot be written to by \(hardening.user ?? "this user")")
        }
    }

    /// The directories of state and metrics.
    private var keptDirectories: [String] {
        let firstSeenDirectory = firstSeen.path.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        return [stateDirectory, metricsDirectory, firstSeenDirectory].compactMap(\.self)
    }

    private var metricsDirectory: String? {
        metricsFile.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    }

    private static func make(_ directory: String, for user: SystemUser?) throws(HostError) {
        guard !FileManager.default.fileExists(atPath: directory) else { return }
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o750]
        if let user {
            attributes[.ownerAccountID] = Int(user.user)
            attributes[.groupOwnerAccountID] = Int(user.group)
        }
        do {
            let above = URL(fileURLWithPath: directory).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false, attributes: attributes)
        } catch {
            throw HostError("\(directory) cannot be made: \(error.localizedDescription)")
        }
    }
}
