import Bytes
import Events

/// The sensor's health as episodes: one event when a problem begins and one when it ends, with the totals.
///
/// An event for each lost frame, or for each second, would hide the problem. Takes stats reports at any interval; time is an
/// argument.
struct HealthWatch: Sendable {
    /// From when on what changes slowly is wrong.
    struct Limits: Equatable, Sendable {
        /// The age of a catalog, in nanoseconds.
        var catalogAge: Int64 = 30 * 86_400_000_000_000
        /// How far an output may be behind, in nanoseconds.
        var outputLag: Int64 = 30_000_000_000
    }

    /// How long nothing must be lost before an episode is over, in nanoseconds.
    static var calm: Int64 { 10_000_000_000 }

    private struct Episode {
        let start: Timestamp
        /// When it was last so.
        var latest: Timestamp
        /// The totals before it began.
        let before: UInt64
        let packetsBefore: UInt64
    }

    private let limits: Limits
    private var episodes: [HealthReason: Episode] = [:]
    private var seen: [HealthReason: UInt64] = [:]
    private var packets: UInt64 = 0
    private var sides = OneSidedFlowMonitor()
    /// How many episodes of each reason began.
    private(set) var counts: [HealthReason: UInt64] = [:]

    /// A watch over a sensor that is well.
    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// What is wrong now, in the order of codes.
    var reasons: [HealthReason] { HealthReason.allCases.filter { episodes[$0] != nil } }

    /// Whether frames are being lost.
    var isLosing: Bool { episodes.keys.contains(where: \.isLoss) }

    /// Takes a report on the moment `time`; the events of what began and what ended, at most one a reason.
    mutating func update(_ report: StatsReport, at time: Timestamp) -> [NoticeReport] {
        sides.update(report.flows, at: time)
        defer { packets = report.capture.packets }
        return HealthReason.allCases.compactMap { reason in
            let total = report.total(of: reason)
            let before = seen[reason] ?? 0
            seen[reason] = total
            let isPresent = reason.unit == nil ? holds(reason, report) : total > before
            if isPresent { return begin(reason, before: before, total: total, at: time) }
            return end(reason, total: total, packets: report.capture.packets, at: time)
        }
    }

    /// Ends what has not ended when the run does: its totals are said all the same.
    mutating func finish(_ report: StatsReport, at time: Timestamp) -> [NoticeReport] {
        var notices = update(report, at: time)
        for reason in reasons where !notices.contains(where: { $0.kind == reason.kind("began") }) {
            if let notice = close(reason, total: seen[reason] ?? 0, packets: report.capture.packets) {
                notices.append(notice(time))
            }
        }
        return notices
    }

    /// The line for the log of the process that goes with a notice: of interfaces, reloads and outputs, when an episode begins and
    /// when it ends; `nil` for all else, which is in the events alone.
    static func note(_ notice: NoticeReport) -> String? {
        let told: [HealthReason] = [.interfaceDown, .reloadFailed, .outputFailed, .outputStuck, .outputDropped]
        guard let reason = told.first(where: { $0.code == notice.code }) else { return nil }
        let words = reason.rawValue.replacing("_", with: " ")
        let moment = notice.kind == reason.kind("ended") ? "ended" : "began"
        return "\(reason.code): \(words) \(moment): \(notice.detail)"
    }

    private func holds(_ reason: HealthReason, _ report: StatsReport) -> Bool {
        switch reason {
        case .reloadFailed: !report.rules.lastReloadOK
        case .interfaceDown: !report.capture.interfacesDown.isEmpty
        case .outputFailed: report.outputFailure != nil
        case .outputStuck: report.outputs.contains { ($0.lag ?? 0) > limits.outputLag }
        case .catalogOld: (report.attribution.catalogAge ?? 0) > limits.catalogAge
        case .oneSided: sides.isOneSided
        case .firstSeenUnsaved: report.firstSeen?.failure != nil
        default: false
        }
    }

