import Bytes
import Flows
import Testing

@testable import Rules

/// How many alerts open for uploads of 30 MB at `times`, under a limit of 50 MB a day or week.
private func opened(_ times: [String], window: String, zone: String, type: String = "tumbling") -> Int {
    let set = rules(
        """
        version: 1
        rules:
        - id: one
          timezone: \(zone)
          match: {ai.vendor: anthropic}
          threshold: {count: sum(flow.bytes_up), op: gt, value: 50MB, window: \(window), type: \(type), group_by: [src.ip]}
          dedup: {by: [src.ip], for: 1h}
        """)
    var engine = RuleEngine(rules: set)
    var count = 0
    for (number, time) in times.enumerated() {
        let observation = observe("claude.ai", at: time, flow: UInt64(number) + 1) { $0.flow.bytesUp = 30_000_000 }
        engine.evaluate(observation, on: .flowEnd) { if $0.status == .open { count += 1 } }
    }
    return count
}

@Suite struct CalendarWindowTests {
    @Test func aDayIsOneByTheClocksOfTheRulesZone() {
        // Seven and nine in the morning in Shanghai are two days by UTC.
        let morning = ["2026-07-10T07:00:00+08:00", "2026-07-10T09:00:00+08:00"]
        #expect(opened(morning, window: "1d", zone: "Asia/Shanghai") == 1)
        #expect(opened(morning, window: "1d", zone: "UTC") == 0)
        // And these are one day by UTC, and two in Shanghai.
        let night = ["2026-07-10T23:30:00+08:00", "2026-07-11T00:30:00+08:00"]
        #expect(opened(night, window: "1d", zone: "Asia/Shanghai") == 0)
        #expect(opened(night, window: "1d", zone: "UTC") == 1)
    }

    @Test func aWeekBeginsOnMonday() {
        #expect(
            opened(["2026-07-06T00:00:00+08:00", "2026-07-12T23:59:59+08:00"], window: "7d", zone: "Asia/Shanghai") == 1
        )
        #expect(
            opened(["2026-07-12T23:59:59+08:00", "2026-07-13T00:00:00+08:00"], window: "7d", zone: "Asia/Shanghai") == 0
        )
    }

    @Test func daysOfTwentyThreeAndTwentyFiveHoursAreDays() {
        // The clocks of Berlin go forward on 29 March 2026 and back on 25 October.
        #expect(
            opened(["2026-03-29T00:30:00+01:00", "2026-03-29T23:30:00+02:00"], window: "1d", zone: "Europe/Berlin") == 1
        )
        #expect(
            opened(["2026-10-25T00:10:00+02:00", "2026-10-25T23:50:00+01:00"], window: "1d", zone: "Europe/Berlin") == 1
        )
        #expect(
            opened(["2026-10-25T23:50:00+01:00", "2026-10-26T00:10:00+01:00"], window: "1d", zone: "Europe/Berlin") == 0
        )
    }

    @Test func anHourThatIsShownTwiceOverMidnightBelongsToTheDayThatBegan() throws {
        // In Havana the clock goes from 01:00 back to 00:00; in Beirut from 00:00 to 23:00 of the day before.
        for (name, date) in [("America/Havana", "2026-11-01"), ("Asia/Beirut", "2026-10-25")] {
            let zone = try #require(Zone(name))
            let day = try #require(CivilDate(date))
            var last = Int64.min
            for minute in stride(from: -180, through: 180, by: 5) as StrideThrough<Int64> {
                let time = zone.start(of: day).advanced(byNanoseconds: minute * 60_000_000_000)
                let number = zone.day(at: time).dayNumber
                #expect(number >= last, "\(name) \(minute)")
                #expect((number == day.dayNumber) == (minute >= 0), "\(name) \(minute)")
                last = number
            }
        }
    }

    @Test func shorterWindowsAndSlidingOnesStayAsTheyAre() {
        let times = ["2026-07-10T07:50:00+08:00", "2026-07-10T08:10:00+08:00"]
        #expect(opened(times, window: "1h", zone: "Asia/Shanghai") == 0)
        #expect(opened(times, window: "1d", zone: "UTC", type: "sliding") == 1)
    }

    @Test func aWindowOfAWholeNumberOfDaysIsAskedFor() {
        let found = errors(
            """
            version: 1
            rules:
            - id: one
              match: {src.port: 1}
              threshold: {count: flows, op: gt, value: 1, window: 36h, type: tumbling}
            """)
        #expect(found.count == 1 && found.first?.hasPrefix("a.yaml:5:55: error[R071]") == true, "\(found)")
    }

    @Test func theEndOfAWindowIsMidnightInTheZone() throws {
        let zone = try #require(Zone("Asia/Shanghai"))
        let window = try #require(CalendarWindow(length: CalendarWindow.day, in: zone))
        let number = window.number(at: moment("2026-07-10T07:00:00+08:00"))
        #expect(window.end(of: number) == moment("2026-07-11T00:00:00+08:00"))
        // Noon in Shanghai on 1969-12-31, before the epoch: rule files cannot name this moment.
        #expect(window.number(at: Timestamp(seconds: -20 * 3_600, nanoseconds: 0)) == -1)
    }
}
