import Bytes
import Capture
import Events
import Flows
import Foundation
import Host
import Protocols
import Rules
import Testing
import Vendors

@testable import Monitor

/// A directory of rules and one of vendors, laid out as Kubernetes mounts a ConfigMap, for as long as it lives.
private final class Directory {
    let path: String

    init(rules: String) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path + "/rules/..v1", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: path + "/vendors", withIntermediateDirectories: true)
        try write(rules, to: "rules/..v1/acme.yaml")
        try write(Directory.vendor(host: "api.acme.example"), to: "vendors/acme.yaml")
        try link("..v1", at: "rules/..data")
        try link("..data/acme.yaml", at: "rules/acme.yaml")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static func vendor(host: String) -> String {
        """
        id: acme
        name: Acme
        country: DE
        category: api
        sources:
          docs: {date: 2026-11-22, text: public documents}
        hosts:
        - {exact: \(host), role: inference, source: docs}
        """
    }

    /// Rules of one rule with the given severity and test.
    static func rules(severity: String = "low", vendor: String = "acme", expect: String = "alert") -> String {
        """
        version: 1
        metadata: {ruleset: t, revision: 1}
        rules:
        - id: acme-use
          title: Acme was used
          match: {ai.vendor: \(vendor)}
          severity: \(severity)
          tests: [{name: t, event: {dst.host: api.acme.example}, expect: \(expect)}]
        """
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    func link(_ target: String, at name: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    /// Puts `rules` in the place of those before by one rename of a link, as the kubelet does.
    func swap(_ rules: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/rules/..v2", withIntermediateDirectories: true)
        try write(rules, to: "rules/..v2/acme.yaml")
        try link("..v2", at: "rules/..tmp")
        // Invariant: both texts end with a zero and live for the call.
        let status = unsafe rename("\(path)/rules/..tmp", "\(path)/rules/..data")
        #expect(status == 0)
    }

    var configuration: Configuration {
        var configuration = Configuration(
            sensor: SensorIdentity(id: "test", version: "1", boot: "test"), mode: .live, sources: ["none"])
        configuration.rulePaths = [path + "/rules"]
        configuration.catalogDirectories = [path + "/vendors"]
        configuration.outputs = [OutputTarget(.directory(path + "/out"))]
        return configuration
    }

    /// A reload that reads on this thread.
    func reload() -> Reload { Reload(configuration, at: second(0)) { work in work() } }

    /// The lines that were written.
    func lines() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/out")
        let name = try #require(names.first { $0.hasSuffix(".jsonl") })
        return try String(contentsOfFile: "\(path)/out/\(name)", encoding: .utf8).split(separator: "\n").map(
            String.init)
    }
}

private func second(_ number: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_783_648_915_000_000_000 + Int64(number * 1e9))
}

/// Turns at each of `times`, in seconds; what came of it, each with its time.
private func turns(_ reload: inout Reload, at times: [Double]) -> [(time: Double, outcome: Reload.Outcome)] {
    times.compactMap { time in reload.turn(at: second(time)).map { (time, $0) } }
}

extension Reload.Outcome {
    fileprivate var severity: Severity? { (try? result.get())?.rules.rule("acme-use")?.severity }
}

@Test("A ConfigMap's symlink swap is noticed, settles for two seconds, and brings the rules whole")
func aSymlinkSwapIsNoticed() throws {
    let directory = try Directory(rules: Directory.rules())
    var reload = directory.reload()
    let before = turns(&reload, at: [1, 2, 3, 4])
    #expect(before.isEmpty)
    try directory.swap(Directory.rules(severity: "high"))
    // Files are looked at once a second, at 5, and have settled at 7.
    let after = turns(&reload, at: [4.5, 5, 6, 7, 8, 9, 10])
    #expect(after.map(\.time) == [7])
    #expect(after.map(\.outcome.severity) == [.high])
    #expect(after.map(\.outcome.isRequested) == [false])
}

