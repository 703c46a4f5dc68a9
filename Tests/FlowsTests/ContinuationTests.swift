import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

/// A connection with a name that falls silent, of interest unless set otherwise.
private func silentConnection(isOfInterest: Bool = true, capacity: Int = 4_096) -> Replay {
    var policy = FlowPolicy()
    policy.rememberedFlows = capacity
    var replay = Replay(policy)
    replay.observer.concern = isOfInterest
    replay.handshake()
    replay.up(hello(), 1001)
    replay.down([UInt8](repeating: 1, count: 100), 9001)
    replay.turn(after: 700)
    return replay
}

private let next = 1001 + UInt32(hello().count)

@Test func aConnectionThatWasSilentKeepsItsNameWhenItGoesOn() throws {
    var replay = silentConnection()
    let first = try #require(replay.observer.ended.first)
    #expect(first.endReason == .idle)
    replay.up([UInt8](repeating: 2, count: 4_000), next)
    replay.down([UInt8](repeating: 1, count: 100), 9101)
    let flowFound = replay.finish().last
    let flow = try #require(flowFound)
    #expect(flow.host?.name == "api.example.com" && flow.host?.source == .tlsSNI && flow.tls?.ja4 == first.tls?.ja4)
    #expect(flow.continues == first.id && flow.id != first.id && first.continues == nil)
    #expect(!flow.isMidstream && flow.isComplete && flow.missedBytes == 0)
    #expect(flow.client == first.client)
    #expect(replay.tracker.counters.continued == 1 && replay.tracker.counters.midstream == 0)
}

@Test func itIsNamedAtOnceWhicheverEndSpeaksFirst() throws {
    var replay = silentConnection()
    replay.down([UInt8](repeating: 1, count: 10), 9101)
    #expect(replay.observer.named.count == 2 && replay.observer.named.last?.host?.name == "api.example.com")
    #expect(replay.observer.named.last?.client.port == 50_000)
    // It falls silent again, and continues again.
    replay.turn(after: 700)
    replay.up([], next &- 1)
    let flows = replay.finish()
    #expect(flows.count == 3 && flows[2].continues == flows[1].id && flows[2].host?.name == "api.example.com")
}

@Test func bytesThatPassedMeanwhileAreMissed() throws {
    var replay = silentConnection()
    replay.up([UInt8](repeating: 2, count: 10), next + 500)
    let flowFound = replay.finish().last
    let flow = try #require(flowFound)
    #expect(flow.missedBytes == 500 && !flow.isComplete && flow.host != nil)
}

@Test func anotherConnectionOfTheSameEndsTakesNoName() {
    // A SYN begins another; a number far away is another's, whose beginning was not captured.
    var replay = silentConnection()
    replay.up([], 77_000_000, [.syn])
    let rest1 = replay.finish()
    #expect(rest1.last?.host == nil && replay.tracker.counters.continued == 0)
    replay = silentConnection()
    replay.up([UInt8](repeating: 2, count: 10), 77_000_000)
    #expect(replay.tracker.counters.continued == 0 && replay.tracker.counters.midstream == 1)
    // A forged segment of that kind does not make the connection lose its name.
    replay.turn(after: 700)
    replay.up([UInt8](repeating: 2, count: 10), next)
    let rest2 = replay.finish()
    #expect(rest2.last?.host?.name == "api.example.com")
}

@Test func closedConnectionsAndThoseOfNoInterestAreNotRemembered() {
    var replay = silentConnection(isOfInterest: false)
    replay.up([UInt8](repeating: 2, count: 10), next)
    let rest3 = replay.finish()
    #expect(replay.tracker.counters.continued == 0 && rest3.last?.isMidstream == true)
    replay = Replay()
    replay.observer.concern = true
    replay.handshake()
    replay.up(hello(), 1001)
    replay.down([], 9001, [.rst])
    replay.turn(after: 700)
    replay.up([UInt8](repeating: 2, count: 10), next)
    #expect(replay.tracker.counters.continued == 0)
}

@Test func theMemoryOfNamedFlowsIsBound() {
    var policy = FlowPolicy()
    policy.rememberedFlows = 8
    var replay = Replay(policy)
    replay.observer.concern = true
    for port in 50_000..<50_020 {
        replay.port = port
        replay.handshake()
        replay.up(hello(), 1001)
        replay.wait(0.001)
    }
    let before = replay.tracker.memory
    replay.turn(after: 700)
    #expect(replay.tracker.memory < before + 8 * 8_192)
    for port in 50_000..<50_020 {
        replay.port = port
        replay.up([UInt8](repeating: 2, count: 10), next)
    }
    #expect(replay.tracker.counters.continued == 8)
    let flows = replay.finish()
    #expect(flows.filter { $0.continues != nil && $0.host != nil }.count == 8)
}
