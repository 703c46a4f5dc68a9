import Bytes
import Testing

@Test func timesKeepTheirNanoseconds() {
    let time = Timestamp(seconds: 1_783_648_447, nanoseconds: 123_456_789)
    #expect(time.nanoseconds == 1_783_648_447_123_456_789)
    #expect(time.advanced(byNanoseconds: 1).nanoseconds(since: time) == 1)
    #expect(time.nanoseconds(since: time.advanced(byNanoseconds: 5)) == -5)
}

@Test func timesStayAtTheEndsOfWhatCanBeHeld() {
    let last = Timestamp(nanoseconds: .max)
    #expect(last.advanced(byNanoseconds: 1) == last)
    #expect(Timestamp.distantPast.advanced(byNanoseconds: -1) == .distantPast)
    #expect(Timestamp(seconds: .max, nanoseconds: 0) == last)
    #expect(Timestamp(seconds: .min, nanoseconds: 0) == .distantPast)
    #expect(Timestamp(seconds: 9_223_372_036, nanoseconds: 999_999_999) == last)
    #expect(last.nanoseconds(since: .distantPast) == .max)
    #expect(Timestamp.distantPast.nanoseconds(since: last) == .min)
}
