import Bytes
import Flows
import Protocols
import Rules
import Testing
import Vendors

@testable import Activity

private let day: Int64 = 86_400

private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 0) }

/// A flow of `number` from `start` to `end` to a host of `role`.
private func flow(
    _ number: UInt64, _ start: Int64, _ end: Int64, up: UInt64 = 100, role: Role = .inference, host: String = "api.x",
    product: String? = "x-api", source: UInt32 = 1, interactions: Int? = nil, isFinal: Bool = true
) -> Observation {
    var flow = FlowSnapshot(
        client: .init(address: IPAddress(ipv4: source), port: 1), server: .init(address: IPAddress(ipv4: 9), port: 443))
    flow.id = number
    flow.isFinal = isFinal
    flow.start = time(start)
    flow.end = time(end)
    flow.bytesUp = up
    flow.bytesDown = up * 2
    flow.names = [NameEvidence(name: host, source: .tlsSNI)]
    let attribution = Attribution(
        vendor: "x", product: product, role: role, category: "api", country: "ZZ", confidence: .high,
        scope: .dedicated, catalog: "0", why: "")
    var observation = Observation(time: time(end), flow: flow, attribution: attribution, sensor: "s")
    if let interactions {
        let count = Estimate(interactions, low: interactions, high: interactions)
        observation.flow.traffic = FlowTraffic(method: .http1Records, requests: count, streamed: interactions)
    }
    return observation
}

