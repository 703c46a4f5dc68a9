import Events
import Flows
import Foundation
import Rules
import Testing

private func delta(_ observation: Observation) throws -> [String: Int]? {
    let line = Samples.lines([.flow(observation)])[0]
    return (try object(line)["flow"] as? [String: Any])?["delta"] as? [String: Int]
}

@Test func theFirstReportAddsAllThatThereIs() throws {
    var observation = Samples.observation()
    observation.earlier = .nothing
    let added = try #require(try delta(observation))
    #expect(added["bytes_up"] == 6_321_877 && added["bytes_down"] == 901_244)
    #expect(added["packets_up"] == 5120 && added["packets_down"] == 1944 && added["missed_bytes"] == 0)
    #expect(added["requests_est"] == nil)
}

@Test func aFurtherReportAddsWhatItHasMore() throws {
    var earlier = FlowTotals()
    earlier.bytesUp = 6_000_000
    earlier.bytesDown = 901_244
    earlier.packetsUp = 5000
    earlier.packetsDown = 1944
    earlier.missedBytes = 7
    var observation = Samples.observation()
    observation.earlier = .reported(earlier)
    let added = try #require(try delta(observation))
    #expect(added["bytes_up"] == 321_877 && added["bytes_down"] == 0 && added["packets_up"] == 120)
    // Bytes that were missed came late.
    #expect(added["missed_bytes"] == -7)
}

@Test func noIncrementIsWrittenWhereWhatCameBeforeIsNotKnown() throws {
    var observation = Samples.observation()
    observation.earlier = .forgotten
    #expect(try delta(observation) == nil)
}

@Test func bootAndSequenceAreFieldsOfTheirOwn() throws {
    for line in Samples.lines() {
        let event = try object(line)
        let sequence = try #require(event["seq"] as? Int)
        #expect(event["boot"] as? String == "7f3c")
        #expect(event["id"] as? String == "gw-hz-03/7f3c/\(sequence)")
    }
}
