import Bytes
import TestSupport
import Testing
import Wire

@Test func ipv4OptionsArePassed() {
    for length in [1, 4, 9, 40] {
        let options = [UInt8](repeating: 1, count: length)
        var expected = expected4()
        expected.ipLength = 45 + (length + 3) / 4 * 4
        #expect(Reading(PacketBuilder("hello").tcp().ipv4(options: options).ethernet().bytes) == expected)
    }
}

@Test func tcpOptionsArePassed() {
    for length in [1, 12, 40] {
        let options = [UInt8](repeating: 1, count: length)
        var expected = expected4()
        expected.ipLength = 45 + (length + 3) / 4 * 4
        #expect(Reading(PacketBuilder("hello").tcp(options: options).ipv4().ethernet().bytes) == expected)
    }
}

@Test func ipv6ExtensionHeadersOfEveryKindArePassed() {
    // Hop-by-hop, routing, destination options, mobility, host identity, shim6.
    for number in [0, 43, 60, 135, 139, 140] {
        for units in [0, 1, 5] {
            var expected = expected6()
            expected.ipLength = 65 + 8 + units * 8
            let frame = PacketBuilder("hello").tcp().extensionHeader(number, units: units).ipv6().ethernet()
            #expect(Reading(frame.bytes) == expected)
        }
    }
    let chain = PacketBuilder("hello").tcp().extensionHeader(60).authentication().extensionHeader(43)
    var expected = expected6()
    expected.ipLength = 65 + 8 + 24 + 8
    #expect(Reading(chain.ipv6().ethernet().bytes) == expected)
}

@Test func aChainOfExtensionHeadersIsReadToItsLimit() {
    let chain = (0..<9).reduce(PacketBuilder("hello").tcp()) { packet, _ in packet.extensionHeader(60) }
    #expect(decoded(chain.ipv6().ethernet()) == .packet)
}

@Test func anAtomicFragmentIsAWholePacket() {
    var expected = expected6()
    expected.ipLength = 73
    #expect(Reading(PacketBuilder("hello").tcp().fragmentHeader(identification: 5).ipv6().ethernet().bytes) == expected)
}

@Test func udpIsReadExactly() {
    let reading = Reading(PacketBuilder("hello").udp(from: 5353, to: 53).ipv4().ethernet().bytes)
    var expected = expected4()
    expected.ports = [5353, 53]
    expected.transport = 17
    expected.flags = 0
    expected.sequence = 0
    expected.acknowledgment = 0
    expected.ipLength = 33
    #expect(reading == expected)
}

