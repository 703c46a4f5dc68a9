package import Bytes
import Text

/// What was planned before a comparison was recorded: settings, order of the runs, hypothesis, and the client.
///
/// A plan that was written first keeps an auditor from choosing among results. It is a YAML file that a person can read.
package struct AuditPlan: Sendable, Equatable {
    /// One setting.
    package struct Setting: Sendable, Equatable {
        /// The name.
        package var name: String
        /// The name of the time zone, if the setting is one.
        package var timeZone: String?
        /// A text that is in the requests if the setting took effect.
        package var canary: String?

        /// Creates a setting.
        package init(name: String, timeZone: String? = nil, canary: String? = nil) {
            self.name = name
            self.timeZone = timeZone
            self.canary = canary
        }
    }

    /// The moment at which the plan was written, in the form of RFC 3339.
    package var created: String
    /// What is expected, in the auditor's words.
    package var hypothesis: String
    /// The SHA-256 of the client, if it is one file.
    package var client: String?
    /// The seed of the order.
    package var seed: UInt64
    /// The settings.
    package var settings: [Setting]
    /// The positions of the settings, in the order in which the runs are to be recorded.
    package var order: [Int]

    /// The most runs of one plan.
    static let mostRuns = 10_000

    /// Plans `runs` runs of each setting. Each block of as many runs as there are settings holds every setting once, in an order
    /// that the seed decides, so that what drifts with time falls on all settings alike.
    package init(
        settings: [Setting], runs: Int, seed: UInt64, hypothesis: String, client: String? = nil, created: String
    ) {
        self.created = created
        self.hypothesis = hypothesis
        self.client = client
        self.seed = seed
        self.settings = settings
        var numbers = SplitMix(state: seed)
        order = (0..<max(0, min(runs, Self.mostRuns / max(1, settings.count)))).flatMap { _ in
            Array(settings.indices).shuffled(using: &numbers)
        }
    }

    /// The plan as a file.
    package var yaml: String {
        var lines = [
            "# Written before recording. Record the runs in this order; then: egret audit compare --plan THIS-FILE ...",
            "version: 1", "created: \(JSONText.yaml(created))", "hypothesis: \(JSONText.yaml(hypothesis))",
        ]
        if let client { lines.append("client_sha256: \(JSONText.yaml(client))") }
        lines += ["seed: \(seed)", "settings:"]
        for setting in settings {
            lines.append("  - name: \(JSONText.yaml(setting.name))")
            if let zone = setting.timeZone { lines.append("    time_zone: \(JSONText.yaml(zone))") }
            if let canary = setting.canary { lines.append("    canary: \(JSONText.yaml(canary))") }
        }
        lines.append("order:")
        lines += order.map { "  - \(JSONText.yaml(settings[$0].name))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The time at which the plan was written.
    package var time: Timestamp? { Timestamp(iso8601: created) }
}

extension AuditPlan {
    /// Reads a plan.
    ///
    /// - Throws: `KnownValuesError` with each fault at its place.
    package init(file: String, bytes: [UInt8]) throws(KnownValuesError) {
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: file, bytes: bytes, faults: &faults)
        var messages = faults.map { "\($0.position): \($0.message)" }
        let root = document?.root
        let keys = ["version", "created", "hypothesis", "client_sha256", "seed", "settings", "order"]
        for (entry, suggestion) in root?.unknownEntries(besides: keys) ?? [] {
            messages.append(
                "\(entry.position): unknown key '\(entry.key.prefix(64))'"
                    + (suggestion.map { "; did you mean '\($0)'?" } ?? ""))
        }
        settings = (root?["settings"]?.items ?? []).compactMap { node in
            guard let name = node["name"]?.text else { return nil }
            return Setting(name: name, timeZone: node["time_zone"]?.text, canary: node["canary"]?.text)
        }
        let names = settings.map(\.name)
        order = []
        for node in root?["order"]?.items ?? [] {
            if let name = node.text, let index = names.firstIndex(of: name) {
                order.append(index)
            } else {
                messages.append(
                    "\(node.position): '\(node.text?.prefix(64) ?? "")' is none of the settings; write one of \(names.joined(separator: ", "))"
                )
            }
        }
        created = root?["created"]?.text ?? ""
        hypothesis = root?["hypothesis"]?.text ?? ""
        client = root?["client_sha256"]?.text
        seed = root?["seed"]?.text.flatMap { UInt64($0) } ?? 0
        if messages.isEmpty, settings.count < 2 {
            messages.append("\(file): 'settings:' names fewer than two settings; list each with 'name:'")
        }
        if messages.isEmpty, Set(names).count < names.count {
            messages.append("\(file): two settings have the same name")
        }
        guard messages.isEmpty else { throw KnownValuesError(messages: messages) }
    }

    /// How recordings differ from the plan, in sentences; none if they are as planned.
    package func deviations(_ runs: [RunRecording]) -> [String] {
        var result: [String] = []
        let planned = settings.indices.map { index in order.filter { $0 == index }.count }
        let recorded = settings.indices.map { index in runs.filter { $0.setting == index }.count }
        for (index, setting) in settings.enumerated() where planned[index] != recorded[index] {
            result.append("\(planned[index]) runs of \(setting.name) were planned, and \(recorded[index]) were given")
        }
        let timed = runs.compactMap { run in run.start.map { (start: $0, setting: run.setting) } }.sorted {
            $0.start < $1.start
        }
        if planned == recorded, timed.count == order.count, timed.map(\.setting) != order {
            result.append("the runs were not recorded in the planned order")
        }
        if let time, let first = timed.first, first.start < time {
            result.append("the first run was recorded before the plan was written")
        }
        for (index, setting) in settings.enumerated() {
            guard let canary = setting.canary else { continue }
            let finder = KnownFinder(KnownValues([.init(name: "canary", text: canary)]))
            let missing = runs.filter { $0.setting == index && !$0.holds(finder) }
            if !missing.isEmpty {
                result.append(
                    "the canary of \(setting.name) is in none of the requests of \(missing.count) of its runs: the setting may not have taken effect"
                )
            }
        }
        return result
    }
}

extension RunRecording {
    /// Whether a finder finds anything in the requests.
    func holds(_ finder: KnownFinder) -> Bool {
        for request in requests {
            var findings = FindingCollection()
            for field in request.fields { finder.search(field, into: &findings) }
            if !findings.findings.isEmpty { return true }
        }
        return false
    }
}
