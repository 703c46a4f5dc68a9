public import Bytes
public import Rules

/// What the rules did: `rules` of a `stats` event.
public struct RulesReport: Sendable {
    /// Rules that are evaluated.
    public var loaded: UInt64 = 0
    /// `sha256:` and the digest of the loaded files; `nil` if there are none.
    public var rulesetHash: String?
    /// Whether the latest reload was adopted.
    public var lastReloadOK = true
    /// Observations of which a rule's condition held, by its id, in a fixed order; of this and what follows at most 64 are
    /// written, those with the highest counts.
    public var matches: [(name: String, count: UInt64)] = []
    /// Hits of rules in shadow mode, by the rule's id.
    public var shadow: [(name: String, count: UInt64)] = []
    /// Hits that joined an alert which was open already, by the rule's id.
    public var deduplicated: [(name: String, count: UInt64)] = []
    /// Matches for which too little was known, by the rule's id.
    public var lackingEvidence: [(name: String, count: UInt64)] = []
    /// Matches that an exception suppressed, by `rule/exception`, in a fixed order. At most 256 are written.
    public var suppressed: [(name: String, count: UInt64)] = []
    /// The exceptions that suppress most of what their rule matches. At most 64 are written.
    public var broadExceptions: [BroadException] = []
    /// Alerts that are open.
    public var alertsOpen: UInt64 = 0
    /// Bytes that open alerts hold.
    public var alertsMemoryBytes: UInt64 = 0
    /// Bytes that they may hold.
    public var alertsMemoryLimitBytes: UInt64 = 0
    /// Hits that were summed in group alerts.
    public var alertsGrouped: UInt64 = 0
    /// When rules and catalog were last read; live only, and in no event.
    public var loadTime: Timestamp?
    /// Threshold groups that did not fit.
    public var stateOverflow: UInt64 = 0

    /// Alerts that closed early because too many were open.
    public var alertOverflow: UInt64 = 0
    /// Flows that rules forgot while they continued.
    public var flowOverflow: UInt64 = 0

    /// No rule loaded.
    public init() {}
}

extension RulesReport {
    /// Adopts what a rule engine counted.
    public mutating func take(_ counters: RuleCounters) {
        func sorted(_ counts: [String: UInt64]) -> [(name: String, count: UInt64)] {
            counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        matches = sorted(counters.matches)
        shadow = sorted(counters.shadow)
        deduplicated = sorted(counters.deduplicated)
        lackingEvidence = sorted(counters.lackingEvidence)
        suppressed = sorted(counters.suppressed)
        broadExceptions = counters.broadExceptions
        stateOverflow = counters.stateOverflow
        alertOverflow = counters.alertOverflow
        flowOverflow = counters.flowOverflow
        alertsGrouped = counters.grouped.values.reduce(0, &+)
    }

    /// Adopts how many alerts are open, and the bytes that they hold and may hold.
    public mutating func take(_ open: (count: Int, memory: Int, limit: Int)) {
        alertsOpen = UInt64(clamping: open.count)
        alertsMemoryBytes = UInt64(clamping: open.memory)
        alertsMemoryLimitBytes = UInt64(clamping: open.limit)
    }
}

/// One output: an element of `outputs` of a `stats` event.
public struct OutputReport: Sendable, Equatable {
    /// The output's name, `stdout`, `file`.
    public var name: String
    /// Events written.
    public var written: UInt64
    /// Events given up.
    public var dropped: UInt64
    /// From the newest event written to the newest passed on, in nanoseconds of event time; nothing offline.
    public var lag: Int64?
    /// The time of the newest event that was written; nothing offline, or before the first.
    public var lastSuccess: Timestamp?
    /// Why the output last gave events up, where its latest batch did; the words of the system.
    public var failure: String?

    /// A report on the output `name`.
    public init(
        name: String, written: UInt64, dropped: UInt64, lag: Int64?, lastSuccess: Timestamp? = nil,
        failure: String? = nil
    ) {
        self.name = name
        self.written = written
        self.dropped = dropped
        self.lag = lag
        self.lastSuccess = lastSuccess
        self.failure = failure
    }
}
