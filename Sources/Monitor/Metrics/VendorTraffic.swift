import Events
import Flows
import Foundation
import Vendors

/// The bytes to and from AI vendors by vendor and role, of flows that were reported: what earlier reports had is not
/// added again.
///
/// Bounded by the catalog on one hand, and on the other by `liveLimit` open flows that were reported; of one more, the bytes
/// are added at its end.
struct VendorTraffic: Sendable {
    private struct Kind: Hashable {
        let vendor: String
        let role: Role
    }

    private struct Amount {
        var up: UInt64 = 0
        var down: UInt64 = 0

        /// Adds what came since `before`. A counter that only grows never takes back what it said.
        mutating func add(_ now: Amount, since before: Amount) {
            up &+= now.up > before.up ? now.up - before.up : 0
            down &+= now.down > before.down ? now.down - before.down : 0
        }
    }

    private static var liveLimit: Int { 65_536 }

    private var totals: [Kind: Amount] = [:]
    private var told: [UInt64: Amount] = [:]

    /// Takes a report of `flow`, which concerns `attribution`; its counters are totals since its start.
    mutating func add(_ flow: FlowSnapshot, _ attribution: Attribution?) {
        guard let attribution, let vendor = attribution.vendor else { return }
        let now = Amount(up: flow.bytesUp, down: flow.bytesDown)
        let before = told[flow.id] ?? Amount()
        if flow.isFinal {
            told[flow.id] = nil
        } else if told[flow.id] != nil || told.count < Self.liveLimit {
            told[flow.id] = now
        } else {
            return
        }
        totals[Kind(vendor: vendor, role: attribution.role), default: Amount()].add(now, since: before)
    }

    /// What was added, in the order of vendors and roles.
    var report: [AttributionReport.VendorBytes] {
        totals.map { kind, bytes in
            AttributionReport.VendorBytes(vendor: kind.vendor, role: kind.role, up: bytes.up, down: bytes.down)
        }
        .sorted { ($0.vendor, $0.role.rawValue) < ($1.vendor, $1.role.rawValue) }
    }
}

extension ProcessReport {
    /// What this process has used so far: its processor time, and its resident memory as proc(5) tells it.
    static func current() -> ProcessReport {
        let cpu = Int64(clock()) * (1_000_000_000 / Int64(CLOCKS_PER_SEC))
        let fields = FileManager.default.contents(atPath: "/proc/self/statm").map {
            String(decoding: $0, as: UTF8.self)
        }
        let pages = fields?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
        return ProcessReport(cpu: cpu, residentBytes: pages * UInt64(sysconf(Int32(_SC_PAGESIZE))))
    }
}
