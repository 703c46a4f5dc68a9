import Bytes
import Events
import Flows
import Foundation
import Protocols
import Reporting
import Rules
import Status
import Testing
import Vendors

@testable import Monitor

private let base = Timestamp(seconds: 1_790_000_040, nanoseconds: 0)

private func minutes(_ count: Int64) -> Timestamp { base.advanced(byNanoseconds: count * 60_000_000_000) }

/// A flow of client 10.0.0.`client` to claude-code, or to no vendor.
private func observation(
    _ id: UInt64, at time: Timestamp, client: UInt32 = 1, up: UInt64 = 100, part: Int = 1, isFinal: Bool = true,
    host: String = "api.anthropic.com", isOfVendor: Bool = true, earlier: FlowTotals.Earlier = .nothing
) -> Observation {
    var flow = FlowSnapshot(
        client: .init(address: IPAddress(ipv4: 0x0A00_0000 | client), port: 50_000),
        server: .init(address: IPAddress(ipv4: 0xC000_0201), port: 443))
    (flow.id, flow.part, flow.isFinal, flow.start, flow.end) = (id, part, isFinal, time, time)
    (flow.bytesUp, flow.bytesDown) = (up, up * 2)
    flow.names = [NameEvidence(name: host, source: .tlsSNI)]
    let attribution = Attribution(
        vendor: "anthropic", product: "claude-code", role: .inference, category: "api", country: "US",
        confidence: .high, scope: .dedicated, catalog: "1", why: "exact api.anthropic.com; tls_sni complete")
    var observation = Observation(time: time, flow: flow, attribution: isOfVendor ? attribution : nil, sensor: "s")
    observation.earlier = earlier
    return observation
}

private func alert(_ id: String, _ status: Alert.Status, _ severity: Severity = .high, at time: Timestamp) -> Alert {
    Alert(
        id: id, status: status, count: 1, firstSeen: time, lastSeen: time, group: [], ruleID: "ban", revision: 1,
        ruleset: "r", rulesetHash: "sha256:0", title: "t", tags: [], severity: severity, message: "m",
        thresholdValue: nil, observation: observation(1, at: time))
}

private func stats(at time: Timestamp, packets: UInt64 = 0) -> LiveFeed.Item {
    var report = StatsReport(time: time, interval: 0)
    report.capture.packets = packets
    return .stats(report)
}

/// A model that took `flows`, reports of them, and `others`.
private func model(_ flows: [Observation], others: [LiveFeed.Item] = []) -> LiveModel {
    var model = LiveModel()
    model.take((flows.map { LiveFlow($0, isReport: true) }, others, 0))
    return model
}

extension LiveModel {
    fileprivate var shown: LiveSnapshot { snapshot(sensor: "s", version: "1") }
}

@Suite struct LiveModelTests {
    @Test func trafficIsCountedInItsMinuteAndForgottenAfterAnHour() {
        var model = model([observation(1, at: minutes(0)), observation(2, at: minutes(3), client: 2, up: 50)])
        #expect(model.shown.products.map(\.names) == [["anthropic", "claude-code", "inference"]])
        #expect(model.shown.products[0].series == [[56, 1, 100, 200, 0, 0], [59, 1, 50, 100, 0, 0]])
        #expect(model.shown.sources.map(\.names) == [["10.0.0.1", ""], ["10.0.0.2", ""]])
        #expect(model.shown.strip.totals == [2, 150, 300, 0, 0])
        model.take(([], [stats(at: minutes(61))], 0))
        #expect(model.shown.sources.map(\.names) == [["10.0.0.2", ""]])
        #expect(model.shown.products[0].series == [[1, 1, 50, 100, 0, 0]])
        model.take(([], [stats(at: minutes(1_000))], 0))
        #expect(model.shown.products.isEmpty && model.shown.strip.series.isEmpty && model.shown.sources.isEmpty)
    }