/// The reports of `flows` in their order, the last day's included.
private func reports(
    _ flows: [Observation], zone: String = "UTC", capacity: Int = 100
) throws -> (reports: [InventoryReport], overflow: UInt64) {
    var inventory = Inventory(clock: try #require(DayClock(zone: zone)), capacity: capacity)
    var reports: [InventoryReport] = []
    for flow in flows {
        reports += inventory.advance(to: flow.time, coverage: 1)
        inventory.add(flow)
    }
    reports += inventory.finish(at: flows.last?.time ?? time(0), coverage: 0.5)
    return (reports, inventory.overflow)
}

@Suite struct InventoryTests {
    @Test func aRowIsADayASourceAndAProduct() throws {
        let flows = [
            flow(1, 10, 20), flow(2, 30, 40, product: nil), flow(3, 50, 60, source: 2), flow(4, 70, 80, role: .auth),
            flow(5, day + 10, day + 20),
        ]
        let (reports, overflow) = try reports(flows)
        #expect(overflow == 0)
        #expect(
            reports.map { "\($0.source) \($0.product ?? "-") \($0.start.nanoseconds / 86_400_000_000_000)" }
                == ["0.0.0.1 - 0", "0.0.0.1 x-api 0", "0.0.0.2 x-api 0", "0.0.0.1 x-api 1"])
        #expect(reports[1].roles.map(\.role) == [.inference, .auth])
        #expect(reports[1].roles.map(\.traffic.bytesUp) == [100, 100])
        #expect(reports[1].firstSeen == time(10) && reports[1].lastSeen == time(80))
        #expect(reports.map(\.coverageRatio) == [1, 1, 1, 0.5])
        #expect(reports.allSatisfy { $0.end.nanoseconds(since: $0.start) == day * 1_000_000_000 })
    }

    @Test func aDayIsThatOfItsZone() throws {
        // 16:00 in UTC is midnight in Shanghai.
        let flows = [flow(1, 57_000, 57_599), flow(2, 57_601, 57_700)]
        #expect(try reports(flows).reports.count == 1)
        let local = try reports(flows, zone: "Asia/Shanghai").reports
        #expect(local.map(\.start) == [time(-28_800), time(57_600)])
        #expect(DayClock(zone: "Mars/Olympus") == nil)
    }

    @Test func aFlowOverMidnightIsChargedToEachDayByWhatItGrew() throws {
        let flows = [
            flow(1, day - 100, day - 50, up: 1_000, interactions: 3, isFinal: false),
            flow(1, day - 100, day + 50, up: 1_700, interactions: 5, isFinal: false),
            flow(1, day - 100, day + 90, up: 1_700, interactions: 4),
        ]
        let reports = try reports(flows).reports
        let traffic = reports.compactMap { $0.roles.first?.traffic }
        #expect(traffic.map(\.bytesUp) == [1_000, 700])
        #expect(traffic.map(\.flows) == [1, 0])
        #expect(traffic.map(\.interactions) == [3, 2])
        #expect(reports.map(\.firstSeen) == [time(day - 100), time(day)])
    }

    @Test func estimatesThatNobodyMadeAreAbsent() throws {
        #expect(try reports([flow(1, 1, 2)]).reports.first?.roles.first?.traffic.interactions == nil)
        #expect(try reports([flow(1, 1, 2, interactions: 0)]).reports.first?.roles.first?.traffic.interactions == 0)
    }

    @Test func telemetryHasItsPeriodSizeHostsAndShare() throws {
        var flows: [Observation] = []
        for index in 0..<10 {
            let start = Int64(100 + 60 * index)
            flows.append(flow(UInt64(index), start, start + 1, up: 500, role: .telemetry, host: "t.x"))
        }
        flows.append(flow(99, 5, 900, up: 5_000))
        let telemetry = try #require(try reports(flows).reports.first?.telemetry)
        #expect(telemetry.flows == 10)
        #expect(telemetry.bytes == 15_000)
        #expect(telemetry.share == 0.5)
        #expect(telemetry.medianUp == 500)
        #expect(telemetry.period == 60_000_000_000 && telemetry.spread == 0)
        #expect(telemetry.hosts == ["t.x"])
        let two = try reports(Array(flows.prefix(2))).reports.first?.telemetry
        #expect(two?.period == nil && two?.share == 1)
        #expect(try reports([flow(1, 1, 2)]).reports.first?.telemetry == nil)
    }

    @Test func whatCameBeforeTheFirstInteractionIsFoundInAnyOrderOfEnding() throws {
        let flows = [
            flow(3, 30, 35, up: 900, interactions: 2), flow(1, 10, 40, up: 70, role: .auth, host: "login.x"),
            flow(2, 20, 50, up: 30, role: .telemetry, host: "t.x"), flow(4, 45, 60, up: 1, host: "late.x"),
        ]
        let prelude = try #require(try reports(flows).reports.first?.prelude)
        #expect(prelude.duration == 20_000_000_000)
        #expect(prelude.flows == 2 && prelude.bytesUp == 100 && prelude.bytesDown == 200)
        #expect(prelude.hosts == ["login.x", "t.x"])
        #expect(try reports([flow(1, 1, 2, interactions: 1)]).reports.first?.prelude == nil)
        #expect(try reports([flow(1, 1, 2)]).reports.first?.prelude == nil)
    }

    @Test func aSuspectedRelayHasARowWithoutVendorAndAnUnlistedHostNone() throws {
        var relay = flow(1, 1, 2)
        relay.attribution = nil
        #expect(try reports([relay]).reports.isEmpty)
        relay.relay = RelaySuspicion(score: 70)
        let report = try reports([relay]).reports.first
        #expect(report?.vendor == nil && report?.relayScore == 70 && report?.hosts == ["api.x"])
    }

    @Test func everythingIsBoundedAndCounted() throws {
        let sources = (1...300).map { flow(UInt64($0), 1, 2, source: UInt32($0)) }
        let many = try reports(sources)
        #expect(many.reports.count == 100 && many.overflow == 200)
        var hosts: [Observation] = []
        for index in 1...300 {
            hosts.append(
                flow(UInt64(index), Int64(index), Int64(index) + 1, role: .telemetry, host: "h\(index).x"))
        }
        let report = try #require(try reports(hosts).reports.first)
        #expect(report.hosts.count == 32 && report.telemetry?.hosts.count == 16 && report.isPartial)
        #expect(report.roles.first?.traffic.flows == 300)
    }

    /// As many rows as fill more than two of the blocks that they are in.
    @Test func aDayOfManySourcesHasEachOfThem() throws {
        let sources = Array(UInt32(1)...600)
        let flows =
            sources.map { flow(UInt64($0), 10, 20, source: $0) }
            + sources.map { flow(UInt64($0) + 600, 30, 40, source: $0) }
        let (reports, overflow) = try reports(flows, capacity: 600)
        #expect(overflow == 0)
        #expect(Set(reports.map(\.source)) == Set(sources.map { IPAddress(ipv4: $0) }))
        #expect(reports.count == 600 && reports.allSatisfy { $0.roles.map(\.traffic.flows) == [2] })
    }

    @Test func theSameReportsComeInTheSameOrderWhateverTheTable() throws {
        let flows = (1...50).map { flow(UInt64($0), 1, 2, product: "p\($0 % 7)", source: UInt32($0 % 11)) }
        let one = try reports(flows).reports.map { "\($0.source) \($0.product ?? "") \($0.roles.count)" }
        let other = try reports(flows.reversed()).reports.map { "\($0.source) \($0.product ?? "") \($0.roles.count)" }
        #expect(one == other)
        #expect(one.count == 50)
    }
}
