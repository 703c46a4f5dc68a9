import Activity
import Bytes
import Events
import Flows
import Foundation
import Rules
import Settings
import Testing
import Vendors

@testable import Monitor

private let day: Int64 = 86_400

/// A directory with copies of golden captures whose packets are moved to other days.
private final class Recordings {
    let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    var state: String { directory + "/first-seen.state" }

    /// The golden capture `name`, its packets `days` days after the first of December 2026 and as far apart as they were: a
    /// classic capture file in little-endian order, the form of all golden captures.
    func copy(_ name: String, day days: Int64) throws -> String {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Project.capture(name))))
        #expect(Array(bytes.prefix(4)) == [0xD4, 0xC3, 0xB2, 0xA1])
        func number(_ place: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) } }
        let start = number(24)
        var place = 24
        while place + 16 <= bytes.count {
            let time = UInt32(clamping: 1_796_083_200 + days * day) &+ (number(place) &- start)
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: time >> UInt32(8 * index)) }
            place += 16 + Int(number(place + 8))
        }
        let path = "\(directory)/\(days)-\(name).pcap"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}

private let policy = """
    version: 1
    rules:
    - id: new-product
      match: {first_seen.product: source}
      dedup: {by: [src.ip, ai.product], for: 1h}
      message: "{{src.ip}} used {{ai.product}} for the first time ({{first_seen.product}})"
    - id: new-vendor
      match: {first_seen.vendor: sensor}
    - id: new-host
      match: {first_seen.host: source, ai.vendor: {exists: true}}
      dedup: {by: [src.ip, dst.host], for: 1h}
    """

/// What a run over `captures` keeps; with the state file at `state`.
private func run(
    _ captures: [String], state: String? = nil, _ contents: RunRecord.Contents = .alerts,
    change: (inout Configuration) -> Void = { _ in }
) throws -> (record: RunRecord, warnings: [String]) {
    var configuration = Configuration(
        sensor: SensorIdentity(id: "test", version: "1", boot: "test"), mode: .offline, sources: captures)
    configuration.firstSeen.path = state
    change(&configuration)
    var knowledge = try Project.knowledge()
    knowledge.rules = try Project.rules(policy)
    let outcome = try OfflineRun.record(contents, configuration: configuration, referenceData: knowledge)
    return (outcome.record, outcome.warnings)
}

/// Each alert as its rule and its id.
private func told(_ record: RunRecord) -> [String] { record.alerts.map { "\($0.ruleID) \($0.id)" } }

@Suite struct FirstSeenTests {
    /// Two products in the learning week, both again, a new product of a known vendor, a new vendor, and both again.
    private func captures(_ recordings: Recordings) throws -> [String] {
        [
            try recordings.copy("a-dashscopecompat-n5", day: 0), try recordings.copy("e-ch-tiny", day: 3),
            try recordings.copy("a-dashscopecompat-n5", day: 8), try recordings.copy("e-ch-tiny", day: 8),
            try recordings.copy("c-claude-ech", day: 9), try recordings.copy("e-quic-biginitial-aioquic", day: 10),
            try recordings.copy("c-claude-ech", day: 11), try recordings.copy("e-quic-biginitial-aioquic", day: 12),
        ]
    }

