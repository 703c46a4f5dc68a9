import Flows
import Protocols
import TestSupport
import Testing
import Wire

private func serverBytes() -> [UInt8] { [22, 3, 3, 0, 4, 2, 0, 0, 0] }

@Test func aTLSConnectionIsAnsweredByTheServersFirstPayload() throws {
    var replay = Replay()
    replay.observer.moments = Set(FlowLifecycleEvent.allCases)
    replay.handshake()
    replay.up(hello(), 1001)
    #expect(!replay.observer.seen.map(\.moment).contains(.answered))
    replay.down(serverBytes(), 9001)
    #expect(replay.observer.seen.map(\.moment) == [.started, .named, .answered])
    #expect(replay.observer.seen.last?.flow.isAnswered == true)
    replay.down(serverBytes(), 9010)
    #expect(replay.finish().map(\.isAnswered) == [true])
    #expect(replay.observer.seen.map(\.moment) == [.started, .named, .answered, .ended])
}

@Test func aHelloThatNobodyAnsweredIsToldSoAtItsEnd() throws {
    var replay = Replay()
    replay.observer.moments = Set(FlowLifecycleEvent.allCases)
    replay.handshake()
    replay.up(hello(), 1001)
    replay.down([], 9001, [.ack])
    replay.down([], 9001, [.rst])
    #expect(replay.finish().map(\.isAnswered) == [false])
    #expect(replay.observer.seen.map(\.moment) == [.started, .named, .answered, .ended])
    #expect(replay.observer.seen[2].flow.isAnswered == false)
}

@Test func whatOnlyTheServersSideSaysIsNoAnswer() throws {
    var replay = Replay()
    replay.down(serverBytes(), 9001)
    replay.down(serverBytes(), 9010)
    #expect(replay.finish().map(\.isAnswered) == [false])
}

@Test func aDatagramIsAnsweredByADatagram() throws {
    var replay = Replay()
    replay.datagram([1, 2, 3], isUp: true)
    replay.datagram([1, 2, 3], isUp: false)
    #expect(replay.finish().map(\.isAnswered) == [true])
    var alone = Replay()
    alone.datagram([1, 2, 3], isUp: true)
    #expect(alone.finish().map(\.isAnswered) == [false])
}

@Test("A server answers a QUIC Initial packet whose source was forged too: the client has to continue")
func aQUICConnectionIsAnsweredWhenTheClientGoesOn() throws {
    let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    var builder = ClientHelloBuilder(serverName: "api.example.com")
    builder.sessionID = []
    let initial = try QUICSealer(destination: id).initial(
        to: id, paddedTo: 1200, frames: QUICSealer.crypto(builder.handshake, at: 0))
    let answer: [UInt8] = [0xE0, 0, 0, 0, 1, 0, 4, 5, 5, 5, 5, 0x20] + [UInt8](repeating: 7, count: 32)
    for goesOn in [false, true] {
        var replay = Replay()
        replay.observer.moments = Set(FlowLifecycleEvent.allCases)
        replay.datagram(initial, isUp: true, to: 443)
        replay.datagram(answer, isUp: false, to: 443)
        #expect(replay.observer.seen.map(\.moment) == [.started, .named])
        if goesOn { replay.datagram([0x45] + [UInt8](repeating: 1, count: 40), isUp: true, to: 443) }
        #expect(replay.finish().map(\.isAnswered) == [goesOn])
        #expect(replay.observer.seen.map(\.moment) == [.started, .named, .answered, .ended])
    }
}

@Test func aFlowThatLivesOnIsToldOfBeforeItIsReported() throws {
    var policy = FlowPolicy()
    policy.active = 30_000_000_000
    var replay = Replay(policy)
    replay.observer.moments = Set(FlowLifecycleEvent.allCases)
    replay.handshake()
    let request = Array("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n".utf8)
    replay.up(request, 1001)
    // The server has taken the request and says nothing.
    replay.down([], 9001)
    for second in 1...50 {
        replay.wait(1)
        replay.up([UInt8](repeating: 1, count: 10), 2000 &+ UInt32(second) * 10)
    }
    #expect(replay.observer.seen.map(\.moment).prefix(4) == [.started, .named, .answered, .updated])
}
