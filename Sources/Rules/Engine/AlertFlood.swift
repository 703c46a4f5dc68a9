import Bytes
import Flows

/// One rule's alerts a minute, and the group alert that sums those beyond the bound.
///
/// A scan, or a sender that makes up its sources, opens an alert for each of them. Past a number of alerts a minute of packet time, hits
/// that would open another one are summed in one group alert, which counts hits and sources; it is reported when it opens, once a minute
/// while it grows, and when no such hit has come for a minute. Half of the number is for flows that the server answered, so that a
/// sender of false sources cannot use it up.
struct AlertFlood: Sendable {
    /// The group alert that is open.
    private struct Group: Sendable {
        var alert: Alert
        var sources = DistinctCounter()
        var reported: Timestamp
    }

    private var minute = Int64.min
    private var opened = 0
    private var group: Group?

    private static var length: Int64 { 60_000_000_000 }

    /// Whether the group alert is open.
    var isOpen: Bool { group != nil }

    /// Whether the rule may open another alert at `time`, which is counted then: at most `limit` a minute, 0 for no limit.
    mutating func admits(_ match: RuleMatch, limit: Int) -> Bool {
        guard limit > 0 else { return true }
        let now = match.time.nanoseconds / Self.length
        if now != minute { (minute, opened) = (now, 0) }
        let flow = match.observation.flow
        let isAnswered = flow.packetsUp > 0 && flow.packetsDown > 0
        guard opened < (isAnswered ? limit : (limit + 1) / 2) else { return false }
        opened += 1
        return true
    }

    /// Takes a hit into the group alert, which opens if there is none; `emit` is called for what is to be reported.
    mutating func take(_ match: RuleMatch, hash: String, emit: (Alert) -> Void) {
        guard var group = self.group else {
            var alert = match.opened(group: GroupKey(values: []), hash: hash)
            alert.id = match.identifier(GroupKey(values: ["flood"]))
            alert.group = []
            self.group = Group(alert: alert, reported: match.time)
            self.group?.sources.add("\(match.observation.flow.client.address)", at: 0, length: .max)
            if let report = written(status: .open) { emit(report) }
            return
        }
        let isWorse = match.severity > group.alert.severity
        match.update(&group.alert, isCounted: true)
        group.sources.add("\(match.observation.flow.client.address)", at: 0, length: .max)
        let isDue = match.time.nanoseconds(since: group.reported) >= Self.length
        if isWorse || isDue { group.reported = match.time }
        self.group = group
        if isWorse || isDue, let report = written(status: .update) { emit(report) }
    }

    /// When the group alert closes if there is no further hit; `nil` if none is open.
    var deadline: Timestamp? { group?.alert.lastSeen.advanced(byNanoseconds: Self.length) }

    /// Closes the group alert, and returns its last report.
    mutating func close() -> Alert? {
        defer { group = nil }
        return written(status: .closed)
    }

    private func written(status: Alert.Status) -> Alert? {
        guard let group else { return nil }
        var alert = group.alert
        alert.status = status
        // An estimate may be above the number of hits, which sources are not.
        let count = min(Int(clamping: group.sources.count), alert.count)
        alert.groupedSources = count
        let sources = "\(count) sources" + (group.sources.isEstimate ? " (estimated)" : "")
        alert.message = "\(alert.title): \(alert.count) hits of \(sources) beyond the alerts of a minute, in one group"
        return alert
    }
}
