import Bytes
import Flows
import Protocols
import Vendors

/// An alert that is open, as it is held between its hits: some 2 kB.
///
/// Its message is written when it is reported, and not with each hit. Of the observation the lists of the handshake are dropped, which
/// no alert event has, unless the rule's message has them.
struct OpenAlert: Sendable {
    /// Which alert it is.
    var key: AlertTable.Key
    /// When it was last reported.
    private(set) var reported: Timestamp
    /// When it closes, unless there is another hit.
    private(set) var deadline: Timestamp
    /// Its number in the order of opening.
    let sequence: UInt64
    /// The bytes that it takes, its share of the table included.
    private(set) var bytes = 0
    /// The count that was reported last.
    private var reportedCount: Int
    private var alert: Alert
    private let message: MessageTemplate
    private let readsHandshake: Bool

    /// The alert that `match` opened as `alert`.
    init(_ alert: Alert, match: RuleMatch, key: AlertTable.Key, deadline: Timestamp, sequence: UInt64) {
        self.key = key
        self.alert = alert
        self.deadline = deadline
        self.sequence = sequence
        message = match.rule.message
        readsHandshake = message.readsHandshake
        reported = alert.lastSeen
        reportedCount = alert.count
        settle()
    }

    /// How severe it is.
    var severity: Severity { alert.severity }

    /// Takes a hit in.
    mutating func add(_ match: RuleMatch, isCounted: Bool, deadline: Timestamp) {
        match.update(&alert, isCounted: isCounted)
        self.deadline = deadline
        settle()
    }

    /// The alert as it is reported at `match`, which was taken in.
    mutating func report(_ match: RuleMatch) -> Alert {
        reported = match.time
        reportedCount = alert.count
        if alert.status != .suppressed { alert.status = .update }
        var report = written
        report.observation = match.observation
        return report
    }

    /// The last report of the alert; `nil` if hits were suppressed and all of them are reported.
    var last: Alert? {
        if alert.status == .suppressed { return alert.count > reportedCount ? written : nil }
        var last = written
        last.status = .closed
        return last
    }

    private var written: Alert {
        var alert = alert
        alert.message = message.filled(
            alert.observation, thresholdValue: alert.thresholdValue, count: alert.count)
        if alert.isThresholdEstimated { alert.message += RuleMatch.estimateNote }
        alert.message += RuleMatch.tunnelNote(alert.observation)
        return alert
    }

    /// Drops what is not held, and counts what is.
    private mutating func settle() {
        alert.message = ""
        if !readsHandshake { alert.observation.flow.tls?.dropLists() }
        bytes = Self.ownBytes &+ key.group.values.totalHeapBytes &+ alert.heapBytes
    }

    /// The entry itself, its share of the table of keys (a third of which is free), and of the heap of deadlines.
    private static let ownBytes =
        MemoryLayout<OpenAlert?>.stride &+ (MemoryLayout<AlertTable.Key>.stride &+ 9) &* 3 / 2 &+ 48
}

extension Alert {
    /// The bytes that the alert takes of the heap. What is the rule's or the catalog's own is shared and not counted.
    fileprivate var heapBytes: Int {
        let flow = observation.flow
        // The values of the group are counted with the key.
        var bytes = id.heapBytes &+ group.heapBytes &+ flow.names.heapBytes &+ flow.vlans.heapBytes
        for name in flow.names { bytes &+= name.name.heapBytes }
        bytes &+= flow.tunnels.totalHeapBytes &+ (flow.tls?.serverName?.heapBytes ?? 0)
        if let http = flow.http { bytes &+= http.method.heapBytes &+ http.path.heapBytes }
        if let relay = observation.relay { bytes &+= relay.reasons.totalHeapBytes }
        if let question = observation.question { bytes &+= question.name.heapBytes }
        return bytes
    }
}

extension TLSFacts {
    /// Drops the lists that no alert event has.
    fileprivate mutating func dropLists() {
        offeredVersions = []
        offeredALPN = []
        groups = []
        echEvidence = []
        certificateNames = []
    }
}
