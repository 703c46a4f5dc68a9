import ArgumentParser
import Foundation
import Rules

/// `egret rules explain`: why each rule does, or does not, alert on one event or on each of several.
struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say for each rule which clause failed, or which exception held it back.",
        discussion: """
            Takes one event, or egret's own output with an event a line, of which flows, DNS questions and alerts are explained. \
            Example:
              egret analyze capture.pcap | egret rules explain --rules my-rules/ -
            """)

    @Argument(
        help:
            "A file with an event in JSON as egret writes it, JSON lines, or a flat event in YAML; - is standard input."
    )
    var event: String

    @OptionGroup var options: RulePathOptions

    func run() throws {
        let (rules, catalog) = try options.load()
        let bytes = event == "-" ? [UInt8](FileHandle.standardInput.readDataToEndOfFile()) : RuleFiles.read(event)
        guard let bytes else { throw ValidationError("'\(event)' cannot be read") }
        let runner = try RuleDefaults.runner(catalog, options.catalog)
        let events = ExplainedEvent.events(in: bytes, name: event == "-" ? "standard input" : event)
        var isExplained = false
        for item in events {
            guard item.isFlow else { continue }
            isExplained = true
            try explain(item, isOne: events.count == 1, rules: rules, runner: runner)
        }
        if !isExplained { throw ValidationError("'\(event)' holds no flow, DNS question or alert to explain") }
    }

    private func explain(_ item: ExplainedEvent, isOne: Bool, rules: RuleSet, runner: RuleTestRunner) throws {
        let read = runner.observation(from: item.source)
        guard let observation = read.observation else {
            Terminal.print(read.report.rendered(as: .text), terminator: "")
            throw ExitCode.failure
        }
        let place = isOne ? "" : "line \(item.line): "
        let assumed = read.isTimeAssumed ? " (assumed, because the event has no time)" : ""
        Terminal.print("\(place)\(observation.summary), judged at \(observation.time.rfc3339)\(assumed)")
        for explanation in rules.explain(observation) { Terminal.print(explanation) }
    }
}

/// One event of those that are to be explained.
private struct ExplainedEvent {
    let source: RuleSource
    /// Its line, from 1; 1 for an event that is the whole text.
    let line: Int
    /// Whether rules can be asked about it.
    let isFlow: Bool

    /// The events in `bytes`: one a line if each line is an object, otherwise one.
    static func events(in bytes: [UInt8], name: String) -> [ExplainedEvent] {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().filter { _, line in
            line.contains { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        }
        let isLines = lines.count > 1 && lines.allSatisfy { $0.element.first == UInt8(ascii: "{") }
        guard isLines else {
            return [ExplainedEvent(source: RuleSource(name: name, bytes: bytes), line: 1, isFlow: true)]
        }
        return lines.map { number, line in
            ExplainedEvent(
                source: RuleSource(name: "\(name):\(number + 1)", bytes: Array(line)), line: number + 1,
                isFlow: kinds.contains { line.firstRange(of: Array("\"type\":\"\($0)\"".utf8)) != nil })
        }
    }

    private static let kinds = ["flow", "dns", "alert"]
}
