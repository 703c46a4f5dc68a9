import Bytes
import Protocols
import TestSupport
import Testing

// A span cannot stand inside the expectation macros, so these take arrays.
private func probe(_ datagram: [UInt8], sourcePort: UInt16 = 0, destinationPort: UInt16 = 0) -> Probe {
    DNSMessage.probe(datagram.rawSpan, sourcePort: sourcePort, destinationPort: destinationPort)
}

private func streamProbe(_ stream: [UInt8]) -> Probe { DNSStream.probe(stream.rawSpan) }

private func frame(in stream: [UInt8], at offset: Int) -> DNSStream.Frame {
    DNSStream.frame(in: stream.rawSpan, at: offset)
}

private func answer() -> [UInt8] {
    var builder = DNSBuilder(question: "probe.example", type: 1)
    builder.answer(type: 1, [192, 0, 2, 1])
    return builder.bytes
}

@Test func questionsAndAnswersAreRecognisedOnAnyPort() {
    let query = DNSBuilder.query("probe.example", type: 28)
    for message in [query, answer()] {
        #expect(probe(message) == .yes)
        #expect(probe(message, sourcePort: 40000, destinationPort: 53) == .yes)
        #expect(probe(message, sourcePort: 40000, destinationPort: 5300) == .yes)
    }
}

@Test func aCutOrPaddedMessageCountsOnTheDNSPortOnly() {
    let cut = Array(answer().dropLast(4))
    #expect(probe(cut) == .no)
    #expect(probe(cut, sourcePort: 53) == .yes)
    let padded = answer() + [0, 0]
    #expect(probe(padded) == .no)
    #expect(probe(padded, sourcePort: 53) == .yes)
}

@Test func oddFlagsHideNoQuestionOnTheDNSPort() {
    for flags in [0x0140, 0x0500, 0x0101] as [UInt16] {
        var builder = DNSBuilder(question: "probe.example", type: 249)
        builder.flags = flags
        #expect(probe(builder.bytes, destinationPort: 53) == .yes)
        #expect(probe(builder.bytes) == .no)
    }
    var status = DNSBuilder(question: "probe.example", type: 1)
    status.flags = 0x1000
    #expect(probe(status.bytes, destinationPort: 53) == .no)
}

@Test func multicastAndLinkLocalNamesAreLeftOut() {
    let query = DNSBuilder.query("printer.local", type: 1)
    for port in [5353, 5355, 137] as [UInt16] {
        #expect(probe(query, sourcePort: 5000, destinationPort: port) == .no)
        #expect(probe(query, sourcePort: port, destinationPort: 5000) == .no)
        // Resolvers of local names ask the others from their own port.
        #expect(probe(query, sourcePort: port, destinationPort: 53) == .yes)
        #expect(probe(query, sourcePort: 53, destinationPort: port) == .yes)
    }
}

@Test func otherProtocolsAreNotTakenForDNS() {
    let quicLong = bytes(hex: "c300000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11")
    let quicShort = bytes(hex: "4c0a0000000100000000000003636f6d00000100015511")
    let rtp = bytes(hex: "8060 1234 00000abc deadbeef 00000000 0000 0001 0001 000000000000")
    let stun = bytes(hex: "0001 0000 2112a442 000102030405060708090a0b")
    let ntp = [0x23] + [UInt8](repeating: 0, count: 47)
    let sip = Array("OPTIONS sip:user@example.com SIP/2.0\r\nVia: SIP/2.0/UDP host\r\n\r\n".utf8)
    let wireGuard = [1, 0, 0, 0] + [UInt8](repeating: 0xA7, count: 144)
    let nameService =
        bytes(hex: "82280110000100000000000020") + [UInt8](repeating: 0x43, count: 32)
        + bytes(hex: "0000200001")
    for other in [
        quicLong, quicShort, rtp, stun, ntp, sip, wireGuard, nameService, [], [UInt8](repeating: 0, count: 64),
    ] {
        #expect(probe(other) == .no)
        #expect(streamProbe(other) != .yes)
    }
}

@Test func noiseIsNeverTakenForDNS() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var taken = 0
    for _ in 0..<20_000 {
        var noise: [UInt8] = []
        for _ in 0..<8 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            for shift in 0..<8 { noise.append(UInt8(truncatingIfNeeded: state >> UInt64(8 * shift))) }
        }
        if probe(noise) != .no { taken += 1 }
        // The hard case: everything before the records is right, the rest is noise.
        let query = DNSBuilder.query("n.example", type: 1)
        if probe((query + noise)) != .no { taken += 1 }
    }
    #expect(taken == 0)
}

@Test func aStreamIsCutIntoItsMessages() {
    let first = DNSBuilder.query("one.example", type: 1)
    let second = answer()
    let stream = DNSBuilder.word(first.count) + first + DNSBuilder.word(second.count) + second
    let place = first.count + 2
    #expect(frame(in: stream, at: 0) == .message(ByteRange(offset: 2, count: first.count)))
    #expect(
        frame(in: stream, at: place) == .message(ByteRange(offset: place + 2, count: second.count)))
    #expect(frame(in: stream, at: stream.count) == .more(atLeast: stream.count + 2))
    for length in place..<stream.count {
        let needed = length < place + 2 ? place + 2 : stream.count
        #expect(frame(in: Array(stream[..<length]), at: place) == .more(atLeast: needed))
    }
    #expect(frame(in: ([0, 11] + stream), at: 0) == .skip)
    let largest = [0xFF, 0xFF] + [UInt8](repeating: 0, count: 65_535)
    #expect(frame(in: largest, at: 0) == .message(ByteRange(offset: 2, count: 65_535)))
}

@Test func aStreamIsRecognisedByteByByte() {
    let query = DNSBuilder.query("one.example", type: 1)
    let stream = DNSBuilder.word(query.count) + query
    for step in [1, 7, stream.count] {
        let (progress, findings) = parseStream(DNSStream.self, stream, step: step)
        #expect(findings.application == .dns)
        #expect(progress == .more(atLeast: stream.count + 2))
        #expect(findings.questions.map(\.name) == ["one.example"] && findings.questions.map(\.id) == [0x1234])
    }
    runStreamParserSuite(DNSStream.self, input: stream)
}

@Test func otherStreamsAreNotDNS() {
    let hello = bytes(hex: "160301020001000 1fc0303") + [UInt8](repeating: 7, count: 500)
    for other in [
        hello, Array("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8), Array("SSH-2.0-OpenSSH_9.6\r\n".utf8),
    ] {
        #expect(streamProbe(other) == .no)
    }
}
