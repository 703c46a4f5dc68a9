import Bytes
import Testing
import Text

@testable import Rules

@Suite struct TimeTests {
    @Test("Dates are days of the calendar")
    func dates() {
        #expect(CivilDate("1970-01-01")?.dayNumber == 0)
        #expect(CivilDate("2026-07-10")?.dayNumber == 20_644)
        #expect(CivilDate("2000-02-29") != nil && CivilDate("2100-02-29") == nil && CivilDate("2026-02-29") == nil)
        #expect(CivilDate("2026-13-01") == nil && CivilDate("2026-1-1") == nil && CivilDate("1969-12-31") == nil)
        #expect(CivilDate("2026-08-03")?.weekday == 0 && CivilDate("1970-01-01")?.weekday == 3)
    }

    @Test("Times are RFC 3339 with an offset")
    func instants() {
        #expect(moment("1970-01-01T00:00:00Z").nanoseconds == 0)
        #expect(moment("2026-07-10T00:00:00+08:00") == moment("2026-07-09T16:00:00Z"))
        #expect(
            moment("2026-07-09T23:59:59.999+08:00").nanoseconds(since: moment("2026-07-09T16:00:00Z")) == -1_000_000)
        #expect(moment("1970-01-01T00:00:00.000000001Z").nanoseconds == 1)
        for wrong in [
            "2026-07-10T00:00:00", "2026-07-10T24:00:00Z", "2026-07-10T00:60:00Z", "2026-07-10T0:00:00Z", "10.7.2026",
            "2026-07-10T00:00:00.Z", "2026-07-10T00:00:00.0000000001Z", "2026-07-10T00:00:00+8", "", "2026-07-10T",
        ] {
            #expect(MomentText(wrong) == nil, "\(wrong)")
        }
    }

    @Test("A date is the first instant of the day in its zone, over changes of the clock")
    func zones() throws {
        let shanghai = try #require(Zone("Asia/Shanghai"))
        let day = try #require(CivilDate("2026-07-10"))
        #expect(shanghai.start(of: day) == moment("2026-07-09T16:00:00Z"))
        let berlin = try #require(Zone("Europe/Berlin"))
        #expect(berlin.start(of: try #require(CivilDate("2026-03-29"))) == moment("2026-03-28T23:00:00Z"))
        #expect(berlin.start(of: try #require(CivilDate("2026-03-30"))) == moment("2026-03-29T22:00:00Z"))
        #expect(berlin.offset(at: moment("2026-03-29T00:59:59Z")) == 3_600)
        #expect(berlin.offset(at: moment("2026-03-29T01:00:00Z")) == 7_200)
        // In Beirut the clock went from 00:00 to 01:00 on 27 March 2022: the day began at one o'clock.
        let beirut = try #require(Zone("Asia/Beirut"))
        #expect(beirut.start(of: try #require(CivilDate("2022-03-27"))) == moment("2022-03-26T22:00:00Z"))
        #expect(Zone("UTC")?.offset(at: moment("2026-01-01T00:00:00Z")) == 0)
        #expect(Zone("Asia/Beijing") == nil)
    }

    @Test("Durations and sizes")
    func quantities() {
        #expect(
            DurationText.nanoseconds("90s") == 90_000_000_000 && DurationText.nanoseconds("7d") == 604_800_000_000_000)
        #expect(DurationText.nanoseconds("500ms") == 500_000_000 && DurationText.nanoseconds("15m") == 900_000_000_000)
        for wrong in ["", "s", "1", "1 h", "-1s", "1w", "1.5h", "99999999999999d", "١s"] {
            #expect(DurationText.nanoseconds(wrong) == nil, "\(wrong)")
        }
        #expect(DurationText.text(5_400_000_000_000) == "90m" && DurationText.text(0) == "0s")
        #expect(SizeText.bytes("5MB") == 5_000_000 && SizeText.bytes("5MiB") == 5_242_880 && SizeText.bytes("0") == 0)
        #expect(SizeText.bytes("1.5kB") == 1_500 && SizeText.bytes("0.5MiB") == 524_288)
        for wrong in ["", "MB", "5mb", "-1", "1.5", "9999999999TB", "1.1234MB", "1..5MB"] {
            #expect(SizeText.bytes(wrong) == nil, "\(wrong)")
        }
    }

    @Test("A schedule holds to the millisecond, over midnight and on holidays")
    func schedules() throws {
        let set = rules(
            """
            version: 1
            schedules:
              day: {timezone: Asia/Shanghai, weekly: {mon-fri: ["09:00-18:30"]}, holidays: [2026-10-01]}
              night: {timezone: Europe/Berlin, weekly: {fri: ["22:00-02:00"], sat-sun: ["00:00-24:00"]}}
            rules:
            - {id: day, match: {src.port: {exists: true}}, schedule: {only: day}}
            - {id: not-day, match: {src.port: {exists: true}}, schedule: {except: day}}
            - {id: night, match: {src.port: {exists: true}}, schedule: {only: night}}
            """)
        func active(_ time: String) -> Set<String> {
            Set(set.rules.filter { $0.verdict(observe(nil, at: time)) == .match(inGrace: false) }.map(\.id))
        }
        #expect(active("2026-08-03T08:59:59.999+08:00") == ["not-day"])
        #expect(active("2026-08-03T09:00:00+08:00") == ["day"])
        #expect(active("2026-08-03T18:29:59.999+08:00") == ["day"])
        #expect(active("2026-08-03T18:30:00+08:00") == ["not-day"])
        #expect(active("2026-10-01T12:00:00+08:00") == ["not-day"])
        #expect(active("2026-08-07T22:00:00+02:00") == ["not-day", "night"])
        #expect(active("2026-08-08T01:59:59.999+02:00") == ["not-day", "night"])
        // Saturday's own hours follow, to Sunday's end.
        #expect(active("2026-08-09T23:59:59.999+02:00") == ["not-day", "night"])
        #expect(!active("2026-08-10T00:00:00+02:00").contains("night"))
        #expect(Schedule.weekdays("fri-mon") == [4, 5, 6, 0])
        #expect(
            Schedule.weekdays("fry") == nil && Schedule.hours("9:00-10:00") == nil
                && Schedule.hours("10:00-10:00") == nil)
    }
}
