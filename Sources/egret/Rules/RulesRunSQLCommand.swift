import Archive
import ArgumentParser
import Bytes
import Events
import Fleet
import Foundation
import Monitor
import Rules
import Settings

/// `egret rules run-sql`: rules over the events of a fleet, their alerts as egret's own events.
struct RulesRunSQLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-sql",
        abstract: "Judge the events of a fleet by rules, and write the alerts as events to the outputs.",
        discussion: """
            The database counts, by the queries of rules sql; alerts open, go on and close as on a sensor. With --cursor, a file, each \
            run continues after the one before: run it by a timer. Events that arrive later than --delay are not judged.
            Exit status: 0 fine, 1 a rule that SQL cannot say, a server that does not answer, or an output that fails, 2 wrong usage.

            EXAMPLES
              egret rules run-sql --server clickhouse+https://ch.example:8443/egret --from 2026-05-01 --to 2026-06-01
              egret rules run-sql --server clickhouse+https://ch.example:8443/egret --rules /etc/egret/rules \\
                --cursor /var/lib/egret/central.json --output syslog+tcp://siem.example:601
            """)

    @Option(help: "Which database: clickhouse+https://HOST:PORT/DATABASE.") var server: String
    @Option(help: "The first moment that is judged, in UTC: 2026-05-01, or RFC 3339.") var from: String?
    @Option(help: "The moment before which is judged; now, less --delay, unless given.") var to: String?
    @Option(help: "Seconds that events may take to arrive.") var delay = 120
    @Option(help: "A file that notes until when was judged.") var cursor: String?
    @OptionGroup var options: RunOptions<OfflineSettings>

    /// What the cursor file holds.
    private struct Cursor: Codable {
        var until: String
    }

    func validate() throws {
        guard from != nil || cursor != nil else { throw ValidationError("give --from, or --cursor of an earlier run") }
        guard (0...86_400).contains(delay) else { throw ValidationError("--delay is 0 to 86400 seconds") }
    }

    func run() throws {
        let settings = try options.settings()
        let target = try ClickHouseOptions.target(server)
        let end =
            try moment(to, "--to")
            ?? Timestamp(seconds: Int64(Date.now.timeIntervalSince1970) - Int64(delay), nanoseconds: 0)
        guard let start = try noted() ?? moment(from, "--from") else {
            throw ValidationError("\(cursor ?? ""): there is no such file yet; give --from too")
        }
        guard start < end else { return }
        var configuration = Configuration(
            sensor: SensorIdentity(
                id: settings.text(.sensorID) ?? "fleet", version: Version.current, boot: Self.boot(start, end)),
            mode: .offline, sources: [target.server])
        try configuration.apply(effective: settings)
        try judge(configuration, target, from: start, to: end)
        try note(end)
    }

    private func judge(
        _ configuration: Configuration, _ target: ClickHouseTarget, from start: Timestamp, to end: Timestamp
    ) throws {
        do {
            let rules = try ReferenceData(configuration).rules
            let outputs = configuration.outputSettings
            let client = try ClickHouseClient(
                target, credentials: outputs.clickHouseCredentials, authorities: outputs.clickHouseAuthorities,
                milliseconds: outputs.clickHouseTimeout)
            let evaluation = try CentralEvaluation(rules, client, sensor: configuration.sensor.id)
            // Nothing is written unless all rules were judged, so that a run that failed can be repeated.
            let (alerts, hits) = try evaluation.judge(from: start, to: end, isLast: cursor == nil)
            var output = AlertOutput(configuration, rules: rules, at: start)
            for alert in alerts { output.write(alert) }
            if let failure = output.end(at: end) { throw failure }
            Terminal.write("egret: \(hits) hits, \(alerts.count) alert events, judged until \(end.rfc3339)")
        } catch {
            Terminal.write("egret: error: \(error)")
            throw ExitCode.failure
        }
    }

    /// The run, from the moments that it judges, so that a run that is repeated writes events of the same ids.
    private static func boot(_ start: Timestamp, _ end: Timestamp) -> String {
        "\(start.rfc3339)-\(end.rfc3339)".filter { $0.isLetter || $0.isNumber }
    }

    private func moment(_ text: String?, _ name: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let moment = DayClock(zone: "UTC")?.moment(text) else {
            throw ValidationError("\(name): '\(text)' is no moment such as 2026-05-01 or 2026-05-01T09:00:00Z")
        }
        return moment
    }

    /// The moment in the cursor file; `nil` if there is no such file yet.
    private func noted() throws -> Timestamp? {
        guard let cursor, FileManager.default.fileExists(atPath: cursor) else { return nil }
        guard let data = FileManager.default.contents(atPath: cursor),
            let note = try? JSONDecoder().decode(Cursor.self, from: data),
            let moment = DayClock(zone: "UTC")?.moment(note.until)
        else {
            Terminal.write("egret: error: \(cursor): is no cursor of rules run-sql")
            throw ExitCode.failure
        }
        return moment
    }

    private func note(_ end: Timestamp) throws {
        guard let cursor else { return }
        let part = cursor + ".part"
        let data = try JSONEncoder().encode(Cursor(until: end.rfc3339))
        guard FileManager.default.createFile(atPath: part, contents: data),
            (try? FileReplacement.move(part, to: cursor)) != nil
        else {
            Terminal.write("egret: error: \(cursor): cannot be written")
            throw ExitCode.failure
        }
    }
}
