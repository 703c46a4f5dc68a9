import Bytes
import Foundation

/// Warns where the local date differs between runs: a date in a prompt then differs with it, and that is no mark.
package enum LocalDates {
    /// A sentence if the runs do not share one date, or `nil`.
    ///
    /// With time zones the dates are those of each run's zone. Without them the dates are those of UTC.
    package static func warning(_ runs: [RunRecording], zones: [String?]) -> String? {
        var dates: [String: Set<String>] = [:]
        var isLocal = false
        for run in runs {
            guard let start = run.start else { continue }
            let name = zones.indices.contains(run.setting) ? zones[run.setting] : nil
            let zone = name.flatMap { TimeZone(identifier: $0) }
            if zone != nil { isLocal = true }
            let seconds = Double(start.nanoseconds / 1_000_000_000)
            let offset = zone?.secondsFromGMT(for: Date(timeIntervalSince1970: seconds)) ?? 0
            let day = (start.nanoseconds / 1_000_000_000 + Int64(offset)) / 86_400
            dates[String(day), default: []].insert(run.name)
        }
        guard dates.count > 1 else { return nil }
        return isLocal
            ? "the local date is not the same in all runs; a date in a request differs for that reason alone"
            : "the runs are of \(dates.count) days (UTC); a date in a request differs for that reason alone"
    }

    /// The names of settings whose time zones are not known to this system.
    package static func unknown(_ zones: [String?]) -> [String] {
        zones.compactMap { $0 }.filter { TimeZone(identifier: $0) == nil }
    }
}
