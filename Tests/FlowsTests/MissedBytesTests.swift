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

@Test func bytesThatComeLateFillTheirOwnGapOfSeveral() {
    #expect(missed([16..<22, 32..<38, 0..<52]) == 0)
    #expect(missed([0..<10, 20..<30, 40..<50, 10..<20]) == 10)
    #expect(missed([0..<10, 20..<30, 40..<50, 30..<40, 10..<20]) == 0)
    // The middle of a gap first, then what is left on both sides of it.
    #expect(missed([0..<10, 50..<60, 20..<30, 10..<20, 30..<50]) == 0)
    // Of five gaps the oldest is no longer followed: the count is an upper bound.
    #expect(missed([10..<20, 30..<40, 50..<60, 70..<80, 90..<100, 0..<100]) == 10)
}

/// A set of bytes is the plain model: what was passed over and never came.
@Test func randomSegmentsMissWhatTheModelMisses() {
    var random = Xorshift(seed: 0x1055)
    for round in 0..<2_000 {
        var (end, open, most) = (0, Set<Int>(), 0)
        var segments: [Range<Int>] = []
        for _ in 0..<Int(random.next() % 24) + 1 {
            let start = max(0, end + Int(random.next() % 60) - 40)
            let segment = start..<start + Int(random.next() % 20) + 1
            segments.append(segment)
            if start > end { open.formUnion(end..<start) }
            open.subtract(segment)
            end = max(end, segment.upperBound)
            most = max(most, open.count { !open.contains($0 - 1) })
        }
        let count = missed(segments) ?? .max
        if most <= 4 {
            #expect(count == UInt64(open.count), "\(round): \(segments)")
        } else {
            #expect(count >= UInt64(open.count), "\(round): \(segments)")
        }
    }
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
