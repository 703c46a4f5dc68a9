import Bytes
import Crypto
import Events
import Flows
import Foundation
import Rules
import Settings

/// The identity of an offline run: a digest of its sources and of everything that determines its output.
///
/// The same files under the same configuration give the same digest wherever they are, so that a run can be repeated byte for
/// byte; any difference gives another digest, so that events of different runs never share an id. A source that can be read only once
/// (a pipe) has a random part instead, because its content is not known when the first event is written.
struct RunIdentity {
    private var digest = SHA256()

    /// The identity of a run over `files` by `configuration` and `knowledge`.
    ///
    /// Cost: a read of the files of catalog and lists, and of 4 MiB of each capture at most.
    init(_ configuration: Configuration, _ knowledge: ReferenceData, files: [String]) {
        add(settings: configuration)
        let configuration = configuration.resolvingCatalogRoot()
        add("rules", knowledge.rules.hash)
        let paths = configuration.catalogDirectories + configuration.fingerprintDirectories
        for path in paths + [configuration.listDirectory, configuration.groupsFile].compactMap(\.self) {
            add(directory: path)
        }
        if let path = configuration.privacyKeyFile { add(file: path) }
        if let path = configuration.firstSeen.path { add(file: path) }
        for path in files { add(source: path) }
    }

    /// The value of `boot`: 16 hexadecimal digits.
    var boot: String {
        digest.finalize().prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private mutating func add(settings configuration: Configuration) {
        add("egret", configuration.sensor.version)
        add("sensor", configuration.sensor.id)
        add("filter", configuration.filter)
        add("flows", configuration.flows.rawValue)
        add("writes", "\(configuration.writesQuestions) \(configuration.writesSuppressed)")
        add("inventory", configuration.inventoryDays?.zone ?? "none")
        add("stats", "\(configuration.statsInterval ?? 0)")
        let policy = configuration.policy
        add("limits", "\(policy.memory) \(policy.unfinishedMemory) \(policy.active ?? 0)")
        let limits = configuration.ruleLimits
        add("alerts", "\(limits.alertMemory) \(limits.alertsPerMinute) \(configuration.inventoryMemory)")
        add("scope", "\(policy.scope.rawValue) \(policy.learnsUnaskedAnswers)")
        let blocks = [policy.trustedTunnels.blocks, policy.overlaps.first, policy.overlaps.last]
        for (name, blocks) in zip(["trust", "first copy", "last copy"], blocks) {
            add(name, blocks.map(\.description).joined(separator: " "))
        }
        let idle = policy.idle
        add("idle", "\(idle.tcp) \(idle.tcpUnanswered) \(idle.tcpClosed) \(idle.udp) \(idle.udpUnanswered)")
        let firstSeen = configuration.firstSeen
        if firstSeen != FirstSeenSettings() {
            add("first_seen", "\(firstSeen.learning) \(firstSeen.hosts) \(firstSeen.capacity) \(firstSeen.path != nil)")
        }
        let privacy = configuration.privacy
        add("privacy", "\(privacy.sources) \(privacy.destinations) \(privacy.otherNames)")
        if privacy.paths != .clear { add("privacy.paths", "\(privacy.paths)") }
    }

    /// Adds one named value; lengths keep neighbors apart.
    private mutating func add(_ name: String, _ value: String) {
        digest.update(data: Array("\(name)\u{0}\(value.utf8.count)\u{0}\(value)".utf8))
    }

    /// Adds a file, or the files of a directory by name; what cannot be read was reported by its reader.
    private mutating func add(directory path: String) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return add(file: path) }
        for name in names.sorted() where !name.hasPrefix(".") { add(file: "\(path)/\(name)") }
    }

    private mutating func add(file path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        add("file", OfflineRun.lastComponent(path))
        add("bytes", "\(data.count)")
        digest.update(data: data)
    }

    private mutating func add(source path: String) {
        add("source", OfflineRun.lastComponent(path))
        let place = URL(fileURLWithPath: path == "-" ? "/dev/stdin" : path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: place)
        guard attributes?[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes?[.size] as? NSNumber)?.uint64Value, let file = FileHandle(forReadingAtPath: place)
        else { return add("stream", "\(UInt64.random(in: .min ... .max))") }
        defer { try? file.close() }
        add("size", "\(size)")
        for offset in Self.samples(of: size) {
            try? file.seek(toOffset: offset)
            if let bytes = try? file.read(upToCount: Self.sampleLength) { digest.update(data: bytes) }
        }
    }

    /// Where the samples of a file begin: all of a file up to 4 MiB, and of a longer one 64 places, the last at its end.
    private static func samples(of size: UInt64) -> [UInt64] {
        let length = UInt64(sampleLength)
        guard size > length * mostSamples else { return Array(stride(from: 0, to: size, by: sampleLength)) }
        let last = size - length
        return (0..<mostSamples).map { last / (mostSamples - 1) * $0 } + [last]
    }

    private static let sampleLength = 65_536
    private static let mostSamples: UInt64 = 64
}
