import Bytes
import Reporting
import Rules
import Testing

/// The moment that `text` names in UTC.
private func moment(_ text: String) throws -> Timestamp {
    try ReportPeriod.moment(text, try #require(DayClock(zone: "UTC")))
}

/// What `name` means at `now` in `zone`, as two moments in UTC.
private func period(_ name: String, at now: String, zone: String = "UTC") throws -> Range<Timestamp> {
    let clock = try #require(DayClock(zone: zone))
    return try ReportPeriod.named(name, at: try moment(now), clock)
}

@Suite struct ReportPeriodTests {
    @Test(
        "Names of periods are whole days, weeks and months around a moment",
        arguments: [
            ("today", "2026-11-25", "2026-11-26"), ("yesterday", "2026-11-24", "2026-11-25"),
            ("this-week", "2026-11-23", "2026-11-30"), ("last-week", "2026-11-16", "2026-11-23"),
            ("this-month", "2026-11-01", "2026-12-01"), ("last-month", "2026-10-01", "2026-11-01"),
        ])
    func names(name: String, from: String, to: String) throws {
        // A Wednesday.
        for time in ["00:00:00Z", "12:34:56Z", "23:59:59.999999999Z"] {
            let found = try period(name, at: "2026-11-25T\(time)")
            #expect(try found == moment(from)..<moment(to), "\(time)")
        }
    }

    @Test("A week begins on Monday, on Mondays and Sundays too")
    func weeks() throws {
        for day in 23...29 {
            let found = try period("this-week", at: "2026-11-\(day)T10:00:00Z")
            #expect(try found == moment("2026-11-23")..<moment("2026-11-30"), "\(day)")
        }
    }

    @Test("Months have their lengths, in leap years too, and the month before January is December")
    func months() throws {
        for (now, from, to) in [
            ("2026-01-31", "2025-12-01", "2026-01-01"), ("2026-03-31", "2026-02-01", "2026-03-01"),
            ("2024-03-01", "2024-02-01", "2024-03-01"), ("2026-12-31", "2026-11-01", "2026-12-01"),
        ] {
            #expect(try period("last-month", at: now + "T00:00:00Z") == moment(from)..<moment(to), "\(now)")
        }
        let february = try period("this-month", at: "2024-02-29T12:00:00Z")
        #expect(february.upperBound.nanoseconds(since: february.lowerBound) == 29 * 86_400 * 1_000_000_000)
    }

    @Test("Days are those of the zone: 23 and 25 hours when clocks change")
    func zones() throws {
        let hour: Int64 = 3_600 * 1_000_000_000
        for (day, hours) in [("2026-03-29", Int64(23)), ("2026-10-25", 25), ("2026-11-25", 24)] {
            let found = try period("today", at: day + "T12:00:00Z", zone: "Europe/Berlin")
            #expect(found.upperBound.nanoseconds(since: found.lowerBound) == hours * hour, "\(day)")
        }
        // Late in the evening in UTC it is the next day in Tokyo.
        let tokyo = try period("today", at: "2026-11-25T20:00:00Z", zone: "Asia/Tokyo")
        #expect(try tokyo.lowerBound == moment("2026-11-25T15:00:00Z"))
    }

    @Test(
        "A length is that long before now",
        arguments: [("7d", 604_800), ("1h", 3_600), ("90s", 90), ("500ms", 0)] as [(String, Int64)])
    func lengths(text: String, seconds: Int64) throws {
        let now = try moment("2026-11-25T12:00:00Z")
        let found = try period(text, at: "2026-11-25T12:00:00Z")
        #expect(found.upperBound == now)
        let length = now.nanoseconds(since: found.lowerBound)
        #expect(length / 1_000_000_000 == seconds && length > 0)
    }

    @Test("What is no period is an error with the nearest name and all of them")
    func unknownPeriods() {
        let all = "One of today, yesterday, this-week, last-week, this-month, last-month, or a length as 7d"
        #expect(throws: ReportQueryError("'last-weak' is no period; did you mean last-week? \(all)")) {
            try period("last-weak", at: "2026-11-25")
        }
        #expect(throws: ReportQueryError("'2026' is no period. \(all)")) { try period("2026", at: "2026-11-25") }
        #expect(throws: ReportQueryError("'' is no period. \(all)")) { try period("", at: "2026-11-25") }
    }

    @Test(
        "What is no moment is an error that shows two that are",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-30", "noon", "2026-11-23T09", "2026-11-23T25:00:00Z", "1764500000",
        ])
    func noMoments(text: String) {
        let words = "'\(text)' is no moment; write a day, 2026-11-23, or 2026-11-23T09:00:00+01:00"
        #expect(throws: ReportQueryError(words)) { try moment(text) }
    }

    @Test("A moment with an offset is that moment in every zone")
    func offsets() throws {
        let expected = try moment("2026-11-23T08:00:00Z")
        #expect(try moment("2026-11-23T09:00:00+01:00") == expected)
        #expect(try moment("2026-11-23T00:00:00-08:00") == expected)
        let clock = try #require(DayClock(zone: "Asia/Shanghai"))
        #expect(try ReportPeriod.moment("2026-11-23T09:00:00+01:00", clock) == expected)
        #expect(try ReportPeriod.moment("2026-11-23", clock) == moment("2026-11-22T16:00:00Z"))
    }
}

