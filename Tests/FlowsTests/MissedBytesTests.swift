import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

/// The bytes that a flow misses whose client sends these segments, as offsets behind a SYN of `initial`.
private func missed(_ segments: [Range<Int>], initial: UInt32 = 1000, hasSYN: Bool = true) -> UInt64? {
    var replay = Replay()
    if hasSYN { replay.handshake(client: initial) }
    for segment in segments {
        replay.up([UInt8](repeating: 0xEE, count: segment.count), initial &+ 1 &+ UInt32(segment.lowerBound))
    }
    return replay.finish().first?.missedBytes
}

@Test func bytesThatNeverCameAreCounted() {
    #expect(missed([0..<100, 100..<200]) == 0)
    #expect(missed([0..<100, 150..<200]) == 50)
    #expect(missed([30..<60]) == 30)
    #expect(missed([0..<10, 20..<30, 40..<50]) == 20)
}

@Test func bytesThatComeLateAreTakenBack() {
    #expect(missed([0..<100, 150..<200, 100..<150]) == 0)
    #expect(missed([0..<100, 150..<200, 100..<120]) == 30)
    #expect(missed([0..<100, 150..<200, 130..<150]) == 30)
    #expect(missed([0..<100, 150..<200, 100..<120, 120..<150]) == 0)
    #expect(missed([0..<100, 150..<200, 80..<170]) == 0)
    #expect(missed([0..<100, 150..<200, 100..<150, 100..<150]) == 0)
}

@Test func bytesThatComeAgainAreNotMissed() {
    #expect(missed([0..<100, 0..<100, 100..<200, 50..<150]) == 0)
    #expect(missed([0..<100, 50..<250, 250..<260]) == 0)
    // A keep-alive repeats the byte in front.
    #expect(missed([0..<100, 99..<100, 100..<110]) == 0)
}

@Test func sequenceNumbersThatWrapAroundAreNoGap() {
    for initial in [UInt32.max - 150, .max - 101, .max - 100, .max - 1, .max, 0] {
        #expect(missed([0..<100, 100..<200, 200..<300], initial: initial) == 0, "\(initial)")
        #expect(missed([0..<100, 150..<200, 200..<300], initial: initial) == 50, "\(initial)")
        #expect(missed([0..<100, 150..<300, 100..<150], initial: initial) == 0, "\(initial)")
    }
}

@Test func aBeginningThatWasNotCapturedIsNoGap() {
    #expect(missed([5000..<5100, 5100..<5200], hasSYN: false) == 0)
    #expect(missed([5000..<5100, 5150..<5200], hasSYN: false) == 50)
}

@Test func numbersThatBelongToNoStreamAreNoGap() {
    #expect(missed([0..<100, 0x7000_0000..<0x7000_0064]) == 0)
}

@Test func theTwoDirectionsAreCountedApart() {
    var replay = Replay()
    replay.handshake()
    replay.up([UInt8](repeating: 0xEE, count: 10), 1001 + 5)
    replay.down([UInt8](repeating: 0xEE, count: 10), 9001 + 7)
    let flow = replay.finish().first
    #expect(flow?.missedBytes == 12 && flow?.isComplete == false)
}
