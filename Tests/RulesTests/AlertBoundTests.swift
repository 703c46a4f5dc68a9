import Bytes
import Flows
import Foundation
import Testing
import Vendors

@testable import Rules

/// Alerts by the thousand: what they take is bounded, and floods are summed without losing a hit.
@Suite struct AlertBoundTests {
    private static let start = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)

    /// A hit of source `number` at `milliseconds`, answered by the server or not.
    private static func observation(_ number: Int, at milliseconds: Int64, isAnswered: Bool = false) -> Observation {
        var flow = FlowSnapshot(
            client: .init(address: IPAddress(ipv4: 0x0B00_0000 &+ UInt32(number)), port: 40_000),
            server: .init(address: IPAddress(ipv4: 0xCB00_710A), port: 443))
        flow.id = UInt64(number)
        flow.start = start
        flow.packetsUp = 1
        flow.packetsDown = isAnswered ? 1 : 0
        let time = start.advanced(byNanoseconds: milliseconds * 1_000_000)
        flow.end = time
        return Observation(time: time, flow: flow, attribution: nil, sensor: "test")
    }

    private static func engine(_ limits: RuleEngine.Limits) -> RuleEngine {
        RuleEngine(rules: rule("{dst.port: 443}", "  dedup: {by: [src.ip], for: 1h}\n"), limits: limits)
    }

    @Test func openAlertsKeepTheirBytes() {
        var engine = Self.engine(.init(alertMemory: 1 << 20, alertsPerMinute: 0))
        var seen: [Alert.Status: Int] = [:]
        for number in 0..<3_000 {
            engine.evaluate(Self.observation(number, at: Int64(number)), on: .flowStart) {
                seen[$0.status, default: 0] += 1
            }
            #expect(engine.openAlerts.memory <= 1 << 20 + 8_192)
        }
        let open = engine.openAlerts.count
        #expect(seen[.open] == 3_000 && seen[.closed] == 3_000 - open)
        #expect(open > 300 && engine.counters.alertOverflow == UInt64(3_000 - open))
        engine.finish(at: Self.start.advanced(byNanoseconds: 4_000_000_000)) { seen[$0.status, default: 0] += 1 }
        #expect(seen[.closed] == 3_000 && engine.openAlerts.memory == 0)
    }

    @Test("Past the alerts of a minute, hits are summed, and none is lost")
    func floodsAreSummed() {
        var engine = Self.engine(.init(alertsPerMinute: 100))
        var own: Set<String> = []
        var groups: [Alert] = []
        for number in 0..<20_000 {
            engine.evaluate(Self.observation(number, at: Int64(number * 10)), on: .flowStart) { alert in
                if alert.groupedSources == nil { own.insert(alert.id) } else { groups.append(alert) }
            }
        }
        engine.finish(at: Self.start.advanced(byNanoseconds: 300_000_000_000)) { alert in
            if alert.groupedSources != nil { groups.append(alert) }
        }
        // 200 seconds touch four or five minutes of 50 alerts each, for no one answered.
        #expect((200...250).contains(own.count))
        #expect(Set(groups.map(\.id)).count == 1)
        #expect(groups.first?.status == .open && groups.last?.status == .closed && groups.count <= 6)
        #expect(groups.last.map { $0.count + own.count } == 20_000)
        #expect(engine.counters.grouped.values.reduce(0, +) == UInt64(20_000 - own.count))
        let sources = groups.last?.groupedSources ?? 0
        #expect(abs(sources - (20_000 - own.count)) < 2_500)
    }

    @Test func halfOfTheMinuteIsForFlowsThatWereAnswered() {
        var engine = Self.engine(.init(alertsPerMinute: 10))
        var own = 0
        for number in 0..<1_000 {
            engine.evaluate(Self.observation(number, at: 0), on: .flowStart) { own += $0.groupedSources == nil ? 1 : 0 }
        }
        #expect(own == 5)
        for number in 2_000..<2_010 {
            engine.evaluate(Self.observation(number, at: 1, isAnswered: true), on: .flowStart) {
                own += $0.groupedSources == nil ? 1 : 0
            }
        }
        #expect(own == 10)
    }

    @Test func anOpenAlertIsUpdatedDuringAFlood() {
        var engine = Self.engine(.init(alertsPerMinute: 2))
        var counts: [Int] = []
        engine.evaluate(Self.observation(1, at: 0), on: .flowStart) { _ in }
        for number in 2..<100 { engine.evaluate(Self.observation(number, at: 1), on: .flowStart) { _ in } }
        var later = Self.observation(1, at: 50)
        later.flow.id = 5_000
        engine.evaluate(later, on: .flowStart) { _ in }
        engine.finish(at: Self.start.advanced(byNanoseconds: 1_000_000_000)) {
            if $0.groupedSources == nil { counts.append($0.count) }
        }
        #expect(counts == [2])
    }

    @Test func aReloadClosesTheGroupAlert() {
        var engine = Self.engine(.init(alertsPerMinute: 2))
        for number in 0..<10 { engine.evaluate(Self.observation(number, at: 0), on: .flowStart) { _ in } }
        var closed: [Alert] = []
        engine.adopt(engine.rules) { closed.append($0) }
        #expect(closed.map(\.groupedSources) == [9] && closed.map(\.status) == [.closed])
    }

    @Test func anOpenAlertOfAnOrdinaryHelloTakesLessThanThreeKilobytes() {
        var engine = Self.engine(.init(alertsPerMinute: 0))
        engine.evaluate(Self.observation(1, at: 0), on: .flowStart) { _ in }
        #expect(engine.openAlerts.memory < 3_072 && engine.openAlerts.memory > 500)
    }
}
