import Bytes
// Foundation is the only keeper of the time-zone database that Swift has. It is asked once for each zone, at load.
import Foundation

/// A time zone as a table of its offsets: evaluation asks no calendar.
struct Zone: Sendable {
    /// The IANA name.
    let identifier: String
    /// Seconds since the epoch from which each offset holds; the first is the beginning of time.
    private let starts: [Int64]
    /// Seconds east of Greenwich.
    private let offsets: [Int64]

    /// The zone called `identifier`; `nil` if the database has none.
    init?(_ identifier: String) {
        self.identifier = identifier
        guard identifier != "UTC" else {
            // Needs no database, and is what most rules go by.
            (starts, offsets) = ([Int64.min], [0])
            return
        }
        guard TimeZone.knownTimeZoneIdentifiers.contains(identifier), let zone = TimeZone(identifier: identifier) else {
            return nil
        }
        var starts = [Int64.min]
        var offsets = [Self.offset(zone, Self.first)]
        var moment = Self.first
        while moment < Self.last {
            let next = moment + Self.step
            let offset = Self.offset(zone, next)
            if offset != offsets[offsets.count - 1] {
                starts.append(Self.change(of: zone, after: moment, before: next))
                offsets.append(offset)
            }
            moment = next
        }
        self.starts = starts
        self.offsets = offsets
    }

    /// The names of all zones, for suggestions.
    static var identifiers: [String] { TimeZone.knownTimeZoneIdentifiers }

    /// The offset at `time`, in seconds east of Greenwich.
    func offset(at time: Timestamp) -> Int64 {
        let seconds = Self.seconds(time)
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// The day at `time`, and the seconds of it that the clock on the wall shows.
    func civil(at time: Timestamp) -> (date: CivilDate, seconds: Int64) {
        let local = Self.seconds(time) + offset(at: time)
        let second = (local % 86_400 + 86_400) % 86_400
        return (CivilDate(dayNumber: (local - second) / 86_400), second)
    }

    /// The day that holds `time`, by the days' first instants. A clock that is set back over midnight shows the day before once
    /// more; that hour belongs to the day that has begun.
    func day(at time: Timestamp) -> CivilDate {
        let shown = civil(at: time).date
        let next = CivilDate(dayNumber: shown.dayNumber &+ 1)
        return start(of: next) <= time ? next : shown
    }

    /// The first instant of `date`: midnight, or where a change of the clock skips it, the moment of the change.
    func start(of date: CivilDate) -> Timestamp {
        let local = date.dayNumber * 86_400
        var best: Int64?
        for index in starts.indices {
            let candidate = max(local - offsets[index], starts[index])
            let isWithin = index + 1 == starts.count || candidate < starts[index + 1]
            if isWithin, candidate + offsets[index] >= local { best = min(best ?? candidate, candidate) }
        }
        return Timestamp(seconds: best ?? local, nanoseconds: 0)
    }

    private static func seconds(_ time: Timestamp) -> Int64 {
        let second = time.nanoseconds / 1_000_000_000
        return time.nanoseconds % 1_000_000_000 < 0 ? second - 1 : second
    }

    private static func offset(_ zone: TimeZone, _ seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
    }

    /// The first second of the new offset, by bisection.
    private static func change(of zone: TimeZone, after: Int64, before: Int64) -> Int64 {
        let old = offset(zone, after)
        var low = after
        var high = before
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(zone, middle) == old { low = middle } else { high = middle }
        }
        return high
    }

    /// 1970 to 2070: past it the latest offset is taken to continue.
    private static let first: Int64 = 0
    private static let last: Int64 = 3_155_760_000
    /// No zone changes twice within a week for a rule to see.
    private static let step: Int64 = 7 * 86_400
}
