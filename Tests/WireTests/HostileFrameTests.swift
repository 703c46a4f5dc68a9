import Bytes
import TestSupport
import Testing
import Wire

/// One frame of every kind that is built in these tests.
private let frames: [(PacketBuilder, LinkType)] = [
    (inner4.ethernet(padded: true), .ethernet), (inner6.vlan(7).vlan(9).ethernet(), .ethernet),
    (
        PacketBuilder("hello").tcp(options: [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0]).ipv4(options: [1, 1, 1]).ethernet(),
        .ethernet
    ),
    (PacketBuilder("hello").udp().ipv6().ethernet(), .ethernet),
    (PacketBuilder("hello").tcp().extensionHeader(43, units: 1).extensionHeader(0).ipv6().ethernet(), .ethernet),
    (
        PacketBuilder("hello").tcp().fragmentHeader(identification: 3, offset: 8, hasMore: true).ipv6().ethernet(),
        .ethernet
    ),
    (PacketBuilder("hello").udp().ipv4(fragment: 0x2001).ethernet(), .ethernet),
    (inner4.mpls(1, 2).ethernet(), .ethernet), (inner4.ethernet().behind([0, 0, 0, 0]).mpls(3).ethernet(), .ethernet),
    (inner4.ppp().pppoe(session: 2).ethernet(), .ethernet),
    (inner4.ethernet().providerBackbone(service: 9).ethernet(), .ethernet),
    (inner4.macsec(channel: [1, 2, 3, 4, 5, 6, 7, 8]).ethernet(), .ethernet),
    (inner4.ciscoMetadata().ethernet(), .ethernet), (inner4.snap().ethernetWithLength(), .ethernet),
    (inner6.ipv4().ethernet(), .ethernet), (inner4.ipv6().ethernet(), .ethernet),
    (inner4.gre(key: 1, sequence: 2, hasChecksum: true).ipv4().ethernet(), .ethernet),
    (inner4.gre(routes: [[1, 2, 3]]).ipv4().ethernet(), .ethernet),
    (inner4.ppp().pptp(call: 5, acknowledgment: 6).ipv4().ethernet(), .ethernet),
    (inner4.ethernet().erspan1().ipv4().ethernet(), .ethernet),
    (inner4.ethernet().erspan2(session: 5).ipv4().ethernet(), .ethernet),
    (inner4.ethernet().erspan3(session: 5, hasSubheader: true).ipv4().ethernet(), .ethernet),
    (inner4.ethernet().vxlan(5).udp(to: 4789).ipv4().ethernet(), .ethernet),
    (inner4.ethernet().geneve(5, options: [0, 0, 0, 0]).udp(to: 6081).ipv4().ethernet(), .ethernet),
    (inner4.gtpu(5, extensions: [1, 2]).udp(to: 2152).ipv4().ethernet(), .ethernet),
    (inner6.teredo(hasAuthentication: true, hasOrigin: true).udp(to: 3544).ipv4().ethernet(), .ethernet),
    (
        inner4.ppp().l2tp(tunnel: 1, session: 2, hasLength: true, hasSequence: true, padding: 3).udp(to: 1701).ipv4()
            .ethernet(), .ethernet
    ),
    (PacketBuilder("hello").tcp().authentication().ipv4().ethernet(), .ethernet),
    (inner4.cooked(), .linuxCooked), (inner6.cooked2(), .linuxCooked2), (inner4, .raw),
    (inner4.loopback(), .null), (inner6.loopback(isBigEndian: true), .loop), (inner4.ppp(hasAddress: true), .ppp),
    (inner4.ciscoHDLC(), .ciscoHDLC), (inner4.snap().wifi(control: (0x88, 0x81)), .wifi),
    (inner4.snap().wifi().radiotap(), .radiotap),
]

/// Whether all that was decoded from `frame` is inside it.
private func holds(_ frame: RawSpan, link: LinkType, wireLength: Int) -> Bool {
    var packet = Packet()
    switch PacketDecoder.decode(frame, link: link, wireLength: wireLength, into: &packet) {
    case .packet:
        return packet.payload.indices.upperBound <= frame.byteCount && packet.payloadLength >= Int(packet.payload.count)
            && packet.ipLength >= packet.payloadLength && packet.envelope.depth <= PacketDecoder.depthLimit
    case .fragment(let fragment):
        return fragment.payload.indices.upperBound <= frame.byteCount
            && fragment.payloadLength >= Int(fragment.payload.count)
    case .ignored, .malformed:
        return true
    }
}

@Test(arguments: frames.indices)
func noTruncationAndNoFlippedByteReachesOutsideTheFrame(_ index: Int) {
    let (frame, link) = frames[index]
    let whole = frame.bytes.count
    var failures = 0
    let runs = runHostileBytes(frame.bytes) { bytes in
        // As if the capture had cut the frame, and as if the sender had.
        if !holds(bytes, link: link, wireLength: whole) { failures += 1 }
        if !holds(bytes, link: link, wireLength: bytes.byteCount) { failures += 1 }
    }
    #expect(failures == 0)
    #expect(runs > whole * 4)
}

@Test func framesOfNoiseNeverReachOutsideThemselves() {
    var random = Xorshift(seed: 1)
    var failures = 0
    for _ in 0..<20_000 {
        let (frame, link) = frames[random.below(frames.count)]
        var bytes = frame.bytes
        for _ in 0...random.below(6) { bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next()) }
        bytes.removeLast(random.below(bytes.count))
        if !holds(bytes.rawSpan, link: link, wireLength: bytes.count + random.below(3000)) { failures += 1 }
    }
    #expect(failures == 0)
}
