import Bytes
import TestSupport
import Testing
import Wire

/// `value` as four bytes, the lowest first.
private func little(_ value: Int) -> [UInt8] { [0, 8, 16, 24].map { UInt8(value >> $0 & 0xFF) } }

/// One attribute of netlink, padded to four bytes.
private func attribute(_ type: Int, _ value: [UInt8], isLittle: Bool) -> [UInt8] {
    let header = PacketBuilder.word(value.count + 4) + PacketBuilder.word(type)
    let ordered = isLittle ? [header[1], header[0], header[3], header[2]] : header
    return ordered + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
}

/// An NFLOG frame around `packet`.
private func nflog(_ packet: PacketBuilder, isLittle: Bool = true) -> [UInt8] {
    let attributes: [(Int, [UInt8])] = [(1, [8, 0, 1, 0]), (10, Array("out\0".utf8)), (4, [0, 0, 0, 3]), (11, [7])]
    let before = attributes.flatMap { attribute($0.0, $0.1, isLittle: isLittle) }
    return [2, 0, 0, 30] + before + attribute(9, packet.bytes, isLittle: isLittle)
}

/// A PKTAP frame of `length` bytes of header around `packet`, whose link type has the number `dlt`.
private func pktap(_ packet: PacketBuilder, dlt: Int, next: Int = 1, length: Int = 108) -> [UInt8] {
    let start = little(length) + little(next) + little(dlt)
    return start + [UInt8](repeating: 0x55, count: max(0, length - 12)) + packet.bytes
}

@Test func nflogIsReadInEitherByteOrder() {
    for isLittle in [true, false] {
        var expected = expected4()
        #expect(Reading(nflog(inner4, isLittle: isLittle), link: .nflog) == expected)
        expected = expected6()
        #expect(Reading(nflog(inner6, isLittle: isLittle), link: .nflog) == expected)
    }
}

@Test func nflogWithoutAPacketIsMalformedAndEnds() {
    let short: [UInt8] = [2, 0, 0, 30, 3, 0, 1, 0, 1]
    #expect(decoded(PacketBuilder(short), link: .nflog) == .malformed(.link))
    #expect(decoded(PacketBuilder([2, 0, 0, 30]), link: .nflog) == .malformed(.link))
}

@Test func pktapNamesTheLinkTypeOfItsFrame() {
    #expect(Reading(pktap(inner4.ethernet(), dlt: 1), link: .pktap) == expected4())
    #expect(Reading(pktap(inner6, dlt: 12, length: 156), link: .pktap) == expected6())
    #expect(Reading(pktap(inner4.loopback(), dlt: 0), link: .pktap) == expected4())
    #expect(decoded(PacketBuilder(pktap(inner4, dlt: 12, next: 0)), link: .pktap) == .ignored(.noPayload))
    // A header inside a header is not followed, however long the chain.
    let nested = (0..<1_000).reduce(inner4) { packet, _ in PacketBuilder(pktap(packet, dlt: 258, length: 12)) }
    #expect(decoded(nested, link: .pktap) == .ignored(.unsupportedLink))
    #expect(decoded(PacketBuilder(pktap(inner4, dlt: 12, length: 4)), link: .pktap) == .malformed(.link))
}

@Test func perPacketInformationNamesTheLinkTypeOfItsFrame() {
    let header: [UInt8] = [0, 0, 12, 0] + little(105) + [1, 2, 3, 4]
    #expect(Reading(header + inner4.snap().wifi().bytes, link: .ppi) == expected4())
    #expect(Reading([0, 0, 8, 0] + little(1) + inner4.ethernet().bytes, link: .ppi) == expected4())
}

@Test func variantsOfPPPAreRead() {
    #expect(Reading(inner4.ppp(hasAddress: true).bytes, link: .pppOverHDLC) == expected4())
    #expect(Reading(inner4.ciscoHDLC().bytes, link: .pppOverHDLC) == expected4())
    #expect(
        Reading(inner4.ppp().pppoe(session: 7).bytes, link: .pppOverEthernet) == expected4([(.pppoe, 7)]))
    #expect(Reading([0] + inner4.ppp(hasAddress: true).bytes, link: .pppWithDirection) == expected4())
    #expect(Reading([1] + inner4.ciscoHDLC().bytes, link: .ciscoHDLCWithDirection) == expected4())
    // LINKTYPE_PPP_PPPD has the direction in place of the address byte.
    #expect(Reading([1, 3] + inner4.ppp().bytes, link: .pppd) == expected4())
}

@Test func headersOfCapturingSystemsArePassed() {
    #expect(Reading([UInt8](repeating: 9, count: 12) + inner4.bytes, link: .enc) == expected4())
    #expect(Reading([UInt8](repeating: 9, count: 4) + inner4.ethernet().bytes, link: .netAnalyzer) == expected4())
    let preamble = [UInt8](repeating: 0x55, count: 8)
    #expect(
        Reading([1, 2, 3, 4] + preamble + inner4.ethernet().bytes, link: .netAnalyzerTransparent) == expected4())
    #expect(Reading(preamble + inner4.ethernet().bytes, link: .mpacket) == expected4())
    #expect(Reading(inner4.snap().bytes, link: .atm) == expected4())
    #expect(Reading(inner4.mpls(16, 17).bytes, link: .mpls) == expected4([(.mpls, 17)]))
    #expect(Reading([UInt8](repeating: 0, count: 144) + inner4.snap().wifi().bytes, link: .prism) == expected4())
    let avs: [UInt8] = [0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64] + [UInt8](repeating: 0, count: 56)
    for link in [LinkType.prism, .avs] {
        #expect(Reading(avs + inner4.snap().wifi().bytes, link: link) == expected4())
    }
}
