import Bytes
import TestSupport
import Testing
import Wire

@Test func ethernetCarriesBothVersionsOfIP() {
    #expect(Reading(inner4.ethernet().bytes) == expected4())
    #expect(Reading(inner6.ethernet().bytes) == expected6())
}

@Test func vlanTagsOfEveryKindArePassed() {
    #expect(Reading(inner4.vlan(7).ethernet().bytes) == expected4(vlans: [7]))
    #expect(Reading(inner4.vlan(7).vlan(3000, type: 0x88A8).ethernet().bytes) == expected4(vlans: [3000, 7]))
    #expect(Reading(inner6.vlan(7).vlan(9, type: 0x9100).ethernet().bytes) == expected6(vlans: [9, 7]))
    #expect(Reading(inner4.vlan(3).vlan(2).vlan(1).ethernet().bytes) == expected4(vlans: [1, 2]))
}

@Test func ciscoMetadataIsPassed() {
    #expect(Reading(inner4.ciscoMetadata().ethernet().bytes) == expected4([(.none, nil)]))
}

@Test func logicalLinkWithSNAPIsFollowedAndOthersAreNoIP() {
    #expect(Reading(inner4.snap().ethernetWithLength().bytes) == expected4())
    let spanningTree = PacketBuilder([0x42, 0x42, 3, 0, 0, 0, 0, 0]).ethernetWithLength()
    #expect(decoded(spanningTree) == .ignored(.nonIP))
}

@Test("Every link type that is read gives the same packet")
func everyLinkTypeGivesTheSamePacket() {
    #expect(Reading(inner4.bytes, link: .raw) == expected4())
    #expect(Reading(inner6.bytes, link: .raw) == expected6())
    #expect(Reading(inner4.bytes, link: .ipv4) == expected4())
    #expect(Reading(inner6.bytes, link: .ipv6) == expected6())
    #expect(Reading(inner4.cooked().bytes, link: .linuxCooked) == expected4())
    #expect(Reading(inner6.cooked().bytes, link: .linuxCooked) == expected6())
    #expect(Reading(inner4.vlan(5).cooked().bytes, link: .linuxCooked) == expected4(vlans: [5]))
    #expect(Reading(inner4.cooked2().bytes, link: .linuxCooked2) == expected4())
    #expect(Reading(inner6.vlan(5).cooked2().bytes, link: .linuxCooked2) == expected6(vlans: [5]))
    #expect(Reading(inner4.loopback().bytes, link: .null) == expected4())
    // The family of IPv6 differs from system to system: 10, 24, 28, 30.
    for family in [10, 24, 28, 30] as [UInt8] {
        #expect(Reading(inner6.loopback(family: family).bytes, link: .null) == expected6())
        #expect(Reading(inner6.loopback(family: family, isBigEndian: true).bytes, link: .loop) == expected6())
    }
    #expect(Reading(inner4.ppp().bytes, link: .ppp) == expected4())
    #expect(Reading(inner4.ppp(hasAddress: true).bytes, link: .ppp) == expected4())
    #expect(Reading(inner6.ppp(hasAddress: true, isCompressed: true).bytes, link: .ppp) == expected6())
    #expect(Reading(inner4.ciscoHDLC().bytes, link: .ciscoHDLC) == expected4())
    #expect(Reading(inner4.snap().wifi().bytes, link: .wifi) == expected4())
    #expect(Reading(inner6.snap().wifi().radiotap().bytes, link: .radiotap) == expected6())
}

@Test("A link type that is not read is told apart from damage")
func otherLinkTypesAreUnsupported() {
    // LINKTYPE_USB_LINUX, LINKTYPE_DOCSIS, LINKTYPE_BLUETOOTH_HCI_H4 and a number that no one has.
    for number in [189, 143, 187, 65_535] as [UInt16] {
        #expect(decoded(inner4.ethernet(), link: LinkType(rawValue: number)) == .ignored(.unsupportedLink))
    }
}

@Test func framesThatCarryNoIPAreNoFault() {
    let arp = PacketBuilder([UInt8](repeating: 0, count: 28)).behind([], etherType: 0x0806)
    #expect(decoded(arp.ethernet()) == .ignored(.nonIP))
    #expect(decoded(arp.vlan(4).ethernet()) == .ignored(.nonIP))
    #expect(decoded(inner4.cooked(hardware: 824), link: .linuxCooked) == .ignored(.nonIP))
    #expect(decoded(inner4.cooked2(hardware: 824), link: .linuxCooked2) == .ignored(.nonIP))
    // PPP's own link control.
    #expect(decoded(PacketBuilder([1, 2, 3, 4]).ppp(), link: .ppp) == .ignored(.nonIP))
    #expect(decoded(PacketBuilder([0x10, 0, 0, 0]), link: .raw) == .ignored(.nonIP))
}

@Test func wifiFramesOfEveryHeaderLengthAreRead() {
    // To the access point, from it, between bridges, with quality of service, and with that and HT control.
    for control in [(0x08, 0x01), (0x08, 0x02), (0x08, 0x03), (0x88, 0x01), (0x88, 0x81)] as [(UInt8, UInt8)] {
        #expect(Reading(inner4.snap().wifi(control: control).bytes, link: .wifi) == expected4())
    }
}

@Test func wifiFramesWithoutReadablePayloadAreTold() {
    #expect(decoded(inner4.snap().wifi(control: (0x80, 0)), link: .wifi) == .ignored(.noPayload))
    #expect(decoded(inner4.snap().wifi(control: (0xC8, 0x01)), link: .wifi) == .ignored(.noPayload))
    #expect(decoded(inner4.snap().wifi(control: (0x08, 0x41)), link: .wifi) == .ignored(.unsupportedEncapsulation))
    #expect(decoded(inner4.snap().wifi().radiotap(length: 3), link: .radiotap) == .malformed(.link))
}

@Test func everyLinkHeaderThatEndsTooEarlyIsMalformed() {
    let frames: [(PacketBuilder, LinkType)] = [
        (inner4.ethernet(), .ethernet), (inner4.cooked(), .linuxCooked), (inner4.cooked2(), .linuxCooked2),
        (inner4.loopback(), .null), (inner4.ciscoHDLC(), .ciscoHDLC), (inner4.snap().wifi(), .wifi),
    ]
    for (frame, link) in frames {
        #expect(Reading([], link: link).decoded == .malformed(.link))
        #expect(Reading(Array(frame.bytes[..<3]), link: link).decoded == .malformed(.link))
    }
}
