public import Bytes

/// What was seen, what was lost and what could not be read: the `stats` event, member by member.
///
/// All counters are totals since the start of the run. An offline run leaves out what depends on the machine rather
/// than on the packets (`process`, and `outputs` unless they were drained before), so that two runs write the same
/// bytes.
public struct StatsReport: Sendable {
    /// The moment in packet time; live the moment of the report.
    public var time: Timestamp
    /// From the report before this one, or from the first packet, in nanoseconds.
    public var interval: Int64
    /// What the sources delivered.
    public var capture = CaptureReport()
    /// What the flow table did.
    public var flows = FlowReport()
    /// What was named.
    public var attribution = AttributionReport()
    /// What is remembered of sources.
    public var activity = ActivityReport()
    /// What the rules did.
    public var rules = RulesReport()
    /// Each output; empty where it depends on the machine.
    public var outputs: [OutputReport] = []
    /// Why the run is degraded, as words; empty where nothing is.
    public var healthReasons: [String] = []
    /// Why an output cannot write, in the system's words; nothing where all of them do. In no event: `healthReasons` has it.
    public var outputFailure: String?
    /// What the process used; live only.
    public var process: ProcessReport?

    /// A report for `time` about the `interval` nanoseconds before it, with nothing counted yet.
    public init(time: Timestamp, interval: Int64) {
        self.time = time
        self.interval = interval
    }

    /// The share of the packets that reached the sensor which it could judge: from 0 to 1, nothing before the first.
    public var coverageRatio: Double? {
        let seen = Double(capture.packets)
        let all =
            seen + Double(capture.droppedByKernel) + Double(capture.droppedByInterface)
            + Double(capture.droppedByQueue) + Double(capture.damaged)
        return all > 0 ? seen / all : nil
    }
}
