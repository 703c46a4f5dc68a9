import Foundation
import Testing

@testable import Reporting

private func row(_ names: [String], flows: Int64, up: Int64, down: Int64, requests: Int64) -> LiveRow {
    var row = LiveRow(names: names)
    row.series = [[3, flows, up / 2, down, 0, 0], [59, 0, up - up / 2, 0, requests, 0]]
    return row
}

private var office: LiveSnapshot {
    var snapshot = LiveSnapshot()
    snapshot.time = 1_790_000_040_000
    snapshot.sensor = "gw-hz-03"
    snapshot.products = [
        row(["anthropic", "claude-code", "inference"], flows: 3, up: 246_500, down: 15_300, requests: 12),
        row(["alibaba", "dashscope", "inference"], flows: 9, up: 6_400, down: 900_000, requests: 40),
        row(["", "suspected relay", ""], flows: 1, up: 53_800, down: 9_700, requests: 0),
    ]
    snapshot.furtherProducts = row([], flows: 100, up: 1, down: 1, requests: 0)
    snapshot.sources = (0..<30).map { number in
        row(
            ["2001:db8:1234:5678:9abc:def0:1234:\(number)", "research and development"], flows: 1,
            up: Int64(1_000_000 * number), down: 5, requests: 1)
    }
    var alert = LiveAlertRow()
    (alert.id, alert.status, alert.severity, alert.rule) = ("1", "open", "high", "anthropic-ban")
    (alert.title, alert.source, alert.count) = (String(repeating: "long ", count: 60), "10.1.2.3 (sales)", 1_234_567)
    snapshot.alerts = [alert]
    snapshot.health.alerts = 1
    snapshot.health.coverage = 0.9987
    snapshot.health.reasons = [["EG101", "ring_full", String(repeating: "flows may stay unnamed ", count: 20)]]
    return snapshot
}

@Suite struct TopFrameTests {
    @Test(arguments: [40, 41, 59, 60, 79, 80, 120, 200])
    func noLineIsWiderThanTheTerminalAndNoNumberIsCut(width: Int) {
        var view = TopView()
        for order in TopView.Order.allCases {
            view.order = order
            let lines = TopFrame(office, view: view, width: width).lines(notice: String(repeating: "n", count: 300))
            for line in lines { #expect(line.count <= width, "\(line)") }
            let text = lines.joined(separator: "\n")
            for word in ["246.5 kB", "900.0 kB", "1,234,567", "99.8 %"] {
                #expect(text.contains(word), "\(width): \(text)")
            }
        }
    }

    @Test(arguments: [5, 10, 24, 60])
    func aFrameFillsTheScreenAndEndsWithTheKeys(height: Int) {
        let lines = TopFrame(office, view: TopView(), width: 100, height: height).lines()
        #expect(lines.count == height && lines.last?.hasPrefix("q quit") == true)
    }

    @Test func keysSortFilterPauseAndQuit() {
        var view = TopView()
        func first(_ view: TopView) -> String {
            TopFrame(office, view: view, width: 100).lines().first { $0.contains("inference") } ?? ""
        }
        #expect(first(view).contains("dashscope"))
        for (key, product) in [("u", "claude-code"), ("r", "dashscope"), ("b", "dashscope"), ("n", "dashscope")] {
            #expect(view.press(key.utf8.first ?? 0) == .draw)
            #expect(first(view).contains(product), "\(key)")
        }
        for byte in "/CLAUDE".utf8 { #expect(view.press(byte) == .draw) }
        #expect(view.isTyping && view.filter == "CLAUDE")
        let text = TopFrame(office, view: view, width: 100).lines().joined(separator: "\n")
        #expect(text.contains("claude-code") && !text.contains("dashscope") && !text.contains("(further)"))
        // A letter of the filter is no key, and a long text has an end.
        for _ in 0..<500 { #expect(view.press(UInt8(ascii: "q")) == .draw) }
        #expect(view.filter.count == 64)
        #expect(view.press(0x1B) == .draw && view.filter.isEmpty && !view.isTyping)
        #expect(view.press(UInt8(ascii: "p")) == .draw && view.isPaused)
        #expect(view.press(UInt8(ascii: "q")) == .quit && view.press(0x03) == .quit && view.press(0x1A) == .suspend)
        for byte in 0...255 as ClosedRange<UInt8> { _ = view.press(byte) }
    }

    @Test func colorsAreThereOnlyIfTheyAreAskedFor() {
        let plain = TopFrame(office, view: TopView(), width: 100).lines()
        let colored = TopFrame(office, view: TopView(), width: 100, isColored: true).lines()
        #expect(!plain.joined().contains("\u{1B}") && colored.joined().contains("\u{1B}[31m"))
        #expect(colored.map { $0.replacing(/\u{1B}\[[0-9]*m/, with: "") } == plain)
    }

    @Test func aSnapshotSurvivesItsJSON() throws {
        let encoder = JSONEncoder()
        let snapshot = office
        #expect(try JSONDecoder().decode(LiveSnapshot.self, from: encoder.encode(snapshot)) == snapshot)
    }
}

@Suite struct LivePageTests {
    @Test func theScriptMakesNoMarkupAndAsksNobodyElse() {
        for word in [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "https:",
        ] {
            #expect(!LivePageScript.text.contains(word), "\(word)")
        }
        #expect(LivePage.text.components(separatedBy: "<script>").count == 2)
        #expect(!LivePage.text.contains(" style=\"") && !LivePage.text.contains("onclick"))
    }

    @Test func thePolicyAllowsThePagesOwnScriptAlone() throws {
        let policy = try #require(LivePage.headers["content-security-policy"])
        #expect(policy.hasPrefix("default-src 'none'; ") && policy.contains("connect-src 'self'"))
        #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
        #expect(policy.components(separatedBy: "'sha256-").count == 3)
    }
}
