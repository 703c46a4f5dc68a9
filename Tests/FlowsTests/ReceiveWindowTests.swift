import Bytes
import TestSupport
import Testing
import Wire

@testable import Flows

/// A window whose receiver expects byte 1001 and allows 1,000 bytes.
private func window(at edge: UInt32 = 1001, size: UInt16 = 1000) -> ReceiveWindow {
    var window = ReceiveWindow()
    window.acknowledge(edge, window: size, options: TCPOptions(), isSYN: true, sent: edge)
    return window
}

@Test func aWindowOfWhichNothingIsKnownTakesEverything() {
    #expect(ReceiveWindow().inside(5, count: 100) == 0..<100)
    #expect(!ReceiveWindow().isBeyond(5))
}

@Test(
    arguments: [
        // Inside, at the edges, across each of them, and beside them.
        (1001, 10, 0..<10), (1991, 10, 0..<10), (1996, 10, 0..<5), (2001, 10, nil), (996, 10, 5..<10), (991, 10, nil),
        (0, 3000, 1001..<2001), (141_001, 1, nil), (4_294_957_297, 400, nil),
    ] as [(UInt32, Int, Range<Int>?)])
func aSegmentIsCutToTheWindow(_ sequence: UInt32, _ count: Int, _ expected: Range<Int>?) {
    #expect(window().inside(sequence, count: count) == expected)
}

@Test func aWindowIsFollowedAcrossTheEndOfTheNumbers() {
    let window = window(at: .max - 9)
    #expect(window.inside(.max - 9, count: 100) == 0..<100)
    #expect(window.inside(.max - 19, count: 100) == 10..<100)
    #expect(window.inside(989, count: 10) == 0..<1)
    #expect(window.inside(990, count: 10) == nil)
}

@Test func anAcknowledgmentOfWhatWasNotSentMovesNothing() {
    var window = window()
    window.acknowledge(5000, window: 1000, options: TCPOptions(), isSYN: false, sent: 1500)
    #expect(window.edge == 1001)
    window.acknowledge(1500, window: 1000, options: TCPOptions(), isSYN: false, sent: 1500)
    #expect(window.edge == 1500 && window.hasAcknowledged(1500) && !window.hasAcknowledged(1501))
    window.acknowledge(1200, window: 1000, options: TCPOptions(), isSYN: false, sent: 1500)
    #expect(window.edge == 1500)
}

@Test func theShiftOfTheWindowCountsAfterTheSYN() {
    var window = ReceiveWindow()
    window.beginReceiver(TCPOptions([3, 3, 7].rawSpan))
    window.acknowledge(1, window: 10, options: TCPOptions(), isSYN: true, sent: 1)
    #expect(window.isBeyond(11) && !window.isBeyond(10))
    window.acknowledge(1, window: 10, options: TCPOptions(), isSYN: false, sent: 1)
    #expect(window.isBeyond(1281) && !window.isBeyond(1280))
}

@Test func aWindowThatIsNotFollowedForAWhileRefusesNothingAhead() {
    var window = window()
    window.lapse()
    #expect(window.inside(900_000, count: 10) == 0..<10)
    #expect(window.inside(500, count: 10) == nil)
}

@Test func aReceiverDropsWhatItsConnectionDoesNotHave() {
    var window = window()
    window.note(.right)
    func fault(_ flags: TCPFlags, _ options: [UInt8] = [], _ checksum: TCPChecksum = .right, length: Int = 100)
        -> SegmentFault?
    {
        window.fault(
            of: ArrivingSegment(
                flags: flags, length: length, options: TCPOptions(options.rawSpan), checksum: checksum))
    }
    let signature: [UInt8] = [19, 18] + [UInt8](repeating: 0, count: 16) + [1, 1]
    #expect(fault([.ack]) == nil)
    #expect(fault([.psh]) == .noAcknowledgment)
    #expect(fault([.ack], signature) == .signature)
    #expect(fault([.ack], [29, 4, 0, 0]) == .signature)
    #expect(fault([.ack], [], .wrong) == .checksum)
    // A segment that was joined by the capturing machine, and one whose card computes the sum, are no one's fault.
    #expect(fault([.ack], [], .wrong, length: 2896) == nil)
    #expect(fault([.ack], [], .partial) == nil)
}

@Test func aWrongChecksumProvesNothingOfASenderThatNeverHadARightOne() {
    let segment = ArrivingSegment(flags: [.ack], length: 100, checksum: .wrong)
    #expect(window().fault(of: segment) == nil)
}

@Test func aTimestampOlderThanOneThatTheReceiverTookIsAFault() {
    var window = window()
    let echo: [UInt8] = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 2, 0]
    window.acknowledge(1001, window: 1000, options: TCPOptions(echo.rawSpan), isSYN: false, sent: 1001)
    func fault(_ stamp: [UInt8]) -> SegmentFault? {
        let options = TCPOptions(([1, 1, 8, 10] + stamp + [0, 0, 0, 9]).rawSpan)
        return window.fault(of: ArrivingSegment(flags: [.ack], length: 1, options: options))
    }
    #expect(fault([0, 0, 2, 0]) == nil)
    #expect(fault([0, 0, 1, 255]) == nil)
    #expect(fault([0, 0, 1, 254]) == .timestamp)
    #expect(fault([0, 0, 3, 0]) == nil)
}

@Test func theChecksumOfASegmentIsRightPartialOrWrong() {
    func check(_ sum: [UInt8], isIPv6: Bool) -> TCPChecksum? {
        let tcp = PacketBuilder([1, 2, 3]).tcp()
        var frame = (isIPv6 ? tcp.ipv6() : tcp.ipv4()).ethernet().bytes
        let offset = frame.count - 3 - 4
        frame.replaceSubrange(offset..<offset + 2, with: sum)
        var packet = Packet()
        let decoded = PacketDecoder.decode(frame.rawSpan, link: .ethernet, wireLength: frame.count, into: &packet)
        guard decoded == .packet, let header = TCPSegment(packet, frame.rawSpan) else { return nil }
        return TCPChecksum(packet, frame.rawSpan, headerLength: header.headerLength)
    }
    // Computed by hand (RFC 1071) over the addresses, ports and numbers that the builder uses.
    for isIPv6 in [false, true] {
        var found: [TCPChecksum: Int] = [:]
        for sum in 0..<0xFFFF {
            if let result = check([UInt8(sum >> 8), UInt8(sum & 0xFF)], isIPv6: isIPv6) {
                found[result, default: 0] += 1
            }
        }
        // Of all values one is right and one is that of the pseudo-header.
        #expect(found[.right] == 1 && found[.partial] == 1 && found[.wrong] == 0xFFFF - 2)
    }
}

@Test func optionsAreReadToTheFirstThatDoesNotFit() {
    let options = TCPOptions([2, 4, 5, 180, 1, 3, 3, 20, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2].rawSpan)
    #expect(options.maximumSegment == 1460 && options.windowShift == 14)
    #expect(options.timestamp == 1 && options.echo == 2 && !options.isSigned)
    for bytes in [[19], [19, 0, 1, 1], [8, 10, 0], [0, 19, 2], [253, 1]] as [[UInt8]] {
        #expect(TCPOptions(bytes.rawSpan) == TCPOptions())
    }
}
