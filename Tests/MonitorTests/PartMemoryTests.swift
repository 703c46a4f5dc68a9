import Bytes
import Flows
import Rules
import Testing

@testable import Monitor

private func report(of flow: UInt64, part: Int, up: UInt64, isFinal: Bool = false) -> Observation {
    var snapshot = FlowSnapshot(
        client: .init(address: .init(ipv4: 1), port: 1), server: .init(address: .init(ipv4: 2), port: 2))
    snapshot.id = flow
    snapshot.part = part
    snapshot.bytesUp = up
    snapshot.isFinal = isFinal
    return Observation(time: .init(nanoseconds: 0), flow: snapshot, attribution: nil, sensor: "s")
}

/// By how much bytes grew, as a reader of the event adds them up; `nil` if the event does not say.
private func growth(_ memory: inout PartMemory, _ observation: Observation) -> Int64? {
    switch memory.take(observation) {
    case .nothing: Int64(observation.flow.bytesUp)
    case .reported(let totals): Int64(observation.flow.bytesUp) - Int64(totals.bytesUp)
    case .forgotten: nil
    }
}

@Suite struct PartMemoryTests {
    @Test func theIncrementsOfAllReportsAddUpToTheLastTotals() {
        var memory = PartMemory()
        var sums: [UInt64: Int64] = [:]
        // The reports of a flow of which the first were not written begin anywhere.
        for (flow, totals) in [(UInt64(1), [10, 25, 25, 90]), (2, [7]), (3, [100, 300])] {
            for (index, total) in totals.enumerated() {
                let observation = report(
                    of: flow, part: index + (flow == 3 ? 5 : 1), up: UInt64(total), isFinal: index == totals.count - 1)
                sums[flow, default: 0] += growth(&memory, observation) ?? 0
            }
        }
        #expect(sums == [1: 90, 2: 7, 3: 300])
        #expect(memory.omitted == 0)
    }

    @Test func aFlowThatWasForgottenSaysNothingRatherThanSomethingWrong() {
        var memory = PartMemory(capacity: 2)
        for flow in 1...3 as ClosedRange<UInt64> { _ = memory.take(report(of: flow, part: 1, up: 5)) }
        #expect(growth(&memory, report(of: 1, part: 2, up: 9)) == nil)
        #expect(memory.omitted == 1)
        #expect(growth(&memory, report(of: 3, part: 2, up: 9)) == 4)
        // A first report is known to be one.
        #expect(growth(&memory, report(of: 8, part: 1, up: 6)) == 6)
    }

    @Test func nothingIsKeptOfFlowsThatEnded() {
        var memory = PartMemory(capacity: 2)
        for flow in 1...100 as ClosedRange<UInt64> {
            _ = memory.take(report(of: flow, part: 1, up: 5))
            #expect(growth(&memory, report(of: flow, part: 2, up: 6, isFinal: true)) == 1)
        }
        #expect(memory.omitted == 0)
    }
}