@Suite struct ReportQueryTests {
    @Test("Fields are grouped in the order given, once each, a product with its vendor")
    func dimensions() throws {
        #expect(try ReportQuery.dimensions("vendor") == [.vendor])
        #expect(try ReportQuery.dimensions("product") == [.vendor, .product])
        #expect(try ReportQuery.dimensions("source,product") == [.source, .vendor, .product])
        #expect(try ReportQuery.dimensions("product,vendor") == [.product, .vendor])
        #expect(try ReportQuery.dimensions("host,host,host") == [.host])
    }

    @Test("Every field may be grouped by alone and be asked for")
    func everyDimension() throws {
        for dimension in Dimension.allCases {
            #expect(try ReportQuery.dimensions(dimension.rawValue).contains(dimension))
            // Flows are of no rule.
            guard dimension != .rule else { continue }
            let condition = try ReportQuery.Condition("\(dimension.rawValue)=x")
            #expect(condition.dimension == dimension && !condition.isNegated && condition.texts == ["x"])
        }
    }

    @Test("What is no field is an error with the nearest and all of them")
    func unknownFields() {
        let names = Dimension.allCases.map(\.rawValue).joined(separator: ", ")
        #expect(throws: ReportQueryError("'vendr' is no field of a report; did you mean vendor? One of \(names)")) {
            try ReportQuery.dimensions("vendr")
        }
        #expect(throws: ReportQueryError("'zzzzzz' is no field of a report. One of \(names)")) {
            try ReportQuery.dimensions("zzzzzz")
        }
        #expect(throws: ReportQueryError.self) { try ReportQuery.dimensions("") }
        #expect(throws: ReportQueryError.self) { try ReportQuery.dimensions("vendor,") }
    }

    @Test("More than four fields are refused")
    func manyFields() {
        let five = Dimension.allCases.prefix(5).map(\.rawValue).joined(separator: ",")
        #expect(throws: ReportQueryError("'\(five)' groups by more than four fields")) {
            try ReportQuery.dimensions(five)
        }
    }

    @Test("Conditions have a field, a sign and values")
    func conditions() throws {
        let several = try ReportQuery.Condition("vendor!=openai,anthropic")
        #expect(several.isNegated && several.texts == ["openai", "anthropic"] && several.dimension == .vendor)
        let odd = try ReportQuery.Condition("host=a=b")
        #expect(odd.texts == ["a=b"])
        for (text, words) in [
            ("vendor", "'vendor' is no condition; write FIELD=VALUE or FIELD!=VALUE, as vendor=openai"),
            ("vendor=", "'vendor=' has no value after the ="), ("vendor=,,", "'vendor=,,' has no value after the ="),
        ] {
            #expect(throws: ReportQueryError(words)) { try ReportQuery.Condition(text) }
        }
        #expect(throws: ReportQueryError.self) { try ReportQuery.Condition("=x") }
        #expect(throws: ReportQueryError.self) { try ReportQuery.Condition("!=x") }
    }
}