    @Test("A week of learning is silent, and what is new after it alerts once")
    func learningWeek() throws {
        let recordings = try Recordings()
        let captures = try captures(recordings)
        let (learned, _) = try run(Array(captures.prefix(4)))
        #expect(told(learned) == [])
        let (record, _) = try run(captures)
        #expect(
            record.alerts.map(\.ruleID).sorted() == [
                "new-host", "new-host", "new-product", "new-product", "new-vendor",
            ])
        #expect(record.alerts.allSatisfy { $0.count == 1 })
        let messages = record.alerts.filter { $0.ruleID == "new-product" }.map(\.message)
        #expect(
            messages.count == 2 && messages[0].contains("used claude for the first time (source,sensor)"), "\(messages)"
        )
    }

    @Test("A restart changes nothing: a run for each capture says what one run over all of them says")
    func restarts() throws {
        let recordings = try Recordings()
        let captures = try captures(recordings)
        let (whole, _) = try run(captures)
        var told: [String] = []
        for capture in captures {
            let (record, warnings) = try run([capture], state: recordings.state)
            told += MonitorTests.told(record)
            #expect(warnings.filter { $0.contains("first sightings") } == [])
        }
        #expect(told.sorted() == MonitorTests.told(whole).sorted() && !told.isEmpty)
        // The same captures once more, and a copy of the state that was saved, say nothing and change nothing.
        let before = try Data(contentsOf: URL(fileURLWithPath: recordings.state))
        for capture in captures { #expect(try MonitorTests.told(run([capture], state: recordings.state).record) == []) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: recordings.state)) == before)
    }

    @Test("Every report of the flow that was first says so, and no other flow")
    func facts() throws {
        let recordings = try Recordings()
        let (record, _) = try run(try captures(recordings), .observations)
        let first = record.observations.filter { !$0.observation.firstSeen.isEmpty }
        #expect(first.contains { $0.trigger == .flowNamed } && first.contains { $0.trigger == .flowEnd })
        let products = Set(first.compactMap { $0.observation.attribution?.product })
        #expect(products == ["claude", "openai-api"])
        let flows = Set(first.filter { !$0.observation.firstSeen.product.isEmpty }.map(\.observation.flow.id))
        #expect(flows.count == 2)
    }

    @Test("Without a rule and without a file nothing is remembered; with a file alone it is")
    func activation() throws {
        let configuration = Project.reading("e-ch-tiny")
        var watch = FirstSeenWatch(configuration.firstSeenOptions, RuleSet())
        #expect(
            watch.report(at: Timestamp(nanoseconds: 1)) == nil && watch.begin(at: Timestamp(nanoseconds: 1)).isEmpty)
        watch.adopt(try Project.rules(policy))
        #expect(watch.report(at: Timestamp(nanoseconds: 1)) != nil)
        var kept = configuration
        kept.firstSeen.path = "/nonexistent/first-seen.state"
        #expect(FirstSeenWatch(kept.firstSeenOptions, RuleSet()).report(at: Timestamp(nanoseconds: 1)) != nil)
    }

    @Test("The start says until when nothing is said, and a file that cannot be read is set aside with the reason")
    func notices() throws {
        let recordings = try Recordings()
        var configuration = Project.reading("e-ch-tiny")
        configuration.firstSeen.path = recordings.state
        func events() -> [Event] {
            var watch = FirstSeenWatch(configuration.firstSeenOptions, RuleSet())
            let events = watch.begin(at: Timestamp(seconds: 1_796_083_200, nanoseconds: 0))
            #expect(watch.finish() == nil)
            return events
        }
        guard case .audit(let learning)? = events().first else {
            Issue.record("no notice")
            return
        }
        #expect(learning.kind == "first_seen_learning")
        #expect(
            learning.detail
                == "first_seen.* learns since 2026-12-01T00:00:00Z for 7d and says nothing until 2026-12-08T00:00:00Z")
        try Data("rubbish\n".utf8).write(to: URL(fileURLWithPath: recordings.state))
        guard case .health(let restarted)? = events().first else {
            Issue.record("no notice")
            return
        }
        #expect(restarted.kind == "first_seen_restarted" && restarted.detail.contains("learning begins again"))
        #expect(try String(contentsOfFile: recordings.state + ".unreadable", encoding: .utf8) == "rubbish\n")
        let (_, warnings) = try run([Project.capture("e-ch-tiny")], state: recordings.state)
        #expect(warnings.filter { $0.contains("first sightings") } == [], "the file is whole again")
    }

    @Test("A state that cannot be written is an error of the run")
    func unwritable() throws {
        var configuration = Project.reading("e-ch-tiny")
        configuration.firstSeen.path = "/nonexistent/first-seen.state"
        var run = try OfflineRun(configuration, try Project.knowledge())
        let outcome = try run.run { _ in }
        #expect(outcome.stateFailure?.contains("/nonexistent/first-seen.state") == true)
    }

    @Test("With privacy the file holds pseudonyms, and another key begins to learn again")
    func privacy() throws {
        let recordings = try Recordings()
        let captures = try captures(recordings)
        func keyFile(_ digits: String) throws -> String {
            let path = "\(recordings.directory)/\(digits).key"
            try PrivateFile.create(path, "2000-01-01T00:00:00Z \(String(repeating: digits, count: 32))\n")
            return path
        }
        func hidden(_ key: String) -> (inout Configuration) -> Void {
            {
                $0.privacyKeyFile = key
                $0.privacy.sources = .pseudonym
            }
        }
        let (first, second) = (try keyFile("5a"), try keyFile("a5"))
        var alerts: [Alert] = []
        for capture in captures {
            alerts += try run([capture], state: recordings.state, change: hidden(first)).record.alerts
        }
        #expect(alerts.map(\.ruleID).sorted() == ["new-host", "new-host", "new-product", "new-product", "new-vendor"])
        let text = try String(contentsOfFile: recordings.state, encoding: .utf8)
        #expect(!text.contains("198.51.100.2") && text.contains("\tpseudonym\t") && text.contains("\tsensor\t"))
        let (record, warnings) = try run([captures[4]], state: recordings.state, change: hidden(second))
        #expect(told(record) == [] && warnings.contains { $0.contains("privacy key") }, "\(warnings)")
    }

    @Test("Hosts of everyone are remembered if that is asked for, and begin to learn again if it was not")
    func allHosts() throws {
        let recordings = try Recordings()
        let capture = try recordings.copy("c-claude-ech", day: 0)
        func hosts(_ hosts: FirstSeenHosts) throws -> String {
            _ = try run([capture], state: recordings.state) { $0.firstSeen.hosts = hosts }
            return try String(contentsOfFile: recordings.state, encoding: .utf8)
        }
        let ai = try hosts(.ai)
        #expect(ai.contains("host\tsensor\t-\tclaude.ai\t") && !ai.contains("googleapis.com"))
        let all = try hosts(.all)
        #expect(all.contains("host\tsensor\t-\tclaude.ai\t") && all.contains("\tupdate.googleapis.com\t"))
    }
}