    @Test func aFlowIsCountedOnceAndItsBytesByWhatEachReportAdds() {
        var model = LiveModel()
        let named = observation(7, at: minutes(0), up: 10, isFinal: false)
        model.take(([LiveFlow(named, isReport: false)], [], 0))
        #expect(model.shown.strip.totals == [1, 0, 0, 0, 0], "the flow at once, its bytes when they are reported")
        var earlier = FlowTotals()
        let first = observation(7, at: minutes(1), up: 40, isFinal: false)
        model.take(([LiveFlow(first, isReport: true)], [], 0))
        earlier.bytesUp = 40
        earlier.bytesDown = 80
        let last = observation(7, at: minutes(2), up: 100, part: 2, earlier: .reported(earlier))
        model.take(([LiveFlow(last, isReport: true)], [], 0))
        #expect(model.shown.strip.totals == [1, 100, 200, 0, 0])
        #expect(model.shown.flows.count == 1 && model.shown.flows[0].bytes == [100, 200] && !model.shown.flows[0].open)
        // One that was never named is counted with its first report, and what is no longer known adds nothing.
        model.take(([LiveFlow(observation(8, at: minutes(2), up: 5), isReport: true)], [], 0))
        let unknown = observation(9, at: minutes(2), up: 9, part: 4, earlier: .forgotten)
        model.take(([LiveFlow(unknown, isReport: true)], [], 0))
        #expect(model.shown.strip.totals == [2, 105, 210, 0, 0])
    }

    @Test func everyTableIsBoundedAndNothingIsLostFromSums() {
        var model = LiveModel()
        for number in 0..<20_000 as Range<UInt64> {
            var flow = observation(number, at: minutes(0), client: UInt32(number), up: 1)
            flow.attribution?.product = "p\(number % 400)"
            model.take(([LiveFlow(flow, isReport: true)], [], 0))
        }
        #expect(model.products.rows.count == 256 && model.sources.rows.count == 1_024 && model.flows.count == 5_000)
        let shown = model.shown
        #expect(shown.products.count == 50 && shown.sources.count == 50 && shown.flows.count == 100)
        #expect(shown.products.reduce(0) { $0 + $1.totals[1] } + shown.furtherProducts.totals[1] == 20_000)
        #expect(shown.sources.reduce(0) { $0 + $1.totals[0] } + shown.furtherSources.totals[0] == 20_000)
        #expect(shown.flows[0].id == "0000000000004e1f")
        for number in 0..<1_000 { model.take(([], [.alert(alert("\(number)", .open, at: minutes(0)))], 0)) }
        #expect(model.alerts.alerts.count == 256 && model.shown.alerts.count == 50)
        #expect(model.shown.raised == [[59, 1_000]])
    }

    @Test func otherTrafficIsNoAITraffic() {
        let shown = model([observation(1, at: minutes(0), host: "shop.example", isOfVendor: false)]).shown
        #expect(shown.strip.series.isEmpty && shown.sources.isEmpty)
        #expect(shown.products.map(\.names) == [["", "", ""]] && shown.flows.map(\.host) == ["shop.example"])
    }

    @Test func hostileTextsAreMadeVisible() {
        let name = "\u{202E}gnp.exe\u{1B}[31m\n<script>"
        let shown = model([observation(1, at: minutes(0), host: name)]).shown
        #expect(shown.flows[0].host == name.escapedByTests, "\(shown.flows[0].host)")
        let long = model([observation(1, at: minutes(0), host: String(repeating: "a", count: 9_000))]).shown
        #expect(long.flows[0].host.count == 257)
    }

    @Test func openAlertsComeFirstAndClosedOnesMakeRoom() {
        var model = model([])
        model.take(
            (
                [],
                [
                    .alert(alert("a", .open, .low, at: minutes(0))),
                    .alert(alert("b", .open, .critical, at: minutes(0))),
                    .alert(alert("c", .open, .critical, at: minutes(1))),
                    .alert(alert("c", .closed, .critical, at: minutes(2))),
                ], 0
            ))
        #expect(model.shown.alerts.map(\.id) == ["b", "a", "c"])
        #expect(model.shown.alerts.map(\.status) == ["open", "open", "closed"])
        #expect(model.shown.raised == [[58, 2], [59, 1]])
    }

    @Test func aClockThatIsSetBackBeginsAnew() {
        var model = model([observation(1, at: minutes(500))])
        model.take(([], [stats(at: minutes(10))], 0))
        #expect(model.shown.strip.series.isEmpty && model.shown.minute == LiveModel.minute(of: minutes(10)))
        model.take(([LiveFlow(observation(2, at: minutes(10)), isReport: true)], [], 0))
        #expect(model.shown.strip.totals[0] == 1)
    }

    @Test func theRateIsThatOfTheLastTwoReports() {
        let shown = model(
            [],
            others: [
                stats(at: base, packets: 100), stats(at: base.advanced(byNanoseconds: 2_000_000_000), packets: 700),
            ]
        ).shown
        #expect(shown.health.rate == 300 && shown.health.packets == 700 && shown.health.coverage == 1)
    }

