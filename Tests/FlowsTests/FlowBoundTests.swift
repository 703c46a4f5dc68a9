import Bytes
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

/// A SYN of flow number `number` of a flood.
private func floodPacket(_ number: Int) -> Packet {
    var packet = Packet()
    packet.source = IPAddress(ipv4: 0x0B00_0000 &+ UInt32(number))
    packet.destination = PacketBuilder.server
    packet.sourcePort = UInt16(truncatingIfNeeded: number &* 7 | 1024)
    packet.destinationPort = 443
    packet.flags = .syn
    packet.sequence = UInt32(truncatingIfNeeded: number)
    packet.ipLength = 40
    return packet
}

@Test("A SYN flood stays within the memory, spares known flows, and all that goes is counted")
func synFloodKeepsTheBound() {
    var policy = FlowPolicy()
    policy.memory = 4 << 20
    var replay = Replay(policy)
    let known = 500
    for index in 0..<known {
        replay.port = 20_000 + index
        replay.handshake()
        replay.up(hello("known\(index).example"), 1001)
    }
    replay.observer.moments = []
    replay.observer.seen = []
    let empty: [UInt8] = []
    var most = 0
    let flood = 200_000
    for number in 0..<flood {
        replay.now = replay.now.advanced(byNanoseconds: 100_000)
        replay.tracker.receive(
            floodPacket(number), empty.rawSpan, time: replay.now, interface: 0, observer: &replay.observer)
        if number % 1000 == 0 { most = max(most, replay.tracker.memory) }
    }
    #expect(most <= policy.memory)
    #expect(replay.tracker.active <= policy.capacity)
    let counters = replay.tracker.counters
    #expect(counters.new == UInt64(known + flood) && counters.refused == 0)
    let gone = counters.evicted + counters.evictedUnanswered + counters.idle
    #expect(gone == counters.new - UInt64(replay.tracker.active))
    #expect(counters.evicted == 0 && counters.evictedUnanswered > UInt64(flood) * 9 / 10)
    replay.observer.moments = [.ended]
    let flows = replay.finish().filter { $0.client.address == PacketBuilder.client }
    #expect(flows.count == known)
    #expect(flows.allSatisfy { $0.names.map(\.name) == ["known\($0.client.port - 20_000).example"] })
}

@Test func aTableFullOfEstablishedFlowsMakesRoomAndCountsIt() {
    var policy = FlowPolicy()
    policy.memory = 64 << 10
    var replay = Replay(policy)
    let count = policy.capacity * 3
    for index in 0..<count {
        replay.port = 20_000 + index
        replay.handshake()
        replay.up(hello("n\(index).example"), 1001)
    }
    #expect(replay.tracker.active <= policy.capacity)
    #expect(replay.tracker.counters.evicted > 0)
    #expect(replay.observer.ended.count == count - replay.tracker.active)
    #expect(replay.observer.ended.allSatisfy { $0.endReason == .evicted })
    #expect(replay.finish().count == count)
}

@Test func boundsOfNothingAreStillBounds() {
    var policy = FlowPolicy()
    policy.memory = 0
    policy.unfinishedMemory = 0
    policy.unansweredShare = 0
    policy.idle.tcp = 0
    policy.active = 0
    var replay = Replay(policy)
    let bytes = hello("tiny.example", size: 1700)
    for index in 0..<200 {
        replay.port = 20_000 + index
        replay.handshake()
        replay.up(Array(bytes[..<1000]), 1001)
        replay.wait(0.3)
    }
    #expect(replay.tracker.active <= 16 && replay.tracker.held == 0)
    #expect(replay.finish().count == 200)
}

@Test func randomPacketsKeepEveryBoundAndAreCountedOnce() {
    var policy = FlowPolicy()
    policy.memory = 64 << 10
    policy.unfinishedMemory = 8 << 10
    var replay = Replay(policy)
    var random = Xorshift(seed: 61)
    let bytes = hello("random.example", size: 1700)
    for _ in 0..<30_000 {
        replay.port = 30_000 + random.below(200)
        replay.wait(Double(random.below(200)) / 10 - 2)
        let offset = random.below(bytes.count)
        let piece = Array(bytes[offset..<min(bytes.count, offset + random.below(600))])
        let flags = TCPFlags(rawValue: random.below(4) == 0 ? UInt8(random.below(32)) : 0x10)
        replay.segment(
            random.below(3) == 0 ? [] : piece, isUp: random.below(3) > 0, sequence: 1001 &+ UInt32(offset), flags: flags
        )
    }
    #expect(replay.tracker.active <= policy.capacity && replay.tracker.held <= policy.unfinishedMemory)
    let flows = replay.finish()
    #expect(UInt64(flows.count) == replay.tracker.counters.new)
    #expect(flows.reduce(0) { $0 + $1.packetsUp + $1.packetsDown } == 30_000)
    #expect(flows.allSatisfy { $0.end >= $0.start && $0.endReason != nil && $0.isFinal })
    #expect(replay.tracker.held == 0 && replay.tracker.active == 0 && replay.tracker.unansweredCount == 0)
    #expect(replay.tracker.detailCount == 0)
}
