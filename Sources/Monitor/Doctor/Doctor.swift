import Capture
import Events
import Foundation
public import Host
import Rules
import Vendors

/// Checks, before any capture, whether a live run of a configuration would work on this machine.
public struct Doctor: Sendable {
    /// What is to run.
    public let configuration: Configuration
    /// What the process may do; `nil` if the kernel does not say.
    public let rights: ProcessCapabilities?
    /// The path of the program.
    public let program: String

    /// A doctor for a run of `configuration` by `program` with `rights`.
    public init(_ configuration: Configuration, rights: ProcessCapabilities?, program: String) {
        self.configuration = configuration
        self.rights = rights
        self.program = program
    }

    /// The rights of this process.
    public static var ownRights: ProcessCapabilities? {
        FileManager.default.contents(atPath: "/proc/self/status").flatMap {
            ProcessCapabilities(status: String(decoding: $0, as: UTF8.self))
        }
    }

    /// Everything, in the order in which a start needs it. Interfaces are opened and closed again.
    public func examine() -> [Finding] {
        checkRights() + checkUser() + checkKernel() + checkReferenceData() + checkReloads()
            + checkSources() + checkDirectories() + checkSecrets() + checkListening() + blindSpots()
    }

    /// Whether capturing is allowed, and otherwise by which of the ways it could be.
    func checkRights() -> [Finding] {
        guard let rights else { return [Finding(.warning, "rights", text: "/proc/self/status cannot be read")] }
        func hexadecimal(_ set: UInt64) -> String { String(set, radix: 16) }
        let sets =
            "user \(rights.user), capabilities effective \(hexadecimal(rights.effective)), permitted "
            + "\(hexadecimal(rights.permitted)), bounding \(hexadecimal(rights.bounding)), ambient "
            + hexadecimal(rights.ambient)
        if rights.effective & ProcessCapabilities.capturing != 0 {
            return [Finding(.ok, "rights", text: "CAP_NET_RAW is there; \(sets)")]
        }
        let fix: String
        if rights.bounding & ProcessCapabilities.capturing == 0 {
            fix =
                "docker run --user 0 --cap-drop ALL --cap-add NET_RAW; in Kubernetes securityContext: {runAsUser: 0, "
                + "capabilities: {drop: [ALL], add: [NET_RAW]}}"
        } else if rights.user == 0 {
            fix = "start it with CAP_NET_RAW kept: capsh or the service's CapabilityBoundingSet took it away"
        } else if rights.noNewPrivileges {
            fix =
                "AmbientCapabilities=CAP_NET_RAW in the unit: with no_new_privs the program's own capabilities do not count"
        } else {
            fix = "sudo setcap cap_net_raw=ep \(program)"
        }
        return [Finding(.fault, "rights", text: "CAP_NET_RAW is missing, nothing can be captured; \(sets)", fix: fix)]
    }

    private func checkKernel() -> [Finding] {
        let version = Sandbox.landlockVersion
        let landlock =
            version > 0
            ? Finding(.ok, "kernel", text: "Landlock version \(version): files can be put out of reach")
            : Finding(
                .warning, "kernel",
                text: "there is no Landlock: after the start files are limited by their modes alone",
                fix: "Linux 5.13 or later with lsm=landlock,… on its command line")
        let filters =
            Sandbox.hasSystemCallFilters
            ? Finding(.ok, "kernel", text: "seccomp filters: system calls can be limited")
            : Finding(
                .warning, "kernel", text: "there are no seccomp filters: after the start system calls are not limited",
                fix: "a kernel with CONFIG_SECCOMP_FILTER")
        return [landlock, filters]
    }

    private func checkReferenceData() -> [Finding] {
        do throws(ReferenceData.LoadError) {
            let knowledge = try ReferenceData(configuration)
            let counts =
                "\(knowledge.rules.rules.count) rules, \(knowledge.catalog.entries.count) entries of catalog"
            return [Finding(.ok, "rules", text: "\(counts) \(knowledge.catalog.version)")]
        } catch {
            let first = error.description.split(separator: "\n").first.map(String.init) ?? ""
            return [Finding(.fault, "rules", text: first, fix: knowledgeCommands)]
        }
    }

    /// The commands that say all that is wrong with the files that are used.
    private var knowledgeCommands: String {
        let rules = configuration.rulePaths.joined(separator: " ")
        let installed = configuration.catalogRoot.map { ["\($0)/vendors"] } ?? []
        let directories = (installed + configuration.catalogDirectories).map { "--catalog \($0)" }
            .joined(separator: " ")
        let check = "egret catalog check \(directories)"
        return rules.isEmpty ? check : "egret rules check \(rules); egret rules test \(rules); \(check)"
    }

    private func checkSources() -> [Finding] {
        if configuration.sources.isEmpty {
            return [
                Finding(.fault, "interface", text: "none is named, so that nothing is watched", fix: "--interface NAME")
            ]
        }
        return configuration.sources.flatMap(checkInterface)
    }

    /// What this place cannot see, whatever is done here.
    func blindSpots() -> [Finding] {
        let names = Set(((try? LiveInterface.all()) ?? []).filter { $0.isUp && !$0.isLoopback }.map(\.name))
        let watched = Set(configuration.sources)
        var spots: [Finding] = []
        let others = names.subtracting(watched).subtracting(["any"]).filter {
            !$0.hasPrefix("nf") && !$0.hasPrefix("usb")
        }
        if !watched.contains("any"), !others.isEmpty {
            let list = others.sorted().joined(separator: ", ")
            spots.append(
                Finding(.blind, "placement", text: "what passes \(list) is not seen", fix: "--interface for each"))
        }
        if isInContainer {
            spots.append(
                Finding(
                    .blind, "placement",
                    text: "this is a container: what other containers and the host send is not seen",
                    fix: "docker run --network host, or a sensor on the host"))
        }
        spots.append(
            Finding(
                .blind, "placement",
                text: "what goes through a tunnel that ends elsewhere (VPN, SSH) is one flow without names inside"))
        return spots
    }

    private var isInContainer: Bool {
        if FileManager.default.fileExists(atPath: "/.dockerenv") { return true }
        if FileManager.default.fileExists(atPath: "/run/.containerenv") { return true }
        return ProcessInfo.processInfo.environment["KUBERNETES_SERVICE_HOST"] != nil
    }
}

/// One finding of `egret doctor`.
public struct Finding: Equatable, Sendable {
    /// Its status.
    public enum Level: String, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// What this placement cannot see, whatever is done here.
        case blind
        /// It works, and something is lost or weaker than it could be.
        case warning
        /// It does not work.
        case fault
    }

    /// Its status.
    public let level: Level
    /// What was looked at: `rights`, an interface's name, a directory.
    public let subject: String
    /// What was found, in one sentence without a full stop.
    public let text: String
    /// The one line that fixes it.
    public let fix: String?

    /// A finding of all its parts.
    public init(_ level: Level, _ subject: String, text: String, fix: String? = nil) {
        self.level = level
        self.subject = subject
        self.text = text
        self.fix = fix
    }
}