    @Test func aPeriodHasTheFlowsThatWereThereInIt() {
        let model = model([
            observation(1, at: minutes(0)), observation(2, at: minutes(5)), observation(3, at: minutes(9)),
        ])
        let first = LiveModel.minute(of: base)
        #expect(model.flows(from: first + 4, to: first + 6).map(\.id) == ["0000000000000002"])
        #expect(model.flows(from: first, to: first + 60).count == 3 && model.flows(from: first + 20, to: first).isEmpty)
    }
}

@Suite struct LiveFeedTests {
    @Test func whatIsNotTakenInTimeIsGivenUpAndCounted() {
        let feed = LiveFeed()
        for number in 0..<UInt64(LiveFeed.capacity + 10) { feed.take(.flow(observation(number, at: base))) }
        let taken = feed.drain()
        #expect(taken.flows.count == LiveFeed.capacity && taken.omitted == 10 && feed.drain().flows.isEmpty)
        var model = LiveModel()
        model.take((taken.flows, [stats(at: base)], taken.omitted))
        #expect(model.shown.health.omitted == 10)
    }

    @Test func privacySettingsApplyToThePage() throws {
        var configuration = Configuration(
            sensor: SensorIdentity(id: "s", version: "1", boot: "b"), mode: .live, sources: [])
        let feed = LiveFeed()
        configuration.liveFeed = feed
        configuration.privacy.otherNames = .drop
        var output = EventOutput(
            configuration.outputOptions, start: StartReport(time: base, mode: .live, sources: ["eth0"], catalog: "1"))
        output.begin(at: base)
        output.show(observation(1, at: base, host: "secret.example", isOfVendor: false))
        output.write(.flow(observation(1, at: base, host: "secret.example", isOfVendor: false)))
        var model = LiveModel()
        model.take(feed.drain())
        #expect(model.shown.flows.map(\.host) == [""] && model.shown.selection == "ai")
        output.end(.signal, detail: nil, at: base, packets: 0)
    }
}

@Suite struct LiveBoardTests {
    private let board = LiveBoard(sensor: "gw", version: "1.2.3") { .now }

    @Test func thePageIsForThisMachineAndItsDataForNoOtherSite() throws {
        let page = try #require(board.answer(to: StatusRequest("/")))
        #expect(page.outcome == .ok && page.mediaType.hasPrefix("text/html"))
        #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        #expect(board.answer(to: StatusRequest("/", isLocal: false))?.outcome == .forbidden)
        for path in ["/live/events", "/live/snapshot.json", "/live/flows.json?from=1&to=2"] {
            #expect(board.answer(to: StatusRequest(path, isLocal: false))?.outcome == .forbidden)
            #expect(board.answer(to: StatusRequest(path, isCrossSite: true))?.outcome == .forbidden)
            #expect(board.answer(to: StatusRequest(path))?.outcome == .ok, "\(path)")
        }
        #expect(board.answer(to: StatusRequest("/live/flows.json?from=x"))?.outcome == .unknown)
        #expect(board.answer(to: StatusRequest("/live/other"))?.outcome == .unknown)
        #expect(board.answer(to: StatusRequest("/metrics")) == nil)
    }

    @Test func aSnapshotIsMadeAtMostOnceASecond() throws {
        let first = board.snapshot
        board.feed.take(.flow(observation(1, at: base)))
        #expect(board.snapshot == first && !first.contains("\n"))
        let snapshot = try JSONDecoder().decode(LiveSnapshot.self, from: Data(first.utf8))
        #expect(snapshot.sensor == "gw" && snapshot.egret == "1.2.3" && snapshot.version == LiveSnapshot.currentVersion)
    }

    @Test func periodsAreAnsweredAFewTimesASecond() {
        let answers = (0..<20).map { _ in board.answer(to: StatusRequest("/live/flows.json?from=1&to=2"))?.outcome }
        #expect(answers.prefix(4).allSatisfy { $0 == .ok } && answers.contains(.unavailable))
    }
}

extension String {
    /// What the sensor makes of a hostile name, put down by hand.
    fileprivate var escapedByTests: String {
        replacing("\u{202E}", with: "\\u{202e}").replacing("\u{1B}", with: "\\u{1b}").replacing("\n", with: "\\u{a}")
    }
}
