import Bytes
import Testing

@Suite struct RawSpanSearchTests {
    @Test(arguments: [(0..<4, 1), (2..<100, 3), (2..<3, nil), (-5..<1, nil), (9..<12, nil)] as [(Range<Int>, Int?)])
    func theFirstByteIsFoundInsideTheRangeOnly(range: Range<Int>, found: Int?) {
        let bytes = Array("a\nb\n".utf8)
        let index = bytes.rawSpan.firstIndex(of: 0x0A, in: range)
        #expect(index == found)
    }

    @Test func textIsComparedWithoutRegardToCase() {
        let bytes = Array("x-HoSt: y".utf8)
        let found = [
            bytes.rawSpan.hasUppercasedASCII("X-HOST:"), bytes.rawSpan.hasUppercasedASCII("HOST:", at: 2),
            bytes.rawSpan.hasUppercasedASCII("HOST:", at: 3), bytes.rawSpan.hasUppercasedASCII("HOST: YZ", at: 2),
            bytes.rawSpan.hasUppercasedASCII("X", at: -1),
        ]
        #expect(found == [true, true, false, false, false])
    }

    @Test(arguments: [("GE", true), ("", true), ("GET ", false), ("GET /", false), ("PE", false)])
    func onlyAnUnfinishedTextIsAProperPrefix(text: String, expected: Bool) {
        let isPrefix = Array(text.utf8).rawSpan.isProperPrefix(ofASCII: "GET ")
        #expect(isPrefix == expected)
    }
}
