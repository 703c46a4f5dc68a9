import Bytes
import Capture
import Events

/// Loss as episodes: one event when frames begin to be lost and one when they no longer are, however many there were.
///
/// A line for each lost frame, or for each second, would bury what it warns of. Fed with totals at any pace; time is an
/// argument.
struct LossEpisode: Equatable, Sendable {
    /// How long nothing must be lost before an episode is over, in nanoseconds.
    static var calm: Int64 { 10_000_000_000 }

    private var seen = Totals()
    private var before = Totals()
    private var start: Timestamp?
    private var latest = Timestamp.distantPast

    private struct Totals: Equatable, Sendable {
        var kernel: UInt64 = 0
        var interface: UInt64 = 0
        var packets: UInt64 = 0

        var lost: UInt64 { kernel &+ interface }
    }

    /// Whether frames are being lost.
    var isOpen: Bool { start != nil }

    /// Takes the totals as they stand at `time`; an event where an episode begins or ends.
    mutating func update(_ statistics: CaptureStatistics, at time: Timestamp) -> NoticeReport? {
        let now = Totals(
            kernel: statistics.droppedByKernel, interface: statistics.droppedByInterface, packets: statistics.packets)
        defer { seen = now }
        if now.lost > seen.lost {
            latest = time
            guard start == nil else { return nil }
            start = time
            before = seen
            return NoticeReport(time: time, kind: "capture_loss_began", detail: Self.beginning(now, seen))
        }
        guard let start, time.nanoseconds(since: latest) >= Self.calm else { return nil }
        self.start = nil
        return NoticeReport(time: time, kind: "capture_loss_ended", detail: ending(now, since: start))
    }

    /// Ends an episode that is open when the run is: its totals are said all the same.
    mutating func finish(_ statistics: CaptureStatistics, at time: Timestamp) -> NoticeReport? {
        let began = update(statistics, at: time)
        guard began == nil, let start else { return began }
        self.start = nil
        return NoticeReport(time: time, kind: "capture_loss_ended", detail: ending(seen, since: start))
    }

    private static func beginning(_ now: Totals, _ seen: Totals) -> String {
        let kernel = now.kernel &- seen.kernel
        let interface = now.interface &- seen.interface
        let code = kernel >= interface ? "EG101" : "EG102"
        let place = kernel >= interface ? "kernel ring full" : "interface or driver"
        return
            "\(code) frames lost (\(place): \(max(kernel, interface)) so far); flows may stay unnamed and counts fall "
            + "short; see docs/HEALTH.md"
    }

    private func ending(_ now: Totals, since start: Timestamp) -> String {
        let seconds = latest.nanoseconds(since: start) / 1_000_000_000
        return "EG100 loss over after \(seconds) s: \(now.kernel &- before.kernel) frames lost in the kernel, "
            + "\(now.interface &- before.interface) in the interface, \(now.packets &- before.packets) seen meanwhile"
    }
}