@Test func whatChangedSinceItWasReadIsNoticed() throws {
    let directory = try Directory(rules: Directory.rules())
    let knowledge = try ReferenceData(directory.configuration)
    try directory.swap(Directory.rules(severity: "high"))
    var reload = Reload(directory.configuration, stamp: knowledge.stamp, at: second(0)) { work in work() }
    let outcomes = turns(&reload, at: [1, 2, 3, 4, 5])
    #expect(outcomes.map(\.outcome.severity) == [.high])
}

@Test func filesThatGoOnChangingAreReadWhenTheyRest() throws {
    let directory = try Directory(rules: Directory.rules())
    var reload = directory.reload()
    for (time, severity) in [(1.0, "medium"), (2, "high"), (3, "critical")] {
        try directory.write(Directory.rules(severity: severity), to: "rules/..v1/acme.yaml")
        let early = turns(&reload, at: [time])
        #expect(early.isEmpty)
    }
    let outcomes = turns(&reload, at: [4, 5, 6])
    #expect(outcomes.map(\.time) == [5])
    #expect(outcomes.first?.outcome.severity == .critical)
}

@Test func aRequestReadsAtOnceWhatDidNotChangeToo() throws {
    let directory = try Directory(rules: Directory.rules())
    var reload = directory.reload()
    reload.request()
    let outcomes = turns(&reload, at: [0.1, 0.2])
    #expect(outcomes.map(\.time) == [0.1])
    #expect(outcomes.first?.outcome.isRequested == true)
    #expect(outcomes.first?.outcome.severity == .low)
}

@Test func onlyARequestCountsWhereFilesAreNotWatched() throws {
    let directory = try Directory(rules: Directory.rules())
    var configuration = directory.configuration
    configuration.reloadsOnChange = false
    var reload = Reload(configuration, at: second(0)) { work in work() }
    try directory.swap(Directory.rules(severity: "high"))
    let unasked = turns(&reload, at: [1, 5, 9])
    #expect(unasked.isEmpty)
    reload.request()
    let asked = turns(&reload, at: [10])
    #expect(asked.first?.outcome.severity == .high)
}

@Test func readingBesideTheRunIsHandedOverWhenItIsDone() throws {
    let directory = try Directory(rules: Directory.rules())
    var reload = Reload(directory.configuration, at: second(0))
    reload.request()
    var outcome = reload.turn(at: second(0))
    for _ in 0..<2_000 where outcome == nil {
        usleep(10_000)
        outcome = reload.turn(at: second(0))
    }
    let severity = outcome?.severity
    #expect(severity == .low)
}

@Test(
    "What is wrong anywhere changes nothing, is told once and shows in stats until a reload succeeds",
    arguments: [
        "version: 1\nrules: [", Directory.rules(vendor: "acmee"), Directory.rules(expect: "none"),
    ])
func aFailureKeepsWhatWasThere(rules: String) throws {
    let directory = try Directory(rules: Directory.rules())
    let knowledge = try ReferenceData(directory.configuration)
    var engine = Engine(directory.configuration, knowledge, sources: ["none"])
    engine.reporter.begin(at: second(0))
    var reload = directory.reload()
    try directory.swap(rules)
    for (time, outcome) in turns(&reload, at: [1, 2, 3, 4, 5]) { engine.take(outcome, at: second(time)) }
    var report = engine.report(at: second(5), interval: 0, statistics: .init(), source: "none", isLive: true)
    #expect(!report.rules.lastReloadOK)
    var watch = HealthWatch()
    _ = watch.update(report, at: second(5))
    #expect(watch.reasons.contains(.reloadFailed))
    #expect(report.rules.rulesetHash == knowledge.rules.hash)
    try directory.write(Directory.rules(severity: "critical"), to: "rules/..v2/acme.yaml")
    for (time, outcome) in turns(&reload, at: [6, 7, 8, 9]) { engine.take(outcome, at: second(time)) }
    report = engine.report(at: second(9), interval: 0, statistics: .init(), source: "none", isLive: true)
    #expect(report.rules.lastReloadOK)
    #expect(report.rules.rulesetHash != knowledge.rules.hash)
    engine.reporter.end(.signal, detail: nil, at: second(9), packets: 0)
    let lines = try directory.lines()
    #expect(lines.filter { $0.contains(#""kind":"reload_failed""#) }.count == 1)
    #expect(lines.filter { $0.contains(#""kind":"reloaded""#) }.count == 1)
}

