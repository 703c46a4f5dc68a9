public import Bytes
public import Flows
import Protocols

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
    /// What is remembered of first sightings; `nil` if nothing is.
    public var firstSeen: FirstSeenReport?
    /// What the rules did.
    public var rules = RulesReport()
    /// Each output; empty where it depends on the machine.
    public var outputs: [OutputReport] = []
    /// Why the run is degraded; empty if it is not. Set once, by the run that makes the report.
    public var healthReasons: [HealthReason] = []
    /// Why an output cannot write, in the system's words; `nil` if all of them do. In no event: `healthReasons` has it.
    public var outputFailure: String?
    /// What the process used; live only.
    public var process: ProcessReport?

    /// A report for `time` about the `interval` nanoseconds before it, with nothing counted yet.
    public init(time: Timestamp, interval: Int64) {
        self.time = time
        self.interval = interval
    }

    /// The share of the packets on the wire that could be judged, as far as they are known: from 0 to 1, `nil` before
    /// the first. What was lost on the way to the sensor lowers it, and so does what reached the sensor and was not
    /// read (`CaptureReport.unjudged`).
    public var coverageRatio: Double? {
        let all =
            Double(capture.packets) + Double(capture.droppedByKernel) + Double(capture.droppedByInterface)
            + Double(capture.damaged)
        let judged = Double(capture.packets) - Double(min(capture.unjudged, capture.packets))
        return all > 0 ? judged / all : nil
    }
}

extension StatsReport {
    /// Adopts what the flow tracker counted: members of `flows` and `attribution`, and `capture.ignored.no_room`.
    public mutating func take(_ counters: FlowCounters) {
        flows.new = counters.new
        flows.evicted[.idle] = counters.idle
        flows.evicted[.capacity] = counters.evicted
        flows.evicted[.synFlood] = counters.evictedUnanswered
        flows.evicted[.unanswered] = counters.evictedOneWay
        flows.listsCut = counters.hellosCut
        flows.oneSided = counters.oneSided
        flows.midstream = counters.midstream
        flows.conflictBytes = counters.conflictingBytes
        flows.refusedSegments = counters.refusedSegments
        flows.doubtfulSegments = counters.doubtfulSegments
        flows.refusedResets = counters.refusedResets
        flows.released = counters.released
        flows.continued = counters.continued
        flows.followed = counters.followed
        flows.unfollowed = counters.unfollowed
        capture.duplicates = counters.duplicates
        capture.ignored[.noRoom] = counters.refused
        attribution.quicMidstream = counters.shortHeaderFlows
        attribution.quicLate = counters.lateConnections
        attribution.unaskedAnswers = counters.unaskedAnswers
        attribution.forgottenQuestions = counters.forgottenQuestions
        attribution.named = counters.named
        attribution.unnamed = counters.unnamed
        attribution.tlsHellos[.complete] = counters.hellosComplete
        attribution.tlsHellos[.truncated] = counters.hellosTruncated
        attribution.tlsHellos[.malformed] = counters.hellosMalformed
        attribution.tlsHellos[.overLimit] = counters.hellosOverLimit
    }
}

/// What the flow table did: `flows` of a `stats` event.
public struct FlowReport: Sendable {
    /// Why a flow left the table before its end; the words of `flows.evicted`.
    public enum EvictionReason: String, Sendable, CaseIterable {
        /// No packet for the idle time-out.
        case idle
        /// The table was full, or held too much memory, and the flow was the least worth keeping of the answered ones.
        case capacity
        /// The class of unanswered SYNs was full.
        case synFlood = "syn_flood"
        /// The table was full, or held too much memory, and no one had answered the flow.
        case unanswered
    }

