import Bytes
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

/// Which flows leave a full table: what one end alone does never makes an answered flow leave.
@Suite struct FlowEvictionTests {
    private static let known = 200

    /// A tracker with few places and answered flows of a handshake, a hello and a record of the server's.
    private static func replay(memory: Int) -> Replay {
        var policy = FlowPolicy()
        policy.memory = memory
        var replay = Replay(policy)
        for index in 0..<known {
            replay.port = 20_000 + index
            replay.handshake()
            let bytes = hello("known\(index).example")
            replay.up(bytes, 1001)
            replay.down([0x17, 3, 3, 0, 2, 1, 2], 9001, acknowledgment: 1001 &+ UInt32(bytes.count))
        }
        replay.observer.moments = [.ended]
        return replay
    }

    private static func survivors(_ replay: inout Replay) -> Int {
        replay.finish().count { $0.endReason == .endOfCapture && $0.client.address == PacketBuilder.client }
    }

    private static func frame(
        _ payload: [UInt8], number: Int, isUp: Bool, flags: TCPFlags, sequence: UInt32 = 1, acknowledgment: UInt32 = 1
    ) -> [UInt8] {
        let stranger = IPAddress(ipv4: 0x0B00_0000 &+ UInt32(truncatingIfNeeded: number))
        let port = 1_024 + number % 60_000
        let tcp = PacketBuilder(payload).tcp(
            from: isUp ? port : 443, to: isUp ? 443 : port, sequence: sequence, acknowledgment: acknowledgment,
            flags: flags.rawValue)
        let server = PacketBuilder.server
        return tcp.ipv4(from: isUp ? stranger : server, to: isUp ? server : stranger).ethernet().bytes
    }

    @Test("Hellos of one packet never push out an answered flow", arguments: [false, true])
    func unansweredHellosLeaveFirst(isInterleaved: Bool) {
        var replay = Self.replay(memory: 2 << 20)
        let bytes = hello("stranger.example")
        for number in 0..<12_000 {
            replay.now = replay.now.advanced(byNanoseconds: 100_000)
            replay.receive(Self.frame(bytes, number: number, isUp: true, flags: [.ack, .psh]))
            // A few other flows that are answered come and go.
            if isInterleaved, number % 50 == 0 {
                replay.receive(Self.frame([], number: number, isUp: false, flags: [.ack, .rst]))
            }
        }
        #expect(replay.tracker.counters.evictedOneWay > 5_000)
        #expect(replay.tracker.memory <= replay.tracker.policy.memory)
        #expect(Self.survivors(&replay) == Self.known)
        #expect(replay.tracker.unansweredCount == 0 && replay.tracker.oneWayCount == 0)
    }

    @Test func connectionsThatTheServerOnlyAcceptedLeaveBeforeThoseInUse() {
        var replay = Self.replay(memory: 2 << 20)
        for number in 0..<12_000 {
            replay.now = replay.now.advanced(byNanoseconds: 100_000)
            replay.receive(Self.frame([], number: number, isUp: true, flags: .syn))
            replay.receive(Self.frame([], number: number, isUp: false, flags: [.syn, .ack]))
        }
        #expect(replay.tracker.counters.evicted > 5_000)
        #expect(Self.survivors(&replay) >= Self.known * 19 / 20)
    }

    @Test func whereOneSideIsCapturedTheFlowsInUseStay() {
        var policy = FlowPolicy()
        policy.memory = 1 << 20
        var replay = Replay(policy)
        let bytes = hello("one-sided.example")
        let record: [UInt8] = [0x17, 3, 3, 0, 2, 1, 2]
        for round in 0..<3_000 as Range<UInt32> {
            replay.now = replay.now.advanced(byNanoseconds: 10_000_000)
            replay.receive(Self.frame(bytes, number: 100 + Int(round), isUp: true, flags: .ack))
            // The flows in use continue: each segment follows the last one, and acknowledges more of what is not captured.
            let sequence = round == 0 ? 1 : 1 + UInt32(bytes.count) + (round - 1) * UInt32(record.count)
            for number in 0..<20 {
                replay.receive(
                    Self.frame(
                        round == 0 ? bytes : record, number: number, isUp: true, flags: .ack, sequence: sequence,
                        acknowledgment: 1 + round * 100))
            }
        }
        #expect(replay.tracker.counters.evictedOneWay > 0)
        replay.observer.seen = []
        let ended = replay.finish().filter { $0.endReason == .endOfCapture && $0.packetsUp > 2_000 }
        #expect(ended.count == 20)
    }
}
