import Bytes
import TestSupport
import Testing
import Wire

/// A UDP packet to `port` over IPv4 and Ethernet around what was built.
private func datagram(_ inside: PacketBuilder, to port: Int) -> [UInt8] {
    inside.udp(to: port).ipv4().ethernet().bytes
}

/// A network service header with the next protocol `next` (RFC 8300).
private func serviceHeader(_ inside: PacketBuilder, next: UInt8, path: Int = 42, words: Int = 6) -> PacketBuilder {
    let context = [UInt8](repeating: 0, count: max(0, words * 4 - 8))
    return inside.behind(
        [0x0F, UInt8(0xC0 | words), 1, next] + PacketBuilder.long(path << 8 | 255) + context, etherType: 0x894F)
}

@Test func tagsOfSwitchesAndRingsArePassed() {
    let ipv4: [UInt8] = [0x08, 0x00]
    let tags: [(type: Int, tag: [UInt8])] = [
        (0x8926, [0x00, 0x01, 0x00, 0x02]), (0x892F, [0x10, 0x2D, 0x00, 0x05]), (0xF1C1, [0, 0, 0, 9]),
        (0x893F, [0, 1, 0, 2, 0, 3]),
    ]
    for (type, tag) in tags {
        let frame = inner4.behind(tag + ipv4, etherType: type).ethernet()
        #expect(Reading(frame.bytes) == expected4([(.none, nil)]), "\(String(type, radix: 16))")
    }
    for type in [0x9200, 0x9300] {
        let frame = inner4.vlan(9, type: type).ethernet()
        var expected = expected4(vlans: [9])
        expected.envelope.add(.none)
        #expect(Reading(frame.bytes) == expected)
    }
}

@Test func aChainOfTagsIsBound() {
    let levels = 20_000
    let tags = Array(repeating: [0, 0, 0, 0, 0x89, 0x26] as [UInt8], count: levels).flatMap { $0 }
    #expect(decoded(inner4.behind(tags, etherType: 0x8926).ethernet()) == .ignored(.tooDeep))
    let headers = (0..<20).reduce(inner4) { packet, _ in serviceHeader(packet, next: 4, words: 2) }
    #expect(decoded(headers.ethernet()) == .ignored(.tooDeep))
}

@Test func serviceHeadersArePassedOverEthernetAndGRE() {
    let wrapped = serviceHeader(inner4, next: 1)
    #expect(Reading(wrapped.ethernet().bytes) == expected4([(.nsh, 42)]))
    #expect(Reading(wrapped.gre().ipv4().ethernet().bytes) == expected4([(.gre, nil), (.nsh, 42)]))
    #expect(Reading(serviceHeader(inner4.ethernet(), next: 3).ethernet().bytes) == expected4([(.nsh, 42)]))
    #expect(Reading(serviceHeader(inner6, next: 2, words: 2).ethernet().bytes) == expected6([(.nsh, 42)]))
    #expect(decoded(serviceHeader(inner4, next: 9).ethernet()) == .ignored(.unsupportedEncapsulation))
}

@Test func trillAndEthernetInIPArePassed() {
    let frame = inner4.ethernet()
    #expect(
        Reading(frame.behind([0x00, 0x3F, 0, 1, 0, 2], etherType: 0x22F3).ethernet().bytes)
            == expected4([(.trill, nil)]))
    let options: [UInt8] = [0x00, 0x7F, 0, 1, 0, 2, 9, 9, 9, 9]
    #expect(Reading(frame.behind(options, etherType: 0x22F3).ethernet().bytes) == expected4([(.trill, nil)]))
    let tunnelled = frame.behind([0x30, 0x00], ipProtocol: 97).ipv4().ethernet()
    #expect(Reading(tunnelled.bytes) == expected4([(.etherip, nil)]))
}

@Test func encapsulationsThatAreNotReadAreTold() {
    #expect(
        decoded(inner4.behind([0, 0, 0, 0], ipProtocol: 108).ipv4().ethernet()) == .ignored(.unsupportedEncapsulation))
    #expect(
        decoded(inner4.behind([0, 0, 0, 9], ipProtocol: 115).ipv4().ethernet()) == .ignored(.unsupportedEncapsulation))
    #expect(decoded(inner4.behind([0, 0], etherType: 0x8903).ethernet()) == .ignored(.unsupportedEncapsulation))
}

