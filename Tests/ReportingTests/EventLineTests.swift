import Bytes
import Testing

@testable import Reporting

private func scanned<Result>(_ text: String, _ body: (EventLine, RawSpan) -> Result) -> Result? {
    var line = EventLine()
    let bytes = Array(text.utf8)
    return line.scan(bytes.rawSpan, 0..<bytes.count) ? body(line, bytes.rawSpan) : nil
}

@Test func fieldsAreFoundByTheirWholePath() {
    let text = """
        {"type":"flow","x":{"type":"no"},"flow":{"id":"ab","delta":{"bytes_up":7},"bytes_up":9},"ai":{"vendor":"a\\u0062c"}}
        """
    let found = scanned(text) { line, bytes in
        (
            line.string(.type, bytes), line.integer(.flowBytesUp, bytes), line.integer(.deltaUp, bytes),
            line.string(.vendor, bytes)
        )
    }
    #expect(found?.0 == "flow" && found?.1 == 9 && found?.2 == 7 && found?.3 == "abc")
}

@Test func everyFieldIsFoundAtItsPath() {
    for field in EventField.allCases {
        var text = "\"v\""
        for part in field.path.split(separator: ".").reversed() { text = "{\"\(part)\":\(text)}" }
        #expect(!field.path.isEmpty && scanned(text) { $0.string(field, $1) } == "v", "\(field)")
    }
}

@Test func whatIsNoObjectIsRefused() {
    for text in [
        "", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1}x", "{\"a\":\"b}", "{\"a\":tru}", "{a:1}",
        "{\"a\":{\"b\":1}", "{\"a\":1,}", "{\"a\":\"\\",
    ] {
        #expect(scanned(text) { _, _ in true } == nil, "\(text)")
    }
}

@Test func everyTruncationOfALineIsRefusedWithoutATrap() {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00.000000000Z", source: "10.0.0.1", id: 1)
    let whole = lines.lines[0]
    #expect(scanned(whole) { _, _ in true } == true)
    for length in 0..<whole.utf8.count {
        #expect(scanned(String(decoding: Array(whole.utf8)[..<length], as: UTF8.self)) { _, _ in true } == nil)
    }
}

@Test func everyChangedByteOfALineIsReadOrRefused() throws {
    var lines = EventLines()
    lines.flow("2026-11-24T10:00:00.000000000Z", source: "10.0.0.1", id: 1)
    let whole = Array(lines.lines[0].utf8)
    var model = ReportModel(try utcQuery())
    var good = 0
    for place in whole.indices {
        for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x5D, 0x2D, 0x39, 0xFF] {
            var changed = whole
            changed[place] = byte
            if model.add(changed.rawSpan, 0..<changed.count) { good += 1 }
        }
    }
    #expect(good > 0 && model.badLines > 0 && good + Int(model.badLines) == whole.count * 9)
}

@Test func escapesAndSurrogatesAreResolved() {
    for (escaped, text) in [
        ("\\u003cb\\u003e", "<b>"), ("\\ud83d\\ude00", "😀"), ("\\ud83d", "\u{FFFD}"), ("\\n\\t\\\"", "\n\t\""),
        ("\\u12", "\u{FFFD}12"), ("\\ud83dx", "\u{FFFD}x"),
    ] {
        #expect(scanned("{\"message\":\"\(escaped)\"}") { $0.string(.message, $1) } == text, "\(escaped)")
    }
}

@Test func numbersPastTheLimitAreNone() {
    for (text, number) in [
        ("9007199254740992", 9_007_199_254_740_992), ("9007199254740993", nil), ("-5", -5), ("1.9", 1), ("1e5", nil),
        ("-", nil), ("99999999999999999999", nil),
    ] as [(String, Int64?)] {
        #expect(scanned("{\"seq\":\(text)}") { $0.integer(.seq, $1) } == .some(number), "\(text)")
    }
}

@Test func timesAreReadToTheNanosecond() {
    for (text, nanoseconds) in [
        ("1970-01-01T00:00:01.000000001Z", 1_000_000_001), ("1970-01-02T00:00:00Z", 86_400_000_000_000),
        ("1970-01-01T00:00:00.5Z", 500_000_000), ("1970-13-01T00:00:00Z", nil), ("1970-01-01 00:00:00Z", nil),
        ("1970-01-01T24:00:00Z", nil), ("", nil),
    ] as [(String, Int64?)] {
        #expect(scanned("{\"time\":\"\(text)\"}") { $0.time(.time, $1)?.nanoseconds } == .some(nanoseconds), "\(text)")
    }
}
