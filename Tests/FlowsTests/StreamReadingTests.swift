import Bytes
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

@Test("Hellos of 1,700 and 2,100 bytes, cut at every byte, in either order", arguments: [1700, 2100])
func helloOverTwoSegments(_ size: Int) {
    let bytes = hello("cut.example.com", size: size)
    var replay = Replay()
    replay.observer.moments = [.ended]
    for isReversed in [false, true] {
        for cut in 1..<bytes.count {
            replay.port = 10_000 + cut + (isReversed ? 5000 : 0)
            let first = UInt32(truncatingIfNeeded: cut &* 1_700_001)
            replay.handshake(client: first)
            let pieces = [(Array(bytes[..<cut]), first &+ 1), (Array(bytes[cut...]), first &+ 1 &+ UInt32(cut))]
            for (piece, sequence) in isReversed ? pieces.reversed() : pieces { replay.up(piece, sequence) }
        }
    }
    let flows = replay.finish()
    #expect(flows.count == 2 * (bytes.count - 1))
    #expect(flows.allSatisfy { $0.names.map(\.name) == ["cut.example.com"] })
    #expect(flows.allSatisfy { $0.tls?.helloState == .complete && $0.tls?.helloSegments == 2 })
    #expect(Set(flows.map { $0.tls?.ja4 }).count == 1)
    #expect(replay.tracker.held == 0)
}

@Test("Segments and records cut at different bytes, out of order, with repetitions")
func helloInManyPieces() {
    let handshake = ClientHelloBuilder(serverName: "pieces.example").handshake
    var random = Xorshift(seed: 51)
    for round in 0..<300 {
        let sizes = (0..<random.below(30)).map { _ in 1 + random.below(20) }
        let bytes = ClientHelloBuilder.records(handshake, sizes: sizes)
        var pieces: [Range<Int>] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + 1 + random.below(40))
            pieces.append(position..<end)
            if random.below(3) == 0 { pieces.append(max(0, position - 5)..<end) }
            position = end
        }
        pieces.shuffle(using: &random)
        var replay = Replay()
        replay.handshake(client: .max - 60)
        for piece in pieces { replay.up(Array(bytes[piece]), UInt32.max - 59 &+ UInt32(piece.lowerBound)) }
        let flow = replay.finish().first
        #expect(flow?.names.map(\.name) == ["pieces.example"], "round \(round)")
        #expect(replay.tracker.counters.conflictingBytes == 0)
    }
}

@Test func aStreamWhoseBeginningWasNotCapturedIsReadInAnyOrder() {
    let bytes = hello("mid.example", size: 1700)
    let pieces = [0..<600, 600..<1200, 1200..<bytes.count]
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for isServerFirst in [false, true] {
            var replay = Replay()
            if isServerFirst { replay.down([], 9001) }
            for index in order { replay.up(Array(bytes[pieces[index]]), 5000 &+ UInt32(pieces[index].lowerBound)) }
            let flow = replay.finish().first
            #expect(flow?.names.map(\.name) == ["mid.example"], "\(order)")
            #expect(flow?.isMidstream == true && flow?.client.port == 50_000)
            #expect(replay.tracker.counters.midstream == 1)
        }
    }
}

@Test func anUnfinishedHelloKeepsAWholeNameAndSaysThatItIsTruncated() {
    let bytes = hello("half.example", size: 2100)
    var replay = Replay()
    replay.handshake()
    replay.up(Array(bytes[..<1400]), 1001)
    let flow = replay.finish().first
    #expect(flow?.tls?.helloState == .truncated && flow?.names.map(\.name) == ["half.example"])
    #expect(flow?.tls?.ja4 == nil && flow?.isComplete == false)
    #expect(replay.tracker.counters.hellosTruncated == 1)
    #expect(replay.observer.named.count == 1)
    #expect(replay.tracker.held == 0)
}

@Test func helloBytesThatComeAgainWithAnotherValueAreCountedAndBothNamesAreTold() {
    let bytes = hello("first.example", size: 1700)
    let other = hello("other.example", size: 1700)
    var replay = Replay()
    replay.handshake()
    replay.up(Array(bytes[..<1000]), 1001)
    replay.up(Array(other[..<1000]), 1001)
    replay.up(Array(bytes[1000...]), 2001)
    let flow = replay.finish().first
    #expect(flow?.names.map(\.name) == ["first.example", "other.example"])
    #expect(flow?.conflicts == 1 && flow?.isComplete == false)
    // "first" against "other": four of five letters differ.
    #expect(replay.tracker.counters.conflictingBytes == 4 + (zip("first".utf8, "other".utf8).allSatisfy(!=) ? 1 : 0))
}

