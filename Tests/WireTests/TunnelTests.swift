import Bytes
import TestSupport
import Testing
import Wire

@Test func mplsIsPassedWhateverStandsBehindTheStack() {
    #expect(Reading(inner4.mpls(16, 99).ethernet().bytes) == expected4([(.mpls, 99)]))
    #expect(Reading(inner6.mpls(17).ethernet().bytes) == expected6([(.mpls, 17)]))
    #expect(Reading(inner4.ethernet().mpls(30).ethernet().bytes) == expected4([(.mpls, 30)]))
    // A pseudowire's control word: four zero bytes between the stack and the Ethernet frame (RFC 4448).
    #expect(Reading(inner4.ethernet().behind([0, 0, 0, 0]).mpls(30).ethernet().bytes) == expected4([(.mpls, 30)]))
    #expect(Reading(inner4.mpls(31).ipv4().ethernet().bytes) == expected4([(.mpls, 31)]))
    #expect(Reading(inner4.mpls(32).ppp().bytes, link: .ppp) == expected4([(.mpls, 32)]))
}

@Test func mplsStackWithoutABottomIsMalformed() {
    let endless = PacketBuilder([UInt8](repeating: 0, count: 80)).behind([], etherType: 0x8847)
    #expect(decoded(endless.ethernet()) == .malformed(.link))
}

@Test func pppoeSessionIsPassedAndItsDiscoveryIsNoPayload() {
    #expect(Reading(inner4.ppp().pppoe(session: 513).ethernet().bytes) == expected4([(.pppoe, 513)]))
    #expect(Reading(inner6.ppp().pppoe(session: 1).vlan(6).ethernet().bytes) == expected6([(.pppoe, 1)], vlans: [6]))
    #expect(decoded(inner4.ppp().pppoe(session: 1, code: 9).ethernet()) == .ignored(.noPayload))
}

@Test func providerBackboneIsPassed() {
    let frame = inner4.vlan(12).ethernet().providerBackbone(service: 0x00AB_CDEF).vlan(100, type: 0x88A8).ethernet()
    #expect(Reading(frame.bytes) == expected4([(.pbb, 0x00AB_CDEF)], vlans: [100, 12]))
}

@Test func macsecIsFollowedOnlyInClear() {
    #expect(Reading(inner4.macsec().ethernet().bytes) == expected4([(.macsec, nil), (.none, nil)]))
    let channel = [UInt8](repeating: 8, count: 8)
    #expect(Reading(inner4.macsec(channel: channel).ethernet().bytes) == expected4([(.macsec, nil), (.none, nil)]))
    #expect(decoded(inner4.macsec(control: 0x0C).ethernet()) == .ignored(.unsupportedEncapsulation))
    #expect(decoded(inner4.macsec(control: 0x04).ethernet()) == .ignored(.unsupportedEncapsulation))
}

@Test func ipInIPOfEveryPairIsPassed() {
    #expect(Reading(inner4.ipv4().ethernet().bytes) == expected4([(.ipip, nil)]))
    #expect(Reading(inner6.ipv4().ethernet().bytes) == expected6([(.ip6, nil)]))
    #expect(Reading(inner4.ipv6().ethernet().bytes) == expected4([(.ipip, nil)]))
    #expect(Reading(inner6.ipv6().ethernet().bytes) == expected6([(.ip6, nil)]))
}

@Test func greIsReadWithEveryOptionalField() {
    #expect(Reading(inner4.gre().ipv4().ethernet().bytes) == expected4([(.gre, nil)]))
    #expect(Reading(inner6.gre(key: 77).ipv4().ethernet().bytes) == expected6([(.gre, 77)]))
    let full = inner4.gre(key: 0xDEAD_BEEF, sequence: 5, hasChecksum: true)
    #expect(Reading(full.ipv6().ethernet().bytes) == expected4([(.gre, 0xDEAD_BEEF)]))
    #expect(Reading(inner4.ethernet().gre(key: 3).ipv4().ethernet().bytes) == expected4([(.gre, 3), (.none, nil)]))
    #expect(Reading(inner4.gre(routes: [[1, 2, 3, 4], [9]]).ipv4().ethernet().bytes) == expected4([(.gre, nil)]))
    #expect(Reading(inner4.gre(key: 4).udp(to: 4754).ipv4().ethernet().bytes) == expected4([(.gre, 4)]))
}

@Test func greOfAnUnknownVersionIsNotFollowed() {
    let odd = inner4.behind([0, 3, 8, 0], ipProtocol: 47).ipv4().ethernet()
    #expect(decoded(odd) == .ignored(.unsupportedEncapsulation))
}

