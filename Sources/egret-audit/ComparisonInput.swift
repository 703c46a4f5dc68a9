import Audit
import AuditInput

/// The runs of a comparison, read, and divided into the comparisons that they allow.
struct ComparisonInput {
    /// One comparison: a factor of a grid, or the whole.
    struct Part {
        /// The names of the settings.
        var settings: [String]
        /// The runs, with positions in `settings`.
        var runs: [RunRecording]
    }

    /// The comparisons.
    let parts: [Part]
    /// The files that they rest on.
    let inputs: [AuditSource]
    /// The number of connections that were not opened.
    let unopened: Int
    /// What of the recordings was not compared.
    private(set) var warnings: [String] = []

    /// Reads recordings. With a plan the settings are those of the plan, and recordings without one (named `a`, by `--a` alone) are
    /// assigned in the planned order.
    init(runs: [(setting: String, path: String)], plan: AuditPlan?, keys: [String]) throws(AuditInputError) {
        let runs = try Self.planned(runs, plan)
        let names = Self.ordered(runs.map(\.setting))
        guard names.count >= 2 else {
            throw AuditInputError("a comparison needs recordings under two settings or more; give --a FILES --b FILES")
        }
        var inputs: [AuditSource] = []
        var unopened = 0
        var recordings: [(name: String, run: RunRecording)] = []
        // All runs are in memory together: each has its share of what one may have.
        let bodies = max(4 << 20, (192 << 20) / max(runs.count, 1))
        for (setting, path) in runs {
            let recording = try RecordingReader(keys: keys, bodies: bodies).read(path: path)
            if let cut = recording.reading?.totals.cutBodies, cut > 0 {
                warnings.append("\(cut) bodies of \(path) are too large to be compared whole")
            }
            inputs += recording.inputs
            unopened += recording.unopened
            let requests = recording.exchanges.map { RequestFields($0, unpack: ContentUnpacking.unpack) }
            let run = RunRecording(name: path, setting: 0, requests: requests, unopened: recording.unopened)
            recordings.append((setting, run))
        }
        self.inputs = inputs
        self.unopened = unopened
        parts = Self.parts(recordings, names)
    }

    /// The names in the order in which they first stand.
    private static func ordered(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private static func planned(
        _ runs: [(setting: String, path: String)], _ plan: AuditPlan?
    ) throws(AuditInputError) -> [(setting: String, path: String)] {
        guard let plan else { return runs }
        let names = ordered(runs.map(\.setting))
        if names == ["a"], runs.count == plan.order.count {
            return zip(runs, plan.order).map { (plan.settings[$1].name, $0.path) }
        }
        let planned = plan.settings.map(\.name)
        return try runs.map { run throws(AuditInputError) in
            if planned.contains(run.setting) { return run }
            // The letters stand for the settings of the plan, in its order.
            let letters = planned.indices.map(FindingRecords.settingKey)
            guard let index = letters.firstIndex(of: run.setting) else {
                throw AuditInputError(
                    "'\(run.setting)' is none of the planned settings (\(planned.joined(separator: ", ")))")
            }
            return (planned[index], run.path)
        }
    }

    /// A grid is compared factor by factor; settings without a slash are one factor.
    private static func parts(_ recordings: [(name: String, run: RunRecording)], _ names: [String]) -> [Part] {
        let factors = names.map { $0.split(separator: "/").map(String.init) }
        let count = Set(factors.map(\.count)).count == 1 ? factors.first?.count ?? 1 : 1
        guard count > 1 else { return [part(recordings, settings: names) { $0 }] }
        return (0..<count).compactMap { factor in
            let level: (String) -> String = { String($0.split(separator: "/")[factor]) }
            let levels = ordered(names.map(level))
            return levels.count > 1 ? part(recordings, settings: levels, level: level) : nil
        }
    }

    private static func part(
        _ recordings: [(name: String, run: RunRecording)], settings: [String], level: (String) -> String
    ) -> Part {
        let runs = recordings.map { recording -> RunRecording in
            var run = recording.run
            run.setting = settings.firstIndex(of: level(recording.name)) ?? 0
            return run
        }
        // The order of settings decides which run comes first in a table, not the result.
        return Part(settings: settings, runs: runs)
    }
}
