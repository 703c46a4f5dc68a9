import Bytes
import HTTPDecoding
import Testing

@testable import Audit

@Suite struct PermutationTests {
    private static let leastValues: [(Int, Double)] = [
        (3, 0.1), (4, 2.0 / 70), (5, 2.0 / 252), (6, 2.0 / 924), (8, 2.0 / 12870),
    ]

    @Test(
        "The least p for n+n runs is 2/C(2n,n)",
        arguments: leastValues)
    func least(_ runs: Int, _ p: Double) {
        let labels = Array(repeating: 0, count: runs) + Array(repeating: 1, count: runs)
        let test = PermutationTest(labels: labels)
        #expect(test.isExact)
        #expect(abs(test.least - p) < 1e-12)
        #expect(abs(test.values(of: labels, family: [labels]).family - p) < 1e-12)
    }

    @Test("Each further pattern of the family makes the family's p larger, and not the pattern's own")
    func family() {
        let labels = [0, 0, 0, 0, 1, 1, 1, 1]
        let values = PermutationTest(labels: labels).values(
            of: labels, family: [labels, [0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 1, 0, 1, 0, 0, 1]])
        #expect(abs(values.own - 2.0 / 70) < 1e-12)
        #expect(abs(values.family - 6.0 / 70) < 1e-12)
    }

    @Test("Patterns that can separate under no relabeling leave the family")
    func tarone() {
        let test = PermutationTest(labels: [0, 0, 0, 1, 1, 1])
        #expect(test.isTestable([0, 1, 0, 1, 0, 1]))
        #expect(!test.isTestable([0, 1, 1, 1, 1, 1]))
        #expect(!test.isTestable([0, 1, 2, 0, 1, 2]))
        #expect(!test.isTestable([0, 0, 0, 0, 0, 0]))
        let grid = PermutationTest(labels: [0, 0, 1, 1, 2, 2])
        #expect(grid.isTestable([0, 0, 0, 0, 1, 1]))
        #expect(grid.isTestable([0, 0, 1, 1, 2, 2]))
        #expect(!grid.isTestable([0, 0, 0, 1, 1, 1]))
        #expect(abs(grid.least - 6.0 / 90) < 1e-12)
    }

    @Test("Beyond 50,000 relabelings random ones are drawn, and p is never zero")
    func random() {
        let labels = Array(repeating: 0, count: 12) + Array(repeating: 1, count: 12)
        let test = PermutationTest(labels: labels)
        #expect(!test.isExact)
        let values = test.values(of: labels, family: [labels])
        #expect(values.own >= 1.0 / 20_000 && values.own < 0.001)
    }

    private static let shown: [(Double, String)] = [
        (0.1, "0.1"), (2.0 / 70, "0.029"), (2.0 / 252, "0.0079"), (2.0 / 924, "0.0022"), (1.0, "1"), (0.5, "0.5"),
    ]

    @Test(
        "A probability is shown with the digits that count",
        arguments: shown)
    func text(_ p: Double, _ text: String) {
        #expect(Comparison.text(p) == text)
    }
}

@Suite struct ComparisonTests {
    /// A run whose request holds a prompt with `mark`, telemetry that is random, and events in a random order.
    private func run(_ index: Int, _ setting: Int, mark: String, extra: String = "", host: String = "api.example")
        -> RunRecording
    {
        let noise = Checksum.md5.digest(of: Array("\(index) \(setting)".utf8)).hexadecimalText
        let events = ["start", "load", "stop"].map { #"{"event_name":"\#($0)","t":"\#(noise)\#($0)"}"# }
        let order = index % 2 == 0 ? events : Array(events.reversed())
        let body =
            #"{"system":"Today\#(mark)s date is 2026-11-30. Session \#(noise).","n":\#(index * 7 + setting)\#(extra)}"#
        let requests = [
            exchange(
                1, host: host,
                headers: [("Content-Type", "application/json"), ("Content-Length", String(body.utf8.count))], body: body
            ),
            exchange(
                2, host: "telemetry.example", path: "/batch", body: #"{"events":[\#(order.joined(separator: ","))]}"#),
        ]
        return RunRecording(
            name: "run \(setting) \(index)", setting: setting,
            requests: requests.map { RequestFields($0, unpack: ContentUnpacking.unpack) })
    }

    private func runs(_ count: Int, marks: [String], extra: (Int, Int) -> String = { _, _ in "" }) -> [RunRecording] {
        (0..<count).flatMap { index in
            marks.indices.map { run(index, $0, mark: marks[$0], extra: extra(index, $0)) }
        }
    }

    @Test("The one field that depends on the setting is found, with its values and the p of its runs")
    func mark() {
        let comparison = Comparison(runs(6, marks: ["'", "\u{2019}"]), settings: ["a", "b"])
        #expect(comparison.differences.map(\.field) == ["body.system"])
        #expect(comparison.differences.first?.values == [[.text("'")], [.text("\u{2019}")]])
        #expect(comparison.differences.first.map { Comparison.text($0.familyP) } == "0.0022")
        #expect(
            comparison.sentence
                == "body.system of POST api.example/v1/messages depends on the setting (exact permutation test over all fields examined, p = 0.0022)"
        )
    }

    @Test("Nothing is called dependent where nothing is, though every run differs and events change places")
    func none() {
        let comparison = Comparison(runs(6, marks: ["'", "'"]), settings: ["a", "b"])
        #expect(comparison.differences.isEmpty)
        #expect(comparison.classes["random", default: 0] > 2)
        #expect(
            comparison.sentence
                == "no field took one value per setting; one that always did would have been found (p = 0.0022)")
    }