    /// Flows in the table.
    public var active: UInt64 = 0
    /// Flows that began.
    public var new: UInt64 = 0
    /// Flows that left the table before their end, by reason.
    public var evicted = CounterSet<EvictionReason>()
    /// Bytes that the flows hold: tables, what is known of each, unfinished readings, and the counting of requests.
    public var memoryBytes: UInt64 = 0
    /// Bytes that they may hold.
    public var memoryLimitBytes: UInt64 = 0
    /// Flows of which only one direction was seen although both must have been.
    public var oneSided: UInt64 = 0
    /// Flows whose beginning was not captured.
    public var midstream: UInt64 = 0
    /// Bytes of streams that came again with another value.
    public var conflictBytes: UInt64 = 0
    /// Segments with payload that were not read because no receiver takes them if they are.
    public var refusedSegments: UInt64 = 0
    /// Segments with payload in the window that a receiver drops as a rule.
    public var doubtfulSegments: UInt64 = 0
    /// RST segments that no receiver takes.
    public var refusedResets: UInt64 = 0
    /// Flows whose reading was given up because unfinished ones together held too much memory.
    public var released: UInt64 = 0

    /// Flows that continue one which ended for lack of packets or of room.
    public var continued: UInt64 = 0

    /// Flows whose requests are, or were, counted.
    public var followed: UInt64 = 0
    /// Flows whose requests were to be counted, and were not for lack of memory.
    public var unfollowed: UInt64 = 0

    /// Hellos that listed more names or numbers than are kept.
    public var listsCut: UInt64 = 0

    /// Nothing in the table yet.
    public init() {}
}

/// What the process used: `process` of a `stats` event.
public struct ProcessReport: Sendable, Equatable {
    /// Processor time of all threads, in nanoseconds.
    public var cpu: Int64
    /// Resident memory, in bytes.
    public var residentBytes: UInt64

    /// `cpu` nanoseconds and `residentBytes` bytes.
    public init(cpu: Int64, residentBytes: UInt64) {
        self.cpu = cpu
        self.residentBytes = residentBytes
    }
}

/// What is remembered of sources: `activity` of a `stats` event.
public struct ActivityReport: Sendable {
    /// Rows of the inventory of the day.
    public var inventoryRows: UInt64 = 0
    /// Reports of flows that did not fit in it.
    public var inventoryOmitted: UInt64 = 0
    /// Bytes that the inventory of the day holds.
    public var inventoryBytes: UInt64 = 0
    /// Clients of AI models that are remembered at their sources.
    public var clients: UInt64 = 0
    /// Clients that did not fit.
    public var clientsOmitted: UInt64 = 0

    /// Reports of flows without `flow.delta`, because what was reported before was no longer known.
    public var incrementsOmitted: UInt64 = 0

    /// Nothing remembered yet.
    public init() {}
}

extension StatsReport {
    /// The coverage ratio as a percentage rounded down, so that it never says 100 % of less; `nil` if all was judged.
    var coverageText: String? {
        guard let ratio = coverageRatio, ratio < 1 else { return nil }
        let tenths = Int(max(0, ratio) * 1_000 + 0.000_001)
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// What a person should know of packets that reached the sensor and were not judged, a sentence for each reason.
    public var coverageWarnings: [String] {
        var reasons: [String] = []
        if capture.unsupportedLink > 0 {
            let number = capture.unreadLink.map { " (number \($0))" } ?? ""
            reasons.append("\(capture.unsupportedLink) are of a link type that is not read\(number)")
        }
        if capture.unreadTunnels > 0 {
            reasons.append("\(capture.unreadTunnels) are in an encapsulation that is not read")
        }
        guard !reasons.isEmpty else { return [] }
        let share =
            coverageText.map { "only \($0) of all packets could be judged" } ?? "not all packets could be judged"
        return ["\(share): of \(capture.packets), \(reasons.joined(separator: " and ")); see docs/LIMITS.md"]
    }
}

/// What is remembered of first sightings: `first_seen` of a `stats` event.
public struct FirstSeenReport: Equatable, Sendable {
    /// Since when is learned; `nil` before the first packet.
    public var since: Timestamp?
    /// Whether the learning period is in progress: first sightings are recorded and not reported.
    public var isLearning = true
    /// Entries of all kinds.
    public var entries: UInt64 = 0
    /// Entries that were evicted for others, each of which is new again when it comes back.
    public var evicted: UInt64 = 0
    /// Flows whose later events lack what they were the first to show, because too many such flows were open at once.
    public var flowsOmitted: UInt64 = 0
    /// Why the file cannot be written, in the system's words; live only, and in no event.
    public var failure: String?

    /// Nothing remembered yet.
    public init() {}
}
