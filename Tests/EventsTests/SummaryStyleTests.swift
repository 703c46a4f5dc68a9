import Bytes
import Events
import Flows
import Rules
import Testing
import Vendors

private func summary() -> RunSummary {
    var summary = RunSummary()
    var flow = Samples.flow()
    flow.isFinal = true
    for number in 0..<3 {
        flow.client.address = IPAddress(ipv4: 0x0A00_0001 + UInt32(number % 2))
        var observation = Samples.observation(flow)
        observation.attribution?.product = "a-product-with-a-long-name"
        summary.add(observation)
    }
    summary.add(Samples.alert())
    summary.scope = RunScope(
        first: Timestamp(seconds: 1_000_000, nanoseconds: 0), last: Timestamp(seconds: 1_000_060, nanoseconds: 0),
        files: 2)
    return summary
}

@Test func theFirstLineOfASummarySaysWhatWasRead() {
    let text = summary().render(stats: Samples.stats())
    #expect(text.hasPrefix("1970-01-12 13:46:40 to 13:47:40 UTC, 2 files\n  2 sources with AI traffic\n\nAI traffic\n"))
    var empty = RunSummary()
    empty.scope = RunScope(first: nil, last: nil, files: 1)
    #expect(empty.render(stats: Samples.stats()).hasPrefix("no packets, 1 file\n  0 sources with AI traffic\n"))
}

@Test func requestsAndInteractionsOfFlowsAddUpWithTheirBounds() {
    var observation = Samples.fullFlow()
    observation.flow.isFinal = true
    var summary = RunSummary()
    for _ in 0..<2 { summary.add(observation) }
    let text = summary.render(stats: Samples.stats())
    #expect(text.contains("  86 (82-88)    82 (80-88)  "), "\(text)")
}

@Test(arguments: [10, 40, 60, 80, 120, 200, 500])
func tablesFitTheWidthAndNumbersAreNeverCut(width: Int) {
    let style = SummaryStyle(width: width)
    #expect((40...200).contains(style.width ?? 0))
    let text = summary().render(stats: Samples.stats(), style: style)
    let row = text.split(separator: "\n").first { $0.contains("inference") || $0.contains("infere") }
    // Eight columns of text at the least, and numbers whole: below 80 columns that may be all.
    #expect((row?.count ?? 0) <= max(width, 88), "\(row ?? "")")
    #expect(text.contains("AI traffic\n") && !text.contains("\u{1B}"))
}

@Test func colorsMarkHeadsAndGraveAlertsAlone() {
    let text = summary().render(stats: Samples.stats(), style: SummaryStyle(isColored: true))
    #expect(text.contains("\u{1B}[1mAI traffic\u{1B}[0m\n") && text.contains("\u{1B}[31m  high"))
    let plain = text.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[31m", with: "").replacing("\u{1B}[0m", with: "")
    #expect(plain == summary().render(stats: Samples.stats()))
}
