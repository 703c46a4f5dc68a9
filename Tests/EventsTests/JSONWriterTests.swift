import Bytes
import Events
import Foundation
import Testing

/// What the writer makes of one member.
private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(limit: 4096)
    writer.beginObject()
    write(&writer)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
}

@Test func everyCharacterReadsBackAsItself() throws {
    var characters = String.UnicodeScalarView()
    for value in UInt32(0)..<0x3000 { if let scalar = Unicode.Scalar(value) { characters.append(scalar) } }
    for value in [0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF] as [UInt32] {
        if let scalar = Unicode.Scalar(value) { characters.append(scalar) }
    }
    var writer = JSONWriter(limit: 1 << 20)
    writer.beginObject()
    writer.string("text", String(characters))
    writer.identifier("identifier", String(characters), maximum: 1 << 20)
    writer.endObject()
    let read = try object(writer.bytes)
    #expect((read["text"] as? String)?.unicodeScalars.elementsEqual(characters) == true)
    #expect((read["identifier"] as? String)?.unicodeScalars.elementsEqual(characters) == true)
}

@Test func controlCharactersNeverReachATerminalAsTheyAre() {
    var characters = String.UnicodeScalarView()
    for value in UInt32(0)..<0xA0 { if let scalar = Unicode.Scalar(value) { characters.append(scalar) } }
    let line = text { $0.string("text", String(characters)) }
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
    #expect(line.contains(#"\u001b"#) && line.contains(#"\u009b"#) && line.contains(#"\u007f"#))
    #expect(text { $0.string("t", "a\"b\\c\nd\u{85}é\u{C2}") } == #"{"t":"a\"b\\c\nd\u0085éÂ"}"#)
}

@Test func numbersAreShortestAndNeverHaveAnExponent() {
    let cases: [(Double, String)] = [
        (60, "60.0"), (731.998, "731.998"), (0.1, "0.1"), (-0.5, "-0.5"), (0, "0.0"), (1e-7, "0.0000001"),
        (1.25e-7, "0.000000125"), (-2.5e-5, "-0.000025"), (1e300, "9007199254740991.0"),
        (-1e300, "-9007199254740991.0"), (9_007_199_254_740_991, "9007199254740991.0"), (0.9999987, "0.9999987"),
    ]
    for (value, expected) in cases { #expect(text { $0.double("n", value) } == "{\"n\":\(expected)}") }
    for value in [Double.nan, .infinity, -.infinity] { #expect(text { $0.double("n", value) } == "{}") }
    #expect(text { $0.double("n", .leastNonzeroMagnitude) }.contains("e") == false)
}

@Test func everyDoubleReadsBackAsTheSameNumber() throws {
    var state: UInt64 = 1
    for _ in 0..<2000 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let value = Double(bitPattern: state)
        guard value.isFinite, abs(value) < 9e15 else { continue }
        let line = text { $0.double("n", value) }
        let digits = try #require(Double(line.dropFirst(5).dropLast()))
        #expect(digits == value, "\(line)")
    }
}

@Test func wholeNumbersStayWithinWhatJSONReadersKeep() {
    #expect(text { $0.integer("n", UInt64.max) } == #"{"n":9007199254740991}"#)
    #expect(text { $0.integer("n", Int64.min) } == #"{"n":-9007199254740991}"#)
    #expect(text { $0.integer("n", 0) } == #"{"n":0}"#)
    #expect(text { $0.integer("n", -7) } == #"{"n":-7}"#)
    #expect(text { $0.integers("n", [1, 20, 300]) } == #"{"n":[1,20,300]}"#)
    #expect(text { $0.hexadecimal("n", 0xAB, count: 16) } == #"{"n":"00000000000000ab"}"#)
}

@Test func secondsAreExactToTheNanosecond() {
    let cases: [(Int64, String)] = [
        (0, "0.0"), (1, "0.000000001"), (60_000_000_000, "60.0"), (731_998_000_000, "731.998"),
        (-1_500_000_000, "-1.5"), (.max, "9223372036.854775807"), (.min, "-9223372036.854775808"),
    ]
    for (value, expected) in cases { #expect(text { $0.seconds("n", nanoseconds: value) } == "{\"n\":\(expected)}") }
}

@Test("Times are RFC 3339 text in UTC and keep every nanosecond")
func timesAreExact() {
    let cases: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (1_783_648_915_000_120_300, "2026-07-10T02:01:55.000120300Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
        (.max, "2262-04-11T23:47:16.854775807Z"),
        (.min, "1677-09-21T00:12:43.145224192Z"),
    ]
    for (value, expected) in cases {
        #expect(text { $0.time("t", Timestamp(nanoseconds: value)) } == "{\"t\":\"\(expected)\"}")
    }
}

@Test func everyDayHasTheDateThatTheCalendarGivesIt() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: -106_000, through: 106_000, by: 13) {
        let date = Date(timeIntervalSince1970: Double(day) * 86_400)
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let line = text { $0.time("t", Timestamp(seconds: Int64(day) * 86_400, nanoseconds: 0)) }
        let fields = line.dropFirst(6).prefix(10).split(separator: "-").compactMap { Int($0) }
        #expect(fields == [parts.year, parts.month, parts.day].compactMap { $0 })
    }
}

@Test func tooMuchIsSaidAndNotKept() {
    var writer = JSONWriter(limit: 64)
    writer.beginObject()
    writer.string("name", String(repeating: "x", count: 100_000))
    writer.endObject()
    #expect(writer.isOverLimit)
    #expect(writer.bytes.count < 64)
    writer.reset()
    writer.beginObject()
    writer.endObject()
    #expect(!writer.isOverLimit && writer.bytes.count == 2)
}

@Test func identifiersAreCutBetweenCharacters() throws {
    for maximum in 0..<40 {
        var writer = JSONWriter(limit: 4096)
        writer.beginObject()
        writer.identifier("id", "aé\u{1}😀\"zé\u{1}😀\"z", maximum: maximum)
        writer.endObject()
        let id = try #require(try object(writer.bytes)["id"] as? String)
        #expect("aé\u{1}😀\"zé\u{1}😀\"z".unicodeScalars.starts(with: id.unicodeScalars))
        #expect(writer.bytes.count <= maximum + 9)
    }
}
