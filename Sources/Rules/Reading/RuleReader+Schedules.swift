import Bytes
import Text

extension RuleReader {
    /// Reads one schedule: a zone, the hours of the week, and holidays.
    mutating func readSchedule(_ entry: YAMLNode.Entry, in file: RuleFile) -> Schedule? {
        let node = entry.value
        guard check(node, keys: ["timezone", "weekly", "holidays", "description"], "in schedule '\(entry.key)'") else {
            return nil
        }
        var zone = file.zone
        if let own = node.entry("timezone"), let name = text(own) { zone = self.zone(name, at: own.value.position) }
        guard let weekly = node.entry("weekly") else {
            report.error(.schedule, at: entry.position, "schedule '\(entry.key)' has no 'weekly'")
            return nil
        }
        let windows = readWeek(weekly)
        let holidays = node.entry("holidays").map { readHolidays($0) } ?? []
        guard let zone else {
            if node["timezone"] == nil, file.root["defaults"]?["timezone"] == nil {
                report.error(
                    .dateWithoutZone, at: entry.position,
                    "schedule '\(entry.key)' has no time zone; add 'timezone:' to it or to defaults")
            }
            return nil
        }
        return Schedule(zone: zone, windows: windows, holidays: holidays)
    }

    private mutating func readWeek(_ entry: YAMLNode.Entry) -> [Schedule.Window] {
        guard let days = entry.value.entries, !days.isEmpty else {
            report.error(
                .schedule, at: entry.value.position,
                "'weekly' takes days with hours, such as mon-fri: [\"09:00-18:30\"]")
            return []
        }
        return days.flatMap { day in
            guard let weekdays = Schedule.weekdays(day.key) else {
                report.error(
                    .schedule, at: day.position,
                    "'\(day.key)' is no day; write mon, tue, wed, thu, fri, sat, sun or mon-fri")
                return [Schedule.Window]()
            }
            return (texts(day) ?? []).flatMap { text, node in
                guard let hours = Schedule.hours(text) else {
                    report.error(.schedule, at: node.position, "'\(text)' are no hours such as 09:00-18:30")
                    return [Schedule.Window]()
                }
                return weekdays.map { Schedule.Window(weekday: $0, start: hours.start, end: hours.end) }
            }
        }
    }

    private mutating func readHolidays(_ entry: YAMLNode.Entry) -> Set<CivilDate> {
        var holidays: Set<CivilDate> = []
        for (text, node) in texts(entry) ?? [] {
            if let date = CivilDate(text) {
                holidays.insert(date)
            } else {
                report.error(.moment, at: node.position, "'\(text)' is no date such as 2026-10-01")
            }
        }
        return holidays
    }
}
