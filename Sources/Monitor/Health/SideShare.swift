import Bytes
import Events

/// Which share of the flows that ended lately showed one direction only: where it is most of them, the tap sees one
/// direction, or routing is asymmetric.
struct OneSidedFlowMonitor: Sendable {
    /// How long flows are counted before they are judged, in nanoseconds.
    private static var window: Int64 { 60_000_000_000 }
    /// The fewest flows that say anything.
    private static var fewest: UInt64 { 100 }

    private var start: Timestamp?
    private var before: (oneSided: UInt64, ended: UInt64) = (0, 0)
    /// Whether most flows of the latest window were one-sided.
    private(set) var isOneSided = false

    /// Takes the totals as they stand at `time`. A window goes on until it has enough flows.
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
