public import Activity
public import Bytes
import Flows
public import Rules

/// One thing that egret says: a line of its output.
public enum Event: Sendable {
    /// A sensor began its run, or an output file begins.
    case start(StartReport)
    /// A flow as it was at one moment.
    case flow(Observation)
    /// A DNS question, if they are asked for.
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
    /// The head of a sealed log, for an output outside the machine.
    case anchor(AnchorReport)
    /// The run ended.
    case stop(StopReport)

    /// The words of `type`.
    public enum Kind: String, Sendable, CaseIterable {
        case start, flow, dns, alert, inventory, stats, health, audit, anchor, stop
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
        case .anchor: .anchor
        case .stop: .stop
        }
    }

    /// The event's own moment: of a flow that ended its end, of one that continues the moment of the report, of an alert
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
        case .anchor(let report): report.time
        case .stop(let report): report.time
        }
    }

    /// The id of the key of its pseudonyms, if it has any.
    var privacyKey: String? {
        switch self {
        case .flow(let observation), .dns(let observation): observation.privacyKey
        case .alert(let alert): alert.observation.privacyKey
        case .inventory(let report): report.privacyKey
        case .start, .stats, .health, .audit, .anchor, .stop: nil
        }
    }

    /// What is given up last where an output cannot take everything.
    public var priority: Priority {
        switch self {
        case .start: .header
        case .alert(let alert) where alert.status == .suppressed: .normal
        case .flow, .dns, .stats: .normal
        case .alert, .inventory, .health, .audit, .anchor, .stop: .high
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

/// How much of an event is written: each level leaves out what the one before it does, and more.
///
/// An event is written in full; only where its line would pass the bound is it written again at the next level, with
/// `"truncated":true`. Fields are left out whole; `EventField.detail` says which at which level.
public enum Detail: UInt8, Sendable, CaseIterable, Comparable {
    /// Every field that is known.
    case full
    /// Without lists, such as `dst.names` and `rule.tags`.
    case withoutLists
    /// Also without free text, such as `message` and `http.path`.
    case withoutTexts
    /// Also without names, such as `dst.host` and `src.group`.
    case withoutNames

    /// Whether `left` leaves out less.
    public static func < (left: Detail, right: Detail) -> Bool { left.rawValue < right.rawValue }

    /// The level after this one; nothing after the last.
    var next: Detail? { Detail(rawValue: rawValue + 1) }

    var hasLists: Bool { self < .withoutLists }
    var hasTexts: Bool { self < .withoutTexts }
    var hasNames: Bool { self < .withoutNames }
}

/// Which sensor, which version of it and which of its runs an event comes from.
public struct SensorIdentity: Equatable, Sendable {
    /// The sensor's id, `gw-hz-03`; the operator's own word.
    public let id: String
    /// The version of egret.
    public let version: String
    /// The run: another for each start of a live sensor, so that a sequence that begins again is no gap. An offline run
    /// takes the same each time.
    public let boot: String

    /// The sensor `id` at `version` in its run `boot`. Each is cut at 64 characters, so that every line has room.
    public init(id: String, version: String, boot: String) {
        self.id = String(id.prefix(64))
        self.version = String(version.prefix(64))
        self.boot = String(boot.prefix(64))
    }
}
