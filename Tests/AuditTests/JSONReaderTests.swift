import Bytes
import TestSupport
import Testing

@testable import Audit

@Suite struct JSONReaderTests {
    private func read(_ text: String, limits: FieldLimits = FieldLimits()) throws(FieldError) -> FieldNode {
        var budget = FieldBudget(limits: limits)
        return try JSONReader.read(Array(text.utf8), budget: &budget).node
    }

    private func paths(_ node: FieldNode) -> [String] {
        var paths: [String] = []
        node.forEachField(path: "body") { paths.append("\($0.path)=\($0.value.text)") }
        return paths
    }

    @Test("Order, duplicate keys and the text of numbers are kept")
    func order() throws {
        let node = try read(#"{"b":1.50e+3,"a":null,"b":[true,-0],"c.d":"x"}"#)
        #expect(
            paths(node) == ["body.b=1.50e+3", "body.a=null", "body.b#2[0]=true", "body.b#2[1]=-0", #"body["c.d"]=x"#])
    }

    @Test("Escapes are decoded, and the bytes that were sent are kept beside the text")
    func escapes() throws {
        let node = try read(#"["\u2019\ud83d\ude00\n\/","é","\ud800x"]"#)
        #expect(node.items?.map(\.text) == ["\u{2019}\u{1F600}\n/", "é", "\u{FFFD}x"])
        #expect(node.items?[0].raw.map { String(decoding: $0, as: UTF8.self) } == #"\u2019\ud83d\ude00\n\/"#)
        #expect(node.items?[1].raw == nil)
        #expect(node.items?[1].offset == 27)
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\"}", "{\"a\":}", "01", "1.", "+1", "tru", "\"\\x\"", "\"a", "\"\u{1}\"", "[1] 2",
            "nan",
            "{\"a\":1,}", "\"\\u12\"", "[\"\\",
        ])
    func refused(_ text: String) {
        #expect(throws: FieldError.self) { try read(text) }
    }

    @Test("Depth and number of values are bounded")
    func bounds() {
        var limits = FieldLimits()
        limits.depth = 50
        #expect(throws: FieldError.limit) {
            try read(String(repeating: "[", count: 100_000), limits: limits)
        }
        limits.nodes = 10
        #expect(throws: FieldError.limit) { try read("[1,2,3,4,5,6,7,8,9,10,11]", limits: limits) }
    }

    @Test("Hostile bytes neither trap nor loop")
    func hostile() {
        let input = Array(#"{"a":[1,2.5e-3,"\ud83d\ude00x\u0041",null],"b":{"c":true}}"#.utf8)
        let runs = runHostileBytes(input) { bytes in
            var budget = FieldBudget()
            _ = try? JSONReader.read(bytes.copied(), budget: &budget)
        }
        #expect(runs > input.count)
    }

    @Test("The spacing and needless escapes of a text are noted")
    func style() throws {
        var budget = FieldBudget()
        let style = try JSONReader.read(Array(#"{"a":1, "b": "\u0041"}"#.utf8), budget: &budget).style
        #expect(style.summary == "colon=none+one comma=one escapes=no")
        #expect(style.needlessEscapes.count == 1)
    }
}