@Test func theCatalogIsReadAnewWithTheRules() throws {
    let directory = try Directory(rules: Directory.rules())
    let knowledge = try ReferenceData(directory.configuration)
    var engine = Engine(directory.configuration, knowledge, sources: ["none"])
    var reload = directory.reload()
    // The test of the rule names the old host, so that both must change together.
    try directory.write(Directory.vendor(host: "api2.acme.example"), to: "vendors/acme.yaml")
    let outcomes = turns(&reload, at: [1, 2, 3, 4])
    #expect(outcomes.count == 1)
    #expect(throws: ReferenceData.LoadError.self) { try outcomes.first?.outcome.result.get() }
    let renamed = Directory.rules().replacingOccurrences(of: "api.acme", with: "api2.acme")
    try directory.write(renamed, to: "rules/..v1/acme.yaml")
    for (time, outcome) in turns(&reload, at: [5, 6, 7, 8]) { engine.take(outcome, at: second(time)) }
    let catalog = engine.reporter.attributions.catalog
    #expect(catalog.match(host: "api2.acme.example") != nil)
    #expect(catalog.match(host: "api.acme.example") == nil)
}

@Test func whatWasRememberedOfAHostIsForgottenWithItsCatalog() throws {
    let directory = try Directory(rules: Directory.rules())
    let knowledge = try ReferenceData(directory.configuration)
    var engine = Engine(directory.configuration, knowledge, sources: ["none"])
    var flow = FlowSnapshot(
        client: .init(address: IPAddress(ipv4: 1), port: 1), server: .init(address: IPAddress(ipv4: 2), port: 443))
    flow.names = [NameEvidence(name: "api.acme.example", source: .tlsSNI)]
    let before = (engine.reporter.observe(flow, at: .named), engine.reporter.observe(flow, at: .named))
    engine.reporter.adopt(try ReferenceData(catalog: Catalog(), listDirectory: nil))
    let between = (engine.reporter.observe(flow, at: .named), engine.reporter.observe(flow, at: .named))
    engine.reporter.adopt(knowledge)
    let after = engine.reporter.observe(flow, at: .named)
    #expect(before == (true, true) && between == (false, false) && after)
}

@Test func filesThatSayTheSameAreNoNews() throws {
    let directory = try Directory(rules: Directory.rules())
    let knowledge = try ReferenceData(directory.configuration)
    var engine = Engine(directory.configuration, knowledge, sources: ["none"])
    engine.reporter.begin(at: second(0))
    var reload = directory.reload()
    try directory.swap(Directory.rules())
    let outcomes = turns(&reload, at: [1, 2, 3, 4])
    for (time, outcome) in outcomes { engine.take(outcome, at: second(time)) }
    engine.reporter.end(.signal, detail: nil, at: second(4), packets: 0)
    #expect(outcomes.count == 1)
    #expect(try directory.lines().count == 2)
}

