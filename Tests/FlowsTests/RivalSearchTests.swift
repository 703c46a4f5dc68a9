import Bytes
import Testing

@testable import Flows

/// The search for what a server may have read from segments that contradict each other.
struct RivalSearchTests {
    private func readings(_ first: [(Int, String)], rivals: [(Int, String)], readings: Int = 100) -> [String] {
        var stream = StreamAssembly(base: 7, isFloating: false)
        for (start, text) in first { _ = stream.add(Array(text.utf8).rawSpan, sequence: 7 + UInt32(start)) }
        var kept = RivalSegments()
        for (start, text) in rivals {
            kept.keep(Array(text.utf8).rawSpan, sequence: UInt32(truncatingIfNeeded: 7 + start))
        }
        var search = RivalSearch(stream, rivals: kept, end: stream.bytes.count, readings: readings)
        var found: [String] = []
        search.run { found.append(String(decoding: $0, as: UTF8.self)) }
        return found
    }

    @Test func everyChoiceOfSegmentsIsReadOnce() {
        #expect(readings([(0, "abcdef")], rivals: []) == ["abcdef"])
        #expect(readings([(0, "abcdef")], rivals: [(0, "ABC")]) == ["ABCdef", "abcdef"])
        let both = readings([(0, "abcdef")], rivals: [(0, "AB"), (4, "EF")])
        #expect(both.first == "ABcdEF" && Set(both) == ["ABcdEF", "abcdEF", "ABcdef", "abcdef"] && both.count == 4)
        // A copy that begins before the end of another is read from there on.
        #expect(readings([(0, "abcdef")], rivals: [(0, "ABC"), (1, "wxyz")]).contains("ABCyzf"))
        #expect(readings([(0, "abcdef")], rivals: [(-2, "..ABC")]).contains("ABCdef"))
    }

    @Test func nothingIsReadBeyondAGap() {
        #expect(readings([(0, "ab"), (4, "ef")], rivals: [(0, "A")]) == ["Ab", "ab"])
        #expect(readings([(1, "bc")], rivals: [(1, "B")]).isEmpty)
    }

    @Test func theWorkIsBounded() {
        let rivals = (0..<64).map { ($0 * 2, "X") }
        let text = String(repeating: "o", count: 128)
        #expect((20...50).contains(readings([(0, text)], rivals: rivals, readings: 50).count))
        // 64 KiB are put together some ten times, whatever number of readings is asked for.
        let long = String(repeating: "o", count: 60_000)
        #expect(readings([(0, long)], rivals: rivals, readings: 1_000).count < 40)
    }
}