    private mutating func begin(
        _ reason: HealthReason, before: UInt64, total: UInt64, at time: Timestamp
    ) -> NoticeReport? {
        if episodes[reason] != nil {
            episodes[reason]?.latest = time
            return nil
        }
        episodes[reason] = Episode(start: time, latest: time, before: before, packetsBefore: packets)
        counts[reason, default: 0] += 1
        // The reload itself reports why it failed, each time it does; the end of the episode is reported here.
        guard reason != .reloadFailed else { return nil }
        let soFar = reason.unit.map { " (\(total &- before) \($0) so far)" } ?? ""
        return NoticeReport(
            time: time, kind: reason.kind("began"), code: reason.code,
            total: reason.unit == nil ? nil : total &- before,
            detail: "\(reason.effect)\(soFar); see docs/HEALTH.md")
    }

    private mutating func end(
        _ reason: HealthReason, total: UInt64, packets: UInt64, at time: Timestamp
    ) -> NoticeReport? {
        guard let episode = episodes[reason],
            reason.unit == nil || time.nanoseconds(since: episode.latest) >= Self.calm
        else { return nil }
        return close(reason, total: total, packets: packets)?(time)
    }

    private mutating func close(
        _ reason: HealthReason, total: UInt64, packets: UInt64
    ) -> ((Timestamp) -> NoticeReport)? {
        guard let episode = episodes.removeValue(forKey: reason) else { return nil }
        let count = total &- episode.before
        let lost = reason.unit.map { ": \(count) \($0), \(packets &- episode.packetsBefore) packets seen meanwhile" }
        return { time in
            // What is counted was over when it last happened; a state is over now.
            let end = reason.unit == nil ? time : episode.latest
            let duration = max(0, end.nanoseconds(since: episode.start))
            return NoticeReport(
                time: time, kind: reason.kind("ended"), code: reason.code, duration: duration,
                total: reason.unit == nil ? nil : count,
                detail: "over after \(duration / 1_000_000_000) s\(lost ?? "")")
        }
    }
}

extension HealthReason {
    /// The word of an event about it.
    fileprivate func kind(_ moment: String) -> String { "\(rawValue)_\(moment)" }
}

extension StatsReport {
    /// How much was lost for `reason` since the run began; 0 if it is a state and no number.
    fileprivate func total(of reason: HealthReason) -> UInt64 {
        switch reason {
        case .ringFull: capture.droppedByKernel
        case .interfaceLoss: capture.droppedByInterface
        case .captureLoss: capture.damaged
        case .filesUnread: capture.unreadFiles
        case .tableFull:
            flows.evicted[.capacity] &+ flows.evicted[.synFlood] &+ flows.evicted[.unanswered]
                &+ capture.ignored[.noRoom]
        case .helloMemory: flows.released
        case .fragmentsLost: capture.fragmentsLost
        case .outputDropped: outputs.reduce(0) { $0 &+ $1.dropped }
        case .framesCut: capture.truncated
        case .ruleState: rules.stateOverflow
        case .unsupportedLink: capture.unsupportedLink
        case .unreadTunnel: capture.unreadTunnels
        case .firstSeenFull: firstSeen?.evicted ?? 0
        case .reloadFailed, .interfaceDown, .outputFailed, .outputStuck, .catalogOld, .oneSided, .firstSeenUnsaved: 0
        }
    }
}

/// The share of recently ended flows that showed one direction only. If it is high, the tap sees one direction, or routing is
/// asymmetric.
struct OneSidedFlowMonitor: Sendable {
    /// How long flows are counted before they are judged, in nanoseconds.
    private static var window: Int64 { 60_000_000_000 }
    /// The fewest flows that say anything.
    private static var fewest: UInt64 { 100 }

    private var start: Timestamp?
    private var before: (oneSided: UInt64, ended: UInt64) = (0, 0)
    /// Whether most flows of the latest window were one-sided.
    private(set) var isOneSided = false

    /// Takes the totals as they are at `time`. A window continues until it has enough flows.
    mutating func update(_ flows: FlowReport, at time: Timestamp) {
        guard let start else {
            self.start = time
            return
        }
        let ended = flows.new &- min(flows.new, flows.active)
        let count = ended &- min(ended, before.ended)
        guard time.nanoseconds(since: start) >= Self.window, count >= Self.fewest else { return }
        isOneSided = (flows.oneSided &- min(flows.oneSided, before.oneSided)) > count / 2
        before = (flows.oneSided, ended)
        self.start = time
    }
}