@Suite struct FirstSeenFileTests {
    private func history() -> FirstSeenHistory {
        var history = FirstSeenHistory(learning: day, capacity: 100)
        for number in 1...9 as ClosedRange<UInt32> {
            var sighting = FirstSeenHistory.Sighting()
            sighting.source = number % 2 == 0 ? .source(IPAddress(ipv4: number)) : .pseudonym(UInt64(number) << 40)
            sighting.group = "group-\(number % 3)"
            (sighting.vendor, sighting.product) = ("v\(number % 4)", "p\(number)")
            sighting.host = "h\(number).example"
            _ = history.note(sighting, at: Timestamp(nanoseconds: Int64(number) * 1_000))
        }
        return history
    }

    private let terms = FirstSeenFile.Terms(key: "1a2b3c4d", hosts: .all)

    @Test("What is written is read back, and the same history gives the same bytes")
    func roundTrip() throws {
        let history = history()
        let bytes = FirstSeenFile.bytes(history, terms)
        #expect(bytes == FirstSeenFile.bytes(self.history(), terms))
        let file = try FirstSeenFile(bytes)
        #expect(file.terms == terms)
        var restored = FirstSeenHistory(learning: day, capacity: 100)
        for kind in file.kinds { restored.restore(kind.kind, since: kind.since, entries: kind.entries) }
        for kind in FirstSeenKind.allCases {
            #expect(restored[kind].entries == history[kind].entries && restored[kind].since == history[kind].since)
        }
        #expect(FirstSeenFile.bytes(restored, terms) == bytes)
        #expect(try FirstSeenFile(FirstSeenFile.bytes(restored, .init(hosts: .ai))).terms == .init(hosts: .ai))
    }

    @Test("A file that is cut, changed, of another version or empty is refused with the reason")
    func damage() {
        let bytes = FirstSeenFile.bytes(history(), terms)
        for length in 0..<bytes.count {
            #expect(throws: FirstSeenFile.Problem.self, "\(length)") { try FirstSeenFile(Array(bytes.prefix(length))) }
        }
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var changed = bytes
            changed[place] ^= 0x04
            #expect(throws: FirstSeenFile.Problem.self, "\(place)") { try FirstSeenFile(changed) }
        }
        let version = String(decoding: bytes, as: UTF8.self).replacing(
            "egret-first-seen\t1\n", with: "egret-first-seen\t2\n")
        #expect(throws: FirstSeenFile.Problem.self) { try FirstSeenFile(Array(version.utf8)) }
    }

    @Test("What is sealed by a right checksum and holds a wrong line is refused at its line")
    func wrongLines() throws {
        let head = "egret-first-seen\t1\nsources\tclear\nhosts\tai\nsince\tvendor\t5\n"
        let wrong = [
            "vendor\tsource\t10.0.0.1\tacme\t\t5\n", "vendor\tsource\tnobody\tacme\t\t5\t6\n",
            "vendor\tsensor\tx\tacme\t\t5\t6\n",
            "vendor\tsensor\t-\t\t\t5\t6\n", "vendor\tsensor\t-\tacme\t\t7\t6\n",
            "vendor\tsensor\t-\tacme\t\t5\t99999999999999999999\n",
            "product\tsensor\t-\tacme\tp\t5\t6\n", "since\tvendor\t6\n", "since\thost\tx\n", "\n",
            "vendor\tgroup\t\tacme\t\t5\t6\n",
        ]
        for line in wrong {
            let problem = #expect(throws: FirstSeenFile.Problem.self, "\(line)") {
                try FirstSeenFile(FirstSeenFile.sealed(head + line))
            }
            #expect(problem?.description.hasPrefix("line 5: ") == true, "\(line): \(problem?.description ?? "")")
        }
        let right = try FirstSeenFile(FirstSeenFile.sealed(head + "vendor\tsensor\t-\tacme\t\t5\t6\n"))
        #expect(right.kinds.count == 1 && right.kinds[0].entries.count == 1)
    }
}