    @Test("3+3 is a look and no proof")
    func few() {
        let comparison = Comparison(runs(3, marks: ["'", "\u{2019}"]), settings: ["a", "b"])
        #expect(comparison.sentence.contains("3+3 is a look and no proof"))
        #expect(comparison.sentence.contains("do not prove"))
        #expect(!comparison.sentence.contains("messages depends on"))
    }

    @Test("A length that follows from a text is derived, and not called dependent")
    func derived() {
        let comparison = Comparison(runs(5, marks: ["", "very long"]), settings: ["a", "b"])
        #expect(comparison.differences.map(\.field) == ["body.system"])
        #expect(comparison.classes["derived"] == 1)
    }

    @Test("A member that is sent under one setting alone is one difference, whatever it holds")
    func absence() {
        let comparison = Comparison(
            runs(
                5, marks: ["'", "'"],
                extra: { _, setting in setting == 0 ? "" : #","env":{"tz":"x","os":{"a":1,"b":2}}"# }),
            settings: ["a", "b"])
        #expect(comparison.differences.map(\.field) == ["body.env{}"])
        #expect(comparison.differences.first?.values.first == [])
    }

    @Test("Another order of members is found, and a member that comes and goes is no order")
    func order() {
        let swapped = Comparison(
            runs(
                5, marks: ["'", "'"],
                extra: { _, setting in setting == 0 ? #","o":{"a":1,"b":2}"# : #","o":{"b":2,"a":1}"# }),
            settings: ["a", "b"])
        #expect(swapped.differences.map(\.field) == ["body.o~order"])
        let optional = Comparison(
            runs(5, marks: ["'", "'"], extra: { index, _ in index == 1 ? #","o":{"c":1,"a":1}"# : #","o":{"a":1}"# }),
            settings: ["a", "b"])
        #expect(optional.differences.isEmpty)
    }

    @Test("Where the setting is a host, one counts as the other")
    func equate() {
        let runs = (0..<5).flatMap { index in
            ["x.example", "y.example"].enumerated().map {
                run(index, $0.offset, mark: "'", extra: #","url":"https://\#($0.element)/v1""#, host: $0.element)
            }
        }
        #expect(Comparison(runs, settings: ["a", "b"]).differences.count >= 2)
        #expect(Comparison(runs, settings: ["a", "b"], equate: ["y.example": "x.example"]).differences.isEmpty)
    }

    @Test("More than two settings are compared, and a field may divide them in groups")
    func grid() {
        let comparison = Comparison(runs(4, marks: ["'", "\u{2019}", "'"]), settings: ["a", "b", "c"])
        #expect(comparison.differences.map(\.field) == ["body.system"])
        #expect(comparison.differences.first?.values.map(\.count) == [1, 1, 1])
        #expect((comparison.differences.first?.familyP ?? 1) < 0.05)
    }

    @Test("Connections that could not be opened are in the sentence")
    func unopened() {
        var runs = runs(4, marks: ["'", "'"])
        runs[0].unopened = 2
        #expect(
            Comparison(runs, settings: ["a", "b"]).sentence.hasSuffix(
                "2 connections could not be opened, and what they carried was not compared"))
    }

    @Test("A field that drifts with time shows in the control")
    func control() {
        let drifting = (0..<6).flatMap { index in
            [0, 1].map { setting in
                var run = run(index, setting, mark: "'", extra: #","v":"\#(index < 3 ? "old" : "new")""#)
                run.requests = run.requests.map { request in
                    var request = request
                    request.exchange.time = .init(seconds: Int64(index), nanoseconds: 0)
                    return request
                }
                return run
            }
        }
        let comparison = Comparison(drifting, settings: ["a", "b"])
        #expect(comparison.differences.isEmpty)
        #expect(comparison.controls.map(\.separating) == [1, 1])
    }
}

@Suite struct TextAlignmentTests {
    @Test("The tokens of a text are the text")
    func tokens() {
        let text = "a_b 2026-11-30T10:00:00.5Z x-1.25  é\u{2019}s f47ac10b-58cc-4372-a567-0e02b2c3d479\n\n!"
        let tokens = TextTokens.split(text)
        #expect(tokens.joined() == text)
        #expect(tokens.contains("2026-11-30T10:00:00.5Z"))
        #expect(tokens.contains("f47ac10b-58cc-4372-a567-0e02b2c3d479"))
        #expect(tokens.contains("1.25"))
        #expect(tokens.contains("\u{2019}"))
    }

    @Test("What differs between texts is a slot, and the rest is template")
    func slots() throws {
        let texts = ["the date is 2026-11-30, ok", "the date is 2026/11/30, ok", "the date is 2026-11-30, fine"]
        let alignment = try #require(TextAlignment(texts))
        #expect(alignment.slots.map(\.contents) == [["-", "/", "-"], ["-", "/", "-"], ["ok", "ok", "fine"]])
    }

    @Test("Texts that are not alike are compared as a whole")
    func different() {
        #expect(TextAlignment(["abc", "def"]) == nil)
        #expect(TextAlignment(["", "a b"]) == nil)
    }
}

@Suite struct RequestMatchingTests {
    @Test(
        "Paths with identifiers are one template",
        arguments: [
            ("/v1/messages", "/v1/messages"), ("/users/12345/x", "/users/{id}/x"),
            ("/s/f47ac10b-58cc-4372-a567-0e02b2c3d479", "/s/{id}"),
            ("/api/eval/sdk-zAZezfDK", "/api/eval/sdk-zAZezfDK"),
        ])
    func template(_ path: String, _ template: String) {
        #expect(RequestGroup.template(path) == template)
    }
}