@Test func conflictsOfAHelloThatStaysUnfinishedAreCountedToo() {
    let bytes = hello("first.example", size: 1700)
    var changed = Array(bytes[..<1000])
    changed[500] ^= 0xFF
    var replay = Replay()
    replay.handshake()
    replay.up(Array(bytes[..<1000]), 1001)
    replay.up(changed, 1001)
    #expect(replay.finish().first?.tls?.helloState == .truncated)
    #expect(replay.tracker.counters.conflictingBytes == 1)
}

@Test func aForgedSYNInsideAConnectionDoesNotLoseTheName() {
    // Far away, just behind, and just in front of the true numbers; before the answer to the true SYN and after it.
    for forged in [4_000_000_000, 1010, 900, 999] as [UInt32] {
        for isBeforeAnswer in [false, true] {
            let bytes = hello("true.example", size: 1700)
            var replay = Replay()
            replay.up([], 1000, [.syn])
            if isBeforeAnswer { replay.up([], forged, [.syn]) }
            replay.down([], 9000, [.syn, .ack], acknowledgment: 1001)
            replay.up([], 1001)
            if !isBeforeAnswer { replay.up([], forged, [.syn]) }
            replay.up(Array(bytes[..<1000]), 1001)
            replay.up(Array(bytes[1000...]), 2001)
            let names = replay.finish().flatMap { $0.names.map(\.name) }
            #expect(names == ["true.example"], "\(forged) \(isBeforeAnswer)")
        }
    }
}

@Test func dataOnTheSYNIsReadBehindIt() {
    var replay = Replay()
    replay.up(hello("fast.example"), 1000, [.syn])
    replay.down([], 9000, [.syn, .ack], acknowledgment: 1001 &+ UInt32(hello("fast.example").count))
    #expect(replay.finish().first?.names.map(\.name) == ["fast.example"])
}

@Test func unfinishedHellosKeepTheirMemoryAndTheOldestAreGivenUpAndCounted() {
    var policy = FlowPolicy()
    policy.unfinishedMemory = 64 << 10
    var replay = Replay(policy)
    let bytes = hello("slow.example", size: 2100)
    var most = 0
    for index in 0..<300 {
        replay.port = 10_000 + index
        replay.handshake()
        replay.up(Array(bytes[..<1400]), 1001)
        most = max(most, replay.tracker.held)
    }
    #expect(most <= policy.unfinishedMemory && most > policy.unfinishedMemory / 2)
    let released = replay.tracker.counters.released
    #expect(released > 200)
    for index in 0..<300 {
        replay.port = 10_000 + index
        replay.up(Array(bytes[1400...]), 2401)
    }
    let flows = replay.finish()
    #expect(flows.filter { $0.names.map(\.name) == ["slow.example"] }.count == 300 - Int(released))
    // The youngest were kept.
    #expect(flows.filter { $0.client.port >= 10_290 }.allSatisfy { $0.tls?.helloState == .complete })
    #expect(replay.tracker.held == 0)
}

@Test func readingsThatEndLeaveNoEntriesBehind() {
    var replay = Replay()
    replay.observer.moments = []
    // One that never ends keeps the memory from ever being empty.
    let bytes = hello("many.example", size: 1700)
    replay.port = 9999
    replay.handshake()
    replay.up(Array(bytes[..<1000]), 1001)
    for index in 0..<12_000 {
        replay.port = 10_000 + index
        replay.handshake()
        replay.up(Array(bytes[..<1000]), 1001)
        replay.up(Array(bytes[1000...]), 2001)
        replay.down(serverHello(), 9001)
    }
    #expect(replay.tracker.counters.hellosComplete == 12_000)
    #expect(replay.tracker.holders.count < 9000)
}

@Test func aStreamOfAnUnknownProtocolIsGivenUpAndHoldsNothing() {
    var replay = Replay()
    replay.handshake()
    for index in 0..<50 { replay.up([UInt8](repeating: 0xEE, count: 1000), 1001 &+ UInt32(index * 1000)) }
    // The server acknowledges the first bytes: no other copy of them can be the stream's.
    replay.down([], 9001, acknowledgment: 2001)
    #expect(replay.tracker.held == 0)
    #expect(replay.finish().first?.names == [])
    #expect(replay.tracker.counters.unnamed == 1)
}
