import Bytes
import TestSupport
import Testing
import Wire

private func decode(_ frame: [UInt8], wireLength: Int? = nil) -> Packet? {
    var packet = Packet()
    let result = PacketDecoder.decode(
        frame.rawSpan, link: .ethernet, wireLength: wireLength ?? frame.count, into: &packet)
    return result == .packet ? packet : nil
}

@Test func aLengthBeyondAFrameThatWasCapturedWholeIsTheFrames() throws {
    let frames = [
        PacketBuilder([1]).tcp().ipv4(length: 65_535).ethernet().bytes,
        PacketBuilder([1]).tcp().ipv6(length: 65_535).ethernet().bytes,
        PacketBuilder([1]).udp(length: 65_535).ipv4(length: 65_535).ethernet().bytes,
    ]
    for frame in frames {
        let packet = try #require(decode(frame))
        #expect(packet.notes.contains(.clamped))
        #expect(packet.ipLength == frame.count - 14 && packet.payloadLength == 1 && !packet.isCut)
    }
}

@Test func aLengthBeyondAFrameThatTheCaptureCutIsThePackets() throws {
    let frame = PacketBuilder([UInt8](repeating: 1, count: 1000)).tcp().ipv4().ethernet().bytes
    let packet = try #require(decode(Array(frame[..<60]), wireLength: frame.count))
    #expect(!packet.notes.contains(.clamped))
    #expect(packet.ipLength == 1040 && packet.payloadLength == 1000 && packet.isCut)
}

@Test func aLengthInsideATunnelIsNoLongerThanWhatCarriesIt() throws {
    let inner = PacketBuilder([1]).tcp().ipv4(length: 65_535)
    for frame in [
        inner.ethernet().vxlan(7).udp(to: 4789).ipv4().ethernet().bytes,
        inner.gtpu(7).udp(to: 2152).ipv4().ethernet().bytes,
        inner.ipv4().ethernet().bytes,
    ] {
        let packet = try #require(decode(frame))
        #expect(packet.notes.contains(.clamped) && packet.notes.contains(.carried))
        #expect(packet.ipLength == 41 && packet.payloadLength == 1)
    }
}

@Test func nothingIsNotedOfAnOrdinaryPacketAfterAnOddOne() throws {
    var packet = Packet()
    for (frame, notes) in [
        (PacketBuilder([1]).tcp().ipv4(length: 65_535).ethernet().bytes, Packet.Notes.clamped),
        (PacketBuilder([1]).tcp().ipv4().ethernet().bytes, Packet.Notes()),
    ] {
        _ = PacketDecoder.decode(frame.rawSpan, link: .ethernet, wireLength: frame.count, into: &packet)
        #expect(packet.notes == notes)
    }
}