@Test func pptpIsPassed() {
    #expect(Reading(inner4.ppp().pptp(call: 4097).ipv4().ethernet().bytes) == expected4([(.gre, 4097)]))
    let both = inner4.ppp(hasAddress: true).pptp(call: 1, sequence: 2, acknowledgment: 3)
    #expect(Reading(both.ipv4().ethernet().bytes) == expected4([(.gre, 1)]))
    #expect(
        decoded(PacketBuilder([]).pptp(call: 1, sequence: nil, acknowledgment: 3).ipv4().ethernet())
            == .ignored(.noPayload))
}

@Test func erspanOfEveryTypeIsPassed() {
    let mirrored = inner4.vlan(8).ethernet()
    #expect(
        Reading(mirrored.erspan1().ipv4().ethernet().bytes) == expected4([(.gre, nil), (.erspan, nil)], vlans: [8]))
    #expect(
        Reading(mirrored.erspan2(session: 700).ipv4().ethernet().bytes)
            == expected4([(.gre, nil), (.erspan, 700)], vlans: [8]))
    for hasSubheader in [false, true] {
        let frame = mirrored.erspan3(session: 701, hasSubheader: hasSubheader).ipv4().ethernet()
        #expect(Reading(frame.bytes) == expected4([(.gre, nil), (.erspan, 701)], vlans: [8]))
    }
}

@Test func vxlanIsPassedOnBothPorts() {
    for port in [4789, 8472] {
        let frame = inner4.vlan(21).ethernet().vxlan(0x00AB_CDEF).udp(to: port).ipv4().ethernet()
        #expect(Reading(frame.bytes) == expected4([(.vxlan, 0x00AB_CDEF)], vlans: [21]))
    }
}

@Test func geneveIsPassedWithOptions() {
    let frame = inner4.ethernet().geneve(4242, options: [0, 0, 0, 1, 9, 9, 9, 9]).udp(to: 6081).ipv4().ethernet()
    #expect(Reading(frame.bytes) == expected4([(.geneve, 4242), (.none, nil)]))
    #expect(Reading(inner6.geneve(1).udp(to: 6081).ipv6().ethernet().bytes) == expected6([(.geneve, 1)]))
}

@Test func gtpIsPassedWithExtensionHeaders() {
    for extensions in [[], [1], [2, 1, 3]] {
        let frame = inner4.gtpu(0x1234_5678, extensions: extensions).udp(to: 2152).ipv4().ethernet()
        #expect(Reading(frame.bytes) == expected4([(.gtpu, 0x1234_5678)]))
    }
    #expect(Reading(inner6.gtpu(1).udp(to: 2152).ipv4().ethernet().bytes) == expected6([(.gtpu, 1)]))
}

@Test func teredoIsPassedWithItsHeaders() {
    for hasAuthentication in [false, true] {
        for hasOrigin in [false, true] {
            let tunnelled = inner6.teredo(hasAuthentication: hasAuthentication, hasOrigin: hasOrigin)
            #expect(Reading(tunnelled.udp(to: 3544).ipv4().ethernet().bytes) == expected6([(.teredo, nil)]))
            let answer = tunnelled.udp(from: 3544, to: 40_000).ipv4().ethernet()
            #expect(Reading(answer.bytes) == expected6([(.teredo, nil)]))
        }
    }
}

@Test func layer2TunnellingIsPassedWithEveryOptionalField() {
    let session: UInt32 = 0x0007_0009
    for (hasLength, hasSequence, padding) in [
        (false, false, nil), (true, true, nil), (true, true, 4), (false, true, 0),
    ]
        as [(Bool, Bool, Int?)]
    {
        let frame = inner4.ppp(hasAddress: true).l2tp(
            tunnel: 7, session: 9, hasLength: hasLength, hasSequence: hasSequence, padding: padding)
        #expect(Reading(frame.udp(from: 1701, to: 1701).ipv4().ethernet().bytes) == expected4([(.l2tp, session)]))
    }
}

@Test func authenticationHeadersArePassed() {
    let segment = PacketBuilder("hello").tcp().authentication()
    var expected = expected4([(.none, nil)])
    expected.ipLength = 69
    #expect(Reading(segment.ipv4().ethernet().bytes) == expected)
    var expected6 = expected6()
    expected6.ipLength = 89
    #expect(Reading(segment.ipv6().ethernet().bytes) == expected6)
}

