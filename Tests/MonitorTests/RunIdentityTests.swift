import Events
import Flows
import Foundation
import Rules
import Settings
import Testing

@testable import Monitor

/// A directory for one test, removed at its end.
private final class Directory {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}

private func boot(
    of files: [String], _ change: (inout Configuration, inout ReferenceData) -> Void = { _, _ in }
) throws -> String {
    var configuration = Project.reading("e-gre")
    var knowledge = try Project.knowledge()
    change(&configuration, &knowledge)
    return RunIdentity(configuration, knowledge, files: files).boot
}

@Suite struct RunIdentityTests {
    @Test func theSameFilesHaveOneIdentityWhereverTheyLie() throws {
        let (here, there) = (try Directory(), try Directory())
        let first = try boot(of: [try here.write([1, 2, 3], to: "a.pcap")])
        #expect(try boot(of: [try there.write([1, 2, 3], to: "a.pcap")]) == first)
        #expect(first.count == 16 && first.allSatisfy(\.isHexDigit))
    }

    @Test func otherSourcesAndOtherConfigurationsHaveOthers() throws {
        let directory = try Directory()
        let file = try directory.write([1, 2, 3], to: "a.pcap")
        let other = try directory.write([1, 2, 4], to: "b.pcap")
        let rules = try Project.rules("version: 1\nrules:\n- {id: one, match: {dst.port: 1}}\n")
        let boots = [
            try boot(of: [file]), try boot(of: [other]), try boot(of: [file, other]), try boot(of: [other, file]),
            try boot(of: []), try boot(of: [try directory.write([1, 2, 3], to: "c.pcap")]),
            try boot(of: [file]) { configuration, _ in configuration.filter = "tcp" },
            try boot(of: [file]) { configuration, _ in configuration.flows = .all },
            try boot(of: [file]) { configuration, _ in configuration.writesQuestions = true },
            try boot(of: [file]) { configuration, _ in configuration.inventoryDays = DayClock(zone: "Asia/Shanghai") },
            try boot(of: [file]) { configuration, _ in configuration.policy.idle.tcp = 1 },
            try boot(of: [file]) { configuration, _ in configuration.privacy.sources = .pseudonym },
            try boot(of: [file]) { configuration, _ in
                configuration.catalogDirectories = ["\(Project.root)/rules/vendors"]
            },
            try boot(of: [file]) { configuration, _ in
                configuration.sensor = SensorIdentity(id: "other", version: "1", boot: "")
            },
            try boot(of: [file]) { _, knowledge in knowledge.rules = rules },
        ]
        #expect(Set(boots).count == boots.count)
    }

    /// Sections of keys that decide where events go and what a run costs, not what it says.
    private static let without = ["outputs", "evidence", "metrics", "http", "service"]
    /// Keys that name files, whose content counts, and threads, which change nothing.
    private static let byContent: [SettingKey] = [
        .sensorID, .threads, .groups, .catalogDirectories, .fingerprintDirectories, .catalogStore, .rulePaths,
        .rulesOff,
        .privacyKey,
    ]

    @Test func everySettingThatDecidesWhatIsSaidIsInTheIdentity() throws {
        let knowledge = try Project.knowledge()
        func boot(_ key: SettingKey?, _ values: [String] = []) -> String {
            var settings = Settings()
            if let key { #expect(settings.set(key, values, from: .flag("--\(key.flag)")) == nil, "\(key.path)") }
            var configuration = Project.reading("e-gre")
            configuration.apply(settings)
            return RunIdentity(configuration, knowledge, files: []).boot
        }
        let plain = boot(nil)
        let deciding: [SettingKey] = [.statsInterval, .inventory]
        var changed = 0
        for key in SettingKey.all where key.scope == .all && !Self.byContent.contains(key) {
            guard !Self.without.contains(key.section) || deciding.contains(key) else { continue }
            #expect(boot(key, otherValues(of: key)) != plain, "\(key.path) does not count")
            changed += 1
        }
        #expect(changed >= 15)
    }

    @Test(arguments: [0, 2_000_000, 4_194_303, 4_194_304, 9_000_000, 9_999_999])
    func aLongFileIsToldByWhatLiesInIt(place: Int) throws {
        let directory = try Directory()
        var bytes = [UInt8](repeating: 7, count: 10_000_000)
        let first = try boot(of: [try directory.write(bytes, to: "a.pcap")])
        // A stretch as long as what is between two samples cannot change unseen.
        for index in place..<min(place + 200_000, bytes.count) { bytes[index] = 8 }
        if place == 9_999_999 { bytes[place] = 8 }
        #expect(try boot(of: [try directory.write(bytes, to: "a.pcap")]) != first)
    }

    @Test func aPipeIsAnotherEachTime() throws {
        #expect(try boot(of: ["/dev/fd/does-not-exist"]) != boot(of: ["/dev/fd/does-not-exist"]))
    }

    @Test func runsOverDifferentCapturesShareNoId() throws {
        var ids: [String: String] = [:]
        for name in ["e-gre", "e-ch-tiny", "m-relay-plainhttp"] {
            let directory = try Directory()
            var configuration = Project.reading(name)
            configuration.derivesBoot = true
            configuration.outputs = [OutputTarget(.directory(directory.path + "/out"))]
            var run = try OfflineRun(configuration, try Project.knowledge())
            _ = try run.run { _ in }
            let file = try #require(
                try FileManager.default.contentsOfDirectory(atPath: directory.path + "/out").first {
                    $0.hasSuffix(".jsonl")
                })
            for line in try String(contentsOfFile: "\(directory.path)/out/\(file)", encoding: .utf8).split(
                separator: "\n")
            {
                let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                let id = try #require(event["id"] as? String)
                #expect(ids[id] == nil, "\(id)")
                ids[id] = name
            }
        }
        #expect(ids.count > 10)
    }
}
