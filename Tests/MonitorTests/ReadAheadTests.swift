import Events
import Foundation
import Rules
import Settings
import Testing

@testable import Monitor

/// Golden captures of TLS, QUIC, DNS, fragments, tunnels and proxies.
private let captures = try? FileManager.default.contentsOfDirectory(atPath: "\(Project.root)/Tests/Golden/captures")
    .filter { $0.hasSuffix(".pcap") }.map { String($0.dropLast(5)) }.sorted()

/// The shipped catalog with all shipped policies.
private let everything = Result {
    var knowledge = try Project.knowledge()
    knowledge.rules = try #require(RuleFiles.load(paths: ["\(Project.root)/rules/policies"]).rules)
    return knowledge
}

/// All that a run says: every observation and alert, the last stats event, the summary and the warnings.
private func account(
    of paths: [String], threads: Int, tuning: ReadAhead.Tuning = .init(), interval: Int64? = nil, filter: String = ""
) throws -> [String] {
    var configuration = Project.reading("none")
    configuration.sources = paths
    configuration.threads = threads
    configuration.tuning = tuning
    configuration.statsInterval = interval
    configuration.filter = filter
    configuration.flows = .all
    configuration.writesSuppressed = true
    let knowledge = try everything.get()
    configuration.outputs = []
    configuration.recorded = [.observations, .alerts]
    var run = try OfflineRun(configuration, knowledge)
    let outcome = try run.run { _ in }
    return outcome.record.observations.map { "\($0)" } + outcome.record.alerts.map { "\($0)" }
        + ["\(outcome.stats)", outcome.summary.render(stats: outcome.stats)] + outcome.warnings
}

/// Batches of a few frames, all parsed ahead, so that batches end in the middle of every exchange.
private let small = ReadAhead.Tuning(frames: 3, bytes: 4096, depth: 2, previewThreshold: 0)

@Test(arguments: captures ?? [])
func readingAheadChangesNothing(name: String) throws {
    let path = Project.capture(name)
    let plain = try account(of: [path], threads: 1)
    #expect(plain.count > 2)
    #expect(try account(of: [path], threads: 2) == plain)
    #expect(try account(of: [path], threads: 2, tuning: small) == plain)
}

@Test func severalFilesAndAFilterAreTheSameAheadAndNot() throws {
    let paths = (captures ?? []).prefix(6).map { Project.capture($0) }
    for filter in ["", "udp or port 443"] {
        let plain = try account(of: Array(paths), threads: 1, filter: filter)
        #expect(try account(of: Array(paths), threads: 2, tuning: small, filter: filter) == plain)
    }
}

@Test func statsInTimeAreTheSameAheadAndNot() throws {
    let path = Project.capture("a-dashscopecompat-n5")
    let plain = try account(of: [path], threads: 1, interval: 1_000_000)
    #expect(try account(of: [path], threads: 2, tuning: small, interval: 1_000_000) == plain)
}

@Test func aTruncatedFileGivesTheSameWarningsAheadAndNot() throws {
    let whole = try #require(FileManager.default.contents(atPath: Project.capture("e-gre")))
    let path = FileManager.default.temporaryDirectory.appending(path: "egret-\(UUID().uuidString).pcap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for length in stride(from: 24, to: whole.count, by: max(1, whole.count / 40)) {
        try whole.prefix(length).write(to: URL(filePath: path))
        #expect(try account(of: [path], threads: 2, tuning: small) == account(of: [path], threads: 1))
    }
}

@Test func aRunThatIsGivenUpLetsItsReaderGo() throws {
    var configuration = Project.reading("a-dashscopecompat-n5")
    configuration.threads = 2
    configuration.tuning = small
    configuration.outputs = []
    for _ in 0..<20 { _ = try OfflineRun(configuration, try everything.get()) }
}