@Test func udpLengthsThatLieNeverReachPastThePacket() {
    func reading(_ length: Int) -> Reading {
        Reading(PacketBuilder("hello").udp(length: length).ipv4().ethernet(padded: true).bytes)
    }
    #expect(reading(0).payload == "hello")
    #expect(reading(10).payload == "he")
    #expect(reading(8).payload == "")
    #expect(reading(14).payload == "hello")
    #expect(reading(65_535).payload == "hello")
    for length in 1...7 { #expect(reading(length).decoded == .malformed(.udp)) }
}

@Test func tcpDataOffsetsThatLieAreMalformed() {
    for offset in 0...4 {
        #expect(decoded(PacketBuilder("hello").tcp(offset: offset).ipv4().ethernet()) == .malformed(.tcp))
    }
    // Options that would end behind the packet: 40 bytes where only five are.
    #expect(decoded(PacketBuilder("hello").tcp(offset: 15).ipv4().ethernet()) == .malformed(.tcp))
    // Padding must not be taken for options.
    #expect(decoded(PacketBuilder("").tcp(offset: 6).ipv4().ethernet(padded: true)) == .malformed(.tcp))
}

@Test func ethernetPaddingIsNoPayload() {
    let reading = Reading(PacketBuilder("").tcp(flags: 0x10).ipv4().ethernet(padded: true).bytes)
    #expect(reading.decoded == .packet)
    #expect(reading.payloadLength == 0 && reading.payload == "")
    #expect(reading.ipLength == 40)
    #expect(Reading(inner4.ethernet().followed(by: [1, 2, 3, 4]).bytes) == expected4())
}

@Test("A packet without a length is as long as its frame")
func segmentationOffloadLeavesTheLengthZero() {
    let payload = String(repeating: "x", count: 65_180)
    let frame = PacketBuilder(payload).tcp().ipv4(length: 0).ethernet().bytes
    let reading = Reading(frame)
    #expect(reading.decoded == .packet)
    #expect(reading.ipLength == frame.count - 14)
    #expect(reading.payloadLength == 65_180 && reading.payload == payload)
    let frame6 = PacketBuilder(payload).tcp().ipv6(length: 0).ethernet().bytes
    #expect(Reading(frame6).payloadLength == 65_180)
    #expect(Reading(PacketBuilder(payload).udp(length: 0).ipv4(length: 0).ethernet().bytes).payloadLength == 65_180)
}

@Test("A frame longer than the link allows is read like any other")
func receiveOffloadGivesLongFrames() {
    let frame = PacketBuilder([UInt8](repeating: 9, count: 65_260 - 54)).tcp().ipv4().ethernet().bytes
    #expect(frame.count == 65_260)
    #expect(Reading(frame).payloadLength == 65_260 - 54)
}

@Test("A frame that the capture cut is counted whole and read as far as it goes")
func cutFramesKeepTheirTrueLength() {
    let frame = PacketBuilder(String(repeating: "abcdefgh", count: 100)).tcp().ipv4().ethernet().bytes
    for length in [54, 60, 128, 853] {
        let reading = Reading(Array(frame[..<length]), wireLength: frame.count)
        #expect(reading.decoded == .packet)
        #expect(reading.ipLength == 840)
        #expect(reading.payloadLength == 800)
        #expect(reading.payload.utf8.count == length - 54)
    }
    // Cut inside TCP's options: the ports and numbers are there, the payload is not.
    let withOptions = PacketBuilder("hello").tcp(options: [UInt8](repeating: 1, count: 12)).ipv4().ethernet().bytes
    let cut = Reading(Array(withOptions[..<58]), wireLength: withOptions.count)
    #expect(cut.decoded == .packet && cut.payload == "" && cut.payloadLength == 5)
    // Without a length and cut: what was on the wire says the length.
    let offloaded = PacketBuilder(String(repeating: "y", count: 900)).tcp().ipv4(length: 0).ethernet().bytes
    let both = Reading(Array(offloaded[..<100]), wireLength: offloaded.count)
    #expect(both.ipLength == 940 && both.payloadLength == 900 && both.payload.utf8.count == 46)
}

@Test func headersThatEndTooEarlyAreBlamedOnTheirLayer() {
    let frame = inner4.ethernet().bytes
    for length in 0..<14 { #expect(Reading(Array(frame[..<length])).decoded == .malformed(.link)) }
    for length in 14..<34 { #expect(Reading(Array(frame[..<length])).decoded == .malformed(.ip)) }
    for length in 34..<54 { #expect(Reading(Array(frame[..<length])).decoded == .malformed(.tcp)) }
    let udp = PacketBuilder("hello").udp().ipv4().ethernet().bytes
    for length in 34..<42 { #expect(Reading(Array(udp[..<length])).decoded == .malformed(.udp)) }
    let six = inner6.ethernet().bytes
    for length in 14..<54 { #expect(Reading(Array(six[..<length])).decoded == .malformed(.ip)) }
}

@Test func headersThatContradictThemselvesAreMalformed() {
    var wrongVersion = inner4.ethernet().bytes
    wrongVersion[14] = 0x65
    #expect(Reading(wrongVersion).decoded == .malformed(.ip))
    var shortHeader = inner4.ethernet().bytes
    shortHeader[14] = 0x44
    #expect(Reading(shortHeader).decoded == .malformed(.ip))
    for length in 1..<20 {
        #expect(decoded(PacketBuilder("hello").tcp().ipv4(length: length).ethernet()) == .malformed(.ip))
    }
    // Room for the IP header, none for TCP's.
    #expect(decoded(PacketBuilder("hello").tcp().ipv4(length: 39).ethernet()) == .malformed(.tcp))
    #expect(decoded(PacketBuilder("hello").tcp().ipv6(length: 19).ethernet()) == .malformed(.tcp))
}

@Test func otherTransportsAreTold() {
    for number in [1, 2, 50, 58, 59, 89, 132] {
        let packet = PacketBuilder([UInt8](repeating: 0, count: 24)).behind([], ipProtocol: number)
        #expect(decoded(packet.ipv4().ethernet()) == .ignored(.otherTransport))
        #expect(decoded(packet.ipv6().ethernet()) == .ignored(.otherTransport))
    }
}

@Test func fragmentsOfIPv4AreReadExactly() {
    let piece = PacketBuilder("piece").behind([], ipProtocol: 17)
    let frame = piece.ipv4(identification: 0xBEEF, fragment: 0x2000 | 185).vlan(4).ethernet(padded: true).bytes
    var envelope = Envelope()
    envelope.addVLAN(4)
    let fragment = Fragment(
        source: PacketBuilder.client, destination: PacketBuilder.server, identification: 0xBEEF, transport: .udp,
        offset: 1480, hasMore: true, payload: ByteRange(offset: 38, count: 5), payloadLength: 5, envelope: envelope)
    #expect(Reading(frame).decoded == .fragment(fragment))
    var cut = fragment
    cut.payload = ByteRange(offset: 38, count: 2)
    #expect(Reading(Array(frame[..<40]), wireLength: frame.count).decoded == .fragment(cut))
    // The don't-fragment bit alone makes no fragment.
    #expect(Reading(PacketBuilder("hello").tcp().ipv4(fragment: 0x4000).ethernet().bytes) == expected4())
}

@Test func fragmentsOfIPv6AreReadExactly() {
    let piece = PacketBuilder("piece").behind([], ipProtocol: 6)
    let packet = piece.fragmentHeader(identification: 0x0102_0304, offset: 1448, hasMore: false).extensionHeader(0)
    let fragment = Fragment(
        source: PacketBuilder.client6, destination: PacketBuilder.server6, identification: 0x0102_0304,
        transport: .tcp, offset: 1448, hasMore: false, payload: ByteRange(offset: 70, count: 5), payloadLength: 5,
        envelope: Envelope())
    #expect(Reading(packet.ipv6().ethernet().bytes).decoded == .fragment(fragment))
}

@Test func aReassembledPayloadDecodesAsIfItHadComeWhole() {
    let payload = PacketBuilder("hello").udp(from: 9, to: 53).bytes
    var fragment = Fragment(
        source: PacketBuilder.client, destination: PacketBuilder.server, identification: 1, transport: .udp, offset: 0,
        hasMore: true, payload: .empty, payloadLength: 0, envelope: Envelope())
    var packet = Packet()
    let four = PacketDecoder.decode(reassembled: payload.rawSpan, of: fragment, into: &packet)
    #expect(four == .packet && packet.ipLength == 33)
    #expect(Reading(four, packet, of: payload).payload == "hello")
    fragment.source = PacketBuilder.client6
    fragment.destination = PacketBuilder.server6
    fragment.transport = .destinationOptions
    let extended = PacketBuilder("hello").tcp().extensionHeader(60).bytes
    let six = PacketDecoder.decode(reassembled: extended.rawSpan, of: fragment, into: &packet)
    var expected = expected6()
    expected.ipLength = 73
    #expect(Reading(six, packet, of: extended) == expected)
}
