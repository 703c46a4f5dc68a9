public import Activity
public import Bytes
import Flows
public import Rules

/// One thing that egret says: a line of its output.
public enum Event: Sendable {
    /// A sensor began its run, or an output file begins.
    case start(StartReport)
    /// A flow as it stood at one moment.
    case flow(Observation)
    /// A DNS question, where they are asked for.
    case dns(Observation)
    /// An alert opened, was updated or closed.
    case alert(Alert)
    /// What one source did with one product in one day.
    case inventory(InventoryReport)
    /// Counters and coverage of the run so far.
    case stats(StatsReport)
    /// The sensor's health changed.
    case health(NoticeReport)
    /// Something was changed or looked up on purpose: a reload, a catalog, a re-identification.
    case audit(NoticeReport)
    /// The run ended.
    case stop(StopReport)

    /// The words of `type`.
    public enum Kind: String, Sendable, CaseIterable {
        case start, flow, dns, alert, inventory, stats, health, audit, stop
    }

    /// What the event is about.
    public var kind: Kind {
        switch self {
        case .start: .start
        case .flow: .flow
        case .dns: .dns
        case .alert: .alert
        case .inventory: .inventory
        case .stats: .stats
        case .health: .health
        case .audit: .audit
        case .stop: .stop
        }
    }

    /// The event's own moment: of a flow that ended its end, of one that goes on the moment of the report, of an alert
    /// its latest hit.
    public var time: Timestamp {
        switch self {
        case .start(let report): report.time
        case .flow(let observation): observation.flow.isFinal ? observation.flow.end : observation.time
        case .dns(let observation): observation.time
        case .alert(let alert): alert.lastSeen
        case .inventory(let report): report.time
        case .stats(let report): report.time
        case .health(let report), .audit(let report): report.time
        case .stop(let report): report.time
        }
    }

    /// The id of the key of its pseudonyms, where it has any.
    var privacyKey: String? {
        switch self {
        case .flow(let observation), .dns(let observation): observation.privacyKey
        case .alert(let alert): alert.observation.privacyKey
        case .inventory(let report): report.privacyKey
        case .start, .stats, .health, .audit, .stop: nil
        }
    }

    /// What is given up last where an output cannot take everything.
    public var priority: Priority {
        switch self {
        case .start: .header
        case .alert(let alert) where alert.status == .suppressed: .normal
        case .flow, .dns, .stats: .normal
        case .alert, .inventory, .health, .audit, .stop: .high
        }
    }

    /// How long an event is held on to where an output cannot take everything.
    public enum Priority: UInt8, Sendable, CaseIterable {
        /// Given up first: flows and counters, which come again or are many.
        case normal
        /// Given up last: alerts, inventories, health, audit, the end of the run.
        case high
        /// As `high`; and a file that begins with it needs no other beginning.
        case header
    }
}
