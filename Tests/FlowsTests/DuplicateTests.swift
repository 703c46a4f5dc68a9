import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

/// How a packet is captured.
private struct View {
    var hops: UInt8 = 64
    var vlan: Int?
    var identification = 7
    var isIPv6 = false
}

extension Replay {
    /// A packet of one connection, seen at `view`.
    fileprivate mutating func see(
        _ view: View, _ payload: [UInt8] = [], isUp: Bool, sequence: UInt32, acknowledgment: UInt32 = 0,
        flags: TCPFlags = [.ack], interface: UInt16 = 0
    ) {
        let tcp = PacketBuilder(payload).tcp(
            from: isUp ? port : 443, to: isUp ? 443 : port, sequence: sequence, acknowledgment: acknowledgment,
            flags: flags.rawValue)
        var bytes: [UInt8]
        if view.isIPv6 {
            let (client, server) = (PacketBuilder.client6, PacketBuilder.server6)
            bytes = tcp.ipv6(from: isUp ? client : server, to: isUp ? server : client).bytes
            bytes[7] = view.hops
        } else {
            let (client, server) = (PacketBuilder.client, PacketBuilder.server)
            bytes =
                tcp.ipv4(
                    from: isUp ? client : server, to: isUp ? server : client, identification: view.identification
                ).bytes
            bytes[8] = view.hops
        }
        let packet = PacketBuilder([]).behind(bytes, etherType: view.isIPv6 ? 0x86DD : 0x0800)
        receive((view.vlan.map { packet.vlan($0) } ?? packet).ethernet().bytes, interface: interface)
    }

    /// Decodes a frame that came from `interface`.
    fileprivate mutating func receive(_ frame: [UInt8], interface: UInt16) {
        var packet = Packet()
        let decoded = PacketDecoder.decode(frame.rawSpan, link: .ethernet, wireLength: frame.count, into: &packet)
        guard decoded == .packet else { return }
        tracker.receive(packet, frame.rawSpan, time: now, interface: interface, observer: &observer)
    }

    /// A whole connection of which each packet is seen at both places, the second time `delay` seconds later.
    fileprivate mutating func connection(_ first: View, _ second: View?, delay: Double = 0.0005, interface: UInt16 = 0)
        -> FlowSnapshot?
    {
        var number = 100
        func both(
            _ replay: inout Replay, _ payload: [UInt8] = [], _ isUp: Bool, _ sequence: UInt32, _ acknowledgment: UInt32,
            _ flags: TCPFlags
        ) {
            number += 1
            for (index, view) in [first, second].enumerated() {
                guard var view else { continue }
                if view.identification != 0 { view.identification = number }
                replay.see(
                    view, payload, isUp: isUp, sequence: sequence, acknowledgment: acknowledgment, flags: flags,
                    interface: index == 0 ? 0 : interface)
                replay.wait(delay)
            }
            replay.wait(0.02)
        }
        both(&self, [], true, 1000, 0, [.syn])
        both(&self, [], false, 9000, 1001, [.syn, .ack])
        both(&self, [], true, 1001, 9001, [.ack])
        both(&self, hello(), true, 1001, 9001, [.ack, .psh])
        for index in 0..<20 as Range<UInt32> {
            both(
                &self, [UInt8](repeating: 7, count: 1000), false, 9001 + index * 1000, 1001 + UInt32(hello().count),
                [.ack])
            both(&self, [], true, 1001 + UInt32(hello().count), 10_001 + index * 1000, [.ack])
        }
        return finish().first
    }
}

@Test func aPacketSeenAtTwoPlacesIsCountedOnce() throws {
    let plain = View()
    let pairs: [(View, View, UInt16)] = [
        (plain, plain, 1), (plain, View(hops: 63), 0), (plain, View(vlan: 9), 0), (plain, plain, 0),
        (View(identification: 0), View(hops: 63, identification: 0), 0),
        (View(identification: 0), View(identification: 0), 1),
        (View(isIPv6: true), View(hops: 63, isIPv6: true), 0), (View(isIPv6: true), View(isIPv6: true), 1),
    ]
    for (first, second, interface) in pairs {
        var single = Replay()
        let expectedFound = single.connection(first, nil)
        let expected = try #require(expectedFound)
        var replay = Replay()
        let flowFound = replay.connection(first, second, interface: interface)
        let flow = try #require(flowFound)
        #expect(flow.packetsUp == expected.packetsUp && flow.packetsDown == expected.packetsDown)
        #expect(flow.bytesUp == expected.bytesUp && flow.bytesDown == expected.bytesDown)
        #expect(flow.host?.name == "api.example.com" && flow.isComplete)
        #expect(replay.tracker.counters.duplicates == flow.packetsUp + flow.packetsDown)
        #expect(single.tracker.counters.duplicates == 0)
    }
}

@Test func aRetransmissionIsNoDuplicate() {
    // Sent again: another identification; or none, from the same place; or long after the first time.
    let cases: [(View, View, Double)] = [
        (View(identification: 7), View(identification: 8), 0.001),
        (View(identification: 0), View(identification: 0), 0.001),
        (View(isIPv6: true), View(isIPv6: true), 0.001), (View(), View(hops: 63), 0.3),
    ]
    for (first, second, delay) in cases {
        var replay = Replay()
        for (sequence, flags) in [(1000, TCPFlags.syn)] as [(UInt32, TCPFlags)] {
            replay.see(first, isUp: true, sequence: sequence, flags: flags)
            replay.wait(delay)
            replay.see(second, isUp: true, sequence: sequence, flags: flags)
        }
        let rest1 = replay.finish()
        #expect(rest1.first?.packetsUp == 2)
        #expect(replay.tracker.counters.duplicates == 0)
    }
}

@Test func aCopyWithAnotherNameIsReadAllTheSame() throws {
    // The same numbers, identification, length and ends of the payload, but another name in its middle: it may count as a
    // copy, and is never passed over.
    var replay = Replay()
    replay.see(View(), isUp: true, sequence: 1000, flags: [.syn])
    replay.see(View(identification: 9), isUp: false, sequence: 9000, acknowledgment: 1001, flags: [.syn, .ack])
    let forged = hello("www.example.org")
    let whole = hello("api.example.com")
    #expect(forged.count == whole.count)
    replay.see(View(hops: 3, identification: 8), forged, isUp: true, sequence: 1001, acknowledgment: 9001)
    replay.see(View(identification: 8), whole, isUp: true, sequence: 1001, acknowledgment: 9001)
    let flows = replay.finish()
    let flow = try #require(flows.first)
    #expect(flow.conflicts > 0 && !flow.isComplete)
}

@Test func lossIsNotHiddenByDuplicates() throws {
    var replay = Replay()
    replay.handshake()
    replay.see(View(), hello(), isUp: true, sequence: 1001, acknowledgment: 9001)
    replay.see(View(hops: 63), hello(), isUp: true, sequence: 1001, acknowledgment: 9001)
    let next = 1001 + UInt32(hello().count)
    // A hundred bytes are missing, and both copies of what follows come.
    for hops in [64, 63] as [UInt8] {
        replay.see(
            View(hops: hops, identification: 11), [UInt8](repeating: 3, count: 50), isUp: true, sequence: next + 100)
    }
    let flowFound = replay.finish().first
    let flow = try #require(flowFound)
    #expect(flow.missedBytes == 100 && flow.packetsUp == 4)
    #expect(replay.tracker.counters.duplicates == 2)
}