@Test func vxlanWithANextProtocolIsPassed() {
    let network = PacketBuilder.long(100 << 8)
    #expect(Reading(datagram(inner4.behind([0x0C, 0, 0, 1] + network), to: 4790)) == expected4([(.vxlanGPE, 100)]))
    #expect(Reading(datagram(inner6.behind([0x0C, 0, 0, 2] + network), to: 4790)) == expected6([(.vxlanGPE, 100)]))
    #expect(
        Reading(datagram(inner4.ethernet().behind([0x0C, 0, 0, 3] + network), to: 4790))
            == expected4([(.vxlanGPE, 100)]))
    #expect(
        Reading(datagram(inner4.ethernet().behind([0x08, 0, 0, 0] + network), to: 4790))
            == expected4([(.vxlanGPE, 100)]))
    #expect(
        Reading(datagram(serviceHeader(inner4, next: 1).behind([0x0C, 0, 0, 4] + network), to: 4790))
            == expected4([(.vxlanGPE, 100), (.nsh, 42)]))
}

@Test func labelsInUDPArePassed() {
    #expect(Reading(datagram(inner4.mpls(77), to: 6635)) == expected4([(.mpls, 77)]))
    #expect(Reading(datagram(inner6.mpls(1, 78), to: 6635)) == expected6([(.mpls, 78)]))
}

@Test func genericUDPEncapsulationIsPassedInBothVersions() {
    #expect(Reading(datagram(inner4, to: 6080)) == expected4([(.gue, nil)]))
    #expect(Reading(datagram(inner6, to: 6080)) == expected6([(.gue, nil)]))
    #expect(Reading(datagram(inner4.behind([0, 4, 0, 0]), to: 6080)) == expected4([(.gue, nil), (.ipip, nil)]))
    #expect(
        Reading(datagram(inner6.behind([0x01, 41, 0, 0, 1, 2, 3, 4]), to: 6080))
            == expected6([(.gue, nil), (.ip6, nil)]))
    let control = Reading(datagram(inner4.behind([0x20, 1, 0, 0]), to: 6080))
    #expect(control.ports == [50_000, 6080])
}

@Test func sniffedFramesArePassedWithTheirTags() {
    let plain: [UInt8] = [1, 0, 0, 1, 1]
    let tagged: [UInt8] = [1, 1, 0, 1, 0, 10, 2, 9, 9, 41, 1, 0, 1]
    #expect(Reading(datagram(inner4.ethernet().behind(plain), to: 37008)) == expected4([(.tzsp, nil)]))
    #expect(Reading(datagram(inner4.ethernet().behind(tagged), to: 37008)) == expected4([(.tzsp, nil)]))
    #expect(Reading(datagram(inner4.snap().wifi().behind([1, 0, 0, 18, 1]), to: 37008)) == expected4([(.tzsp, nil)]))
    let keepAlive = Reading(datagram(PacketBuilder([1, 4, 0, 0]), to: 37008))
    #expect(keepAlive.ports == [50_000, 37_008] && keepAlive.envelope == Envelope())
}

@Test func lispDataIsPassed() {
    let plain: [UInt8] = [0x80, 1, 2, 3, 0, 0, 0, 1]
    let instance: [UInt8] = [0x88, 1, 2, 3, 0, 0, 9, 1]
    #expect(Reading(datagram(inner4.behind(plain), to: 4341)) == expected4([(.lisp, nil)]))
    #expect(Reading(datagram(inner6.behind(instance), to: 4341)) == expected6([(.lisp, 9)]))
}

@Test func theNewPortsAloneProveNothing() {
    for port in [4790, 6635, 6080, 37_008, 4341] {
        let reading = Reading(datagram(PacketBuilder([UInt8](repeating: 0x9A, count: 40)), to: port))
        #expect(reading.decoded == .packet && reading.ports == [50_000, UInt16(port)])
        #expect(reading.envelope == Envelope() && reading.payloadLength == 40)
    }
}

@Test func manyIPv6ExtensionHeadersAreNoFault() {
    func packet(_ count: Int) -> PacketBuilder {
        let headers = (0..<count).reduce(PacketBuilder("hello").tcp()) { packet, _ in packet.extensionHeader(60) }
        return headers.ipv6().ethernet()
    }
    for count in [7, 8, 9, 63] {
        var expected = expected6()
        expected.ipLength += count * 8
        #expect(Reading(packet(count).bytes) == expected)
    }
    // Past the limit the packet is well-formed all the same: it is told as one that is not followed.
    #expect(decoded(packet(65)) == .ignored(.tooDeep))
    #expect(decoded(packet(150)) == .ignored(.tooDeep))
}