@Test func aTunnelsPortAloneProvesNothing() {
    // Not VXLAN, not Geneve, not GTP, not Teredo, not L2TP: ordinary datagrams that keep their own ports.
    for port in [4789, 8472, 6081, 2152, 3544, 1701, 4754] {
        let frame = PacketBuilder([UInt8](repeating: 0x5A, count: 40)).udp(to: port).ipv4().ethernet()
        let reading = Reading(frame.bytes)
        #expect(reading.decoded == .packet)
        #expect(reading.ports == [50_000, UInt16(port)])
        #expect(reading.envelope == Envelope())
        #expect(reading.payloadLength == 40)
    }
}

@Test func tunnelsAreFollowedToTheBoundAndToldPastIt() {
    func nested(_ depth: Int) -> PacketBuilder { (0..<depth).reduce(inner4) { packet, _ in packet.ipv4() }.ethernet() }
    let limit = Int(PacketDecoder.depthLimit)
    #expect(Reading(nested(limit).bytes) == expected4(Array(repeating: (.ipip, nil), count: limit)))
    for depth in [limit + 1, limit + 2, 200] {
        #expect(decoded(nested(depth)) == .ignored(.tooDeep))
    }
}

@Test func everyTunnelIsBound() {
    let wraps: [(String, (PacketBuilder) -> PacketBuilder)] = [
        ("gre", { $0.gre().ipv4() }), ("6in4", { $0.ipv6() }), ("mpls", { $0.mpls(5).ipv4() }),
        ("erspan", { $0.ethernet().erspan1().ipv4() }), ("pppoe", { $0.ppp().pppoe(session: 1).gre().ipv4() }),
        ("ah", { $0.authentication().ipv4() }), ("macsec", { $0.macsec().gre().ipv4() }),
        ("pbb", { $0.ethernet().providerBackbone(service: 1).gre().ipv4() }),
    ]
    for (name, wrap) in wraps {
        #expect(Reading(wrap(inner4).ethernet().bytes).payload == "hello", "\(name)")
        let deep = (0..<20).reduce(inner4) { packet, _ in wrap(packet) }
        #expect(decoded(deep.ethernet()) == .ignored(.tooDeep), "\(name)")
    }
}

@Test func tunnelsOverUDPStopAtTheBoundAsTheDatagramThatStandsThere() {
    let wraps: [(UInt16, (PacketBuilder) -> PacketBuilder)] = [
        (4789, { $0.ethernet().vxlan(1) }), (6081, { $0.geneve(1) }), (2152, { $0.gtpu(1) }),
        (3544, { $0.ipv6().teredo() }), (1701, { $0.ppp().l2tp(tunnel: 1, session: 1) }), (4754, { $0.gre() }),
    ]
    for (port, wrap) in wraps {
        let deep = (0..<20).reduce(inner4) { packet, _ in wrap(packet).udp(to: Int(port)).ipv4() }
        let reading = Reading(deep.ethernet().bytes)
        // A port proves nothing, so past the bound it is a datagram like any other.
        #expect(reading.decoded == .packet || reading.decoded == .ignored(.tooDeep))
        #expect(reading.envelope.depth <= PacketDecoder.depthLimit + 1)
        if reading.decoded == .packet { #expect(reading.ports == [50_000, port]) }
    }
}

@Test func headersThatNestWithoutATunnelAreBoundToo() {
    // Eight or fourteen bytes a level: as deep as the largest frame can be, they must not fill the stack.
    var snap = inner4.snap()
    var bridged = inner4.ethernet()
    var tagged = inner4
    var metadata = inner4
    let levels = 20_000
    let header: [UInt8] = [0xAA, 0xAA, 3, 0, 0, 0, 0, 8]
    snap = snap.behind(Array(repeating: header, count: levels).flatMap { $0 })
    let outer = [UInt8](repeating: 2, count: 12) + [0x65, 0x58]
    bridged = bridged.behind(Array(repeating: outer, count: levels).flatMap { $0 })
    tagged = tagged.behind([0x08, 0x00])
    tagged = tagged.behind(Array(repeating: [0, 5, 0x81, 0], count: levels).flatMap { $0 }.dropLast(2) + [])
    metadata = metadata.behind(
        Array(repeating: [1, 1, 0, 1, 0, 9, 0x89, 9], count: levels).flatMap { $0 }, etherType: 0x8909)
    #expect(decoded(snap.ethernetWithLength()) == .ignored(.nonIP))
    #expect(decoded(bridged) == .ignored(.tooDeep))
    #expect(decoded(metadata.ethernet()) == .ignored(.tooDeep))
    #expect(decoded(tagged.behind([], etherType: 0x8100).ethernet()) == .packet)
}