@Test func anEpisodeOfFailedReloadsEndsWithAnEventWhenTheFileIsRepaired() throws {
    let directory = try Directory(rules: Directory.rules())
    var engine = Engine(directory.configuration, try ReferenceData(directory.configuration), sources: ["none"])
    engine.reporter.begin(at: second(0))
    var reload = directory.reload()
    var watch = HealthWatch()
    var notices: [NoticeReport] = []
    for number in 1...30 {
        if number == 2 { try directory.swap("version: 1\nrules: [") }
        // What was in use before: nothing that could be news but that it can be read again.
        if number == 15 { try directory.write(Directory.rules(), to: "rules/..v2/acme.yaml") }
        let time = second(Double(number))
        if let outcome = reload.turn(at: time) { engine.take(outcome, at: time) }
        let report = engine.report(at: time, interval: 0, statistics: .init(), source: "none", isLive: true)
        notices += watch.update(report, at: time)
    }
    #expect(notices.map(\.kind) == ["reload_failed_ended"])
    #expect(notices.first?.code == "EG103")
    #expect((notices.first?.duration ?? 0) > 10_000_000_000)
    engine.reporter.end(.signal, detail: nil, at: second(30), packets: 0)
    #expect(try directory.lines().filter { $0.contains(#""kind":"reload_failed""#) }.count == 1)
}

/// Turns once a second until something comes of it or `seconds` have passed.
private func wait(_ reload: inout Reload, from start: Int, seconds: Int = 20) -> (time: Int, outcome: Reload.Outcome)? {
    for number in start..<(start + seconds) {
        if let outcome = reload.turn(at: second(Double(number))) { return (number, outcome) }
        usleep(20_000)
    }
    return nil
}

@Test func aChangeThatTheKernelTellsOfIsReadAsOneThatIsSeen() throws {
    let directory = try Directory(rules: Directory.rules())
    let watch = FileWatch()
    var reload = Reload(directory.configuration, at: second(0), watch: watch) { work in work() }
    // The first look puts the watch in place; after it nothing is looked at.
    let quiet = turns(&reload, at: (1...30).map(Double.init))
    #expect(quiet.isEmpty)
    #expect(reload.takeReason() == nil)
    try directory.swap(Directory.rules(severity: "high"))
    let swapped = wait(&reload, from: 31)
    #expect(swapped?.outcome.severity == .high)
    #expect((swapped?.time ?? 0) <= 36)
    // The files that the links lead to now are watched too.
    try directory.write(Directory.rules(severity: "critical"), to: "rules/..v2/acme.yaml")
    let written = wait(&reload, from: 40)
    #expect(written?.outcome.severity == .critical)
}

@Test func filesThatTheKernelCannotWatchAreLookedAtAndThatIsSaidOnce() throws {
    let directory = try Directory(rules: Directory.rules())
    try directory.link("nowhere.yaml", at: "rules/gone.txt")
    var reload = Reload(directory.configuration, at: second(0), watch: FileWatch()) { work in work() }
    _ = turns(&reload, at: [1, 2])
    let reason = reload.takeReason()
    #expect(reason?.contains("looked at every second, because inotify cannot watch all of them") == true)
    let again = reload.takeReason()
    #expect(again == nil)
    var other = Reload(directory.configuration, at: second(0)) { work in work() }
    _ = turns(&other, at: [1, 2])
    let without = other.takeReason()
    #expect(without?.contains("the kernel has no inotify") == true)
}

@Test func whatTheKernelDoesNotTellOfIsSeenWithinAMinute() throws {
    let directory = try Directory(rules: Directory.rules())
    var reload = Reload(directory.configuration, at: second(0), watch: FileWatch()) { work in work() }
    _ = turns(&reload, at: [1, 2])
    // A link in the middle of the path, if nothing is watched: the rules are reached through a directory of links.
    let other = try Directory(rules: Directory.rules(severity: "high"))
    var configuration = directory.configuration
    try directory.link(directory.path + "/rules", at: "current")
    configuration.rulePaths = [directory.path + "/current/"]
    var linked = Reload(configuration, at: second(0), watch: FileWatch()) { work in work() }
    _ = turns(&linked, at: [1, 2])
    try directory.link(other.path + "/rules", at: "next")
    // Invariant: both texts end with a zero and live for the call.
    #expect(unsafe rename("\(directory.path)/next", "\(directory.path)/current") == 0)
    let outcomes = turns(&linked, at: (3...70).map(Double.init))
    #expect(outcomes.map(\.outcome.severity) == [.high])
}
