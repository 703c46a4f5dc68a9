public import Bytes
public import Events
public import Rules

/// Alerts that were found elsewhere, through the outputs of a run and in their forms: a `start` event, the alerts, a `stop` event.
public struct AlertOutput: ~Copyable {
    private var output: EventOutput

    /// An output by `configuration`, for alerts by the rules whose hash is `rulesetHash`. It begins at `time`.
    public init(_ configuration: Configuration, rules: RuleSet, at time: Timestamp) {
        output = EventOutput(
            configuration.outputOptions,
            start: StartReport(
                time: time, mode: configuration.mode, sources: configuration.sources, flows: "none",
                rules: rules.rules.count, rulesetHash: rules.hash, catalog: ""))
        output.begin(at: time)
    }

    /// Writes an alert.
    public mutating func write(_ alert: Alert) { output.write(.alert(alert)) }

    /// Ends at `time`, and says why not everything could be written.
    public mutating func end(at time: Timestamp) -> SinkError? {
        output.end(.endOfInput, detail: nil, at: time, packets: 0)
        return output.currentFailure
    }
}
