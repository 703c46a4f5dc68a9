import Events
import Foundation

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
