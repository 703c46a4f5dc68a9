import Bytes
import Flows
import TestSupport
import Testing
import Wire

private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 0) }

/// A fragment and the bytes that its range is of.
private struct Piece {
    var fragment: Fragment
    var bytes: [UInt8]

    init(
        _ bytes: [UInt8], at offset: Int, more: Bool, id: UInt32 = 1, isIPv6: Bool = false,
        transport: IPProtocol = .udp
    ) {
        self.bytes = bytes
        fragment = Fragment(
            source: isIPv6 ? PacketBuilder.client6 : PacketBuilder.client,
            destination: isIPv6 ? PacketBuilder.server6 : PacketBuilder.server, identification: id,
            transport: transport, offset: offset, hasMore: more, payload: ByteRange(offset: 0, count: bytes.count),
            payloadLength: bytes.count, envelope: Envelope())
    }

    func add(to table: inout FragmentTable, at time: Timestamp = at(1)) -> [UInt8]? {
        table.add(fragment, bytes.rawSpan, at: time)
    }
}

private func ramp(_ range: Range<Int>) -> [UInt8] { range.map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) } }

@Test func fragmentsInAnyOrderMakeTheWholePayload() {
    let whole = ramp(0..<50)
    let pieces = [
        Piece(Array(whole[0..<16]), at: 0, more: true), Piece(Array(whole[16..<40]), at: 16, more: true),
        Piece(Array(whole[40..<50]), at: 40, more: false),
    ]
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        var table = FragmentTable()
        let results = order.map { pieces[$0].add(to: &table) }
        #expect(results[0] == nil && results[1] == nil)
        #expect(results[2] == whole)
        #expect(table.completion?.fragments == 3 && table.completion?.first == pieces[0].fragment)
        #expect(table.count == 0 && table.memory == 0)
        #expect(table.counters.completed == 1 && table.counters.fragments == 3)
    }
}

@Test func builtFragmentsDecodeToTheDatagramTheyWereCutFrom() {
    let datagram = PacketBuilder("a question of some length, cut in two").udp(to: 53).bytes
    var table = FragmentTable()
    var packet = Packet()
    var results: [[UInt8]?] = []
    for (range, more) in [(24..<datagram.count, false), (0..<24, true)] {
        let piece = PacketBuilder(Array(datagram[range])).behind([], ipProtocol: 17)
        let frame = piece.ipv4(identification: 7, fragment: (more ? 0x2000 : 0) | range.lowerBound / 8).vlan(3)
            .ethernet(padded: true).bytes
        guard
            case .fragment(let fragment) = PacketDecoder.decode(
                frame.rawSpan, link: .ethernet, wireLength: frame.count, into: &packet)
        else {
            Issue.record("no fragment")
            return
        }
        results.append(table.add(fragment, frame.rawSpan, at: at(1)))
    }
    #expect(results == [nil, datagram])
    guard let first = table.completion?.first else { return }
    #expect(PacketDecoder.decode(reassembled: datagram.rawSpan, of: first, into: &packet) == .packet)
    #expect(packet.destinationPort == 53 && packet.payloadLength == 37 && packet.envelope.outerVLAN == 3)
}

@Test func packetsThatDifferInAnyPartOfTheirKeyNeverMix() {
    func variants(_ piece: Piece) -> [Piece] {
        var all = [piece]
        func vary(_ change: (inout Fragment) -> Void) {
            var other = piece
            change(&other.fragment)
            all.append(other)
        }
        vary { $0.identification = 2 }
        vary { $0.source = PacketBuilder.server }
        vary { $0.destination = PacketBuilder.client }
        vary { $0.transport = .tcp }
        vary { $0.envelope.addVLAN(9) }
        vary { $0.envelope.add(.gre, identifier: 4) }
        return all
    }
    let firsts = variants(Piece(ramp(0..<8), at: 0, more: true))
    let lasts = variants(Piece(ramp(8..<12), at: 8, more: false))
    for first in firsts.indices {
        for last in lasts.indices {
            var table = FragmentTable()
            _ = firsts[first].add(to: &table)
            #expect((lasts[last].add(to: &table) != nil) == (first == last))
        }
    }
}

@Test func theProtocolOfAnIPv6PacketIsThatOfItsFirstFragment() {
    var table = FragmentTable()
    let first = Piece(ramp(0..<8), at: 0, more: true, isIPv6: true, transport: .tcp)
    #expect(Piece(ramp(8..<16), at: 8, more: false, isIPv6: true, transport: .udp).add(to: &table) == nil)
    #expect(first.add(to: &table) == ramp(0..<16))
    #expect(table.completion?.first.transport == .tcp)
}

@Test func theFirstCopyOfAnOverlappedIPv4ByteWins() {
    var table = FragmentTable()
    _ = Piece([UInt8](repeating: 1, count: 16), at: 8, more: true).add(to: &table)
    _ = Piece([UInt8](repeating: 2, count: 24), at: 0, more: true).add(to: &table)
    let whole = Piece([UInt8](repeating: 3, count: 20), at: 16, more: false).add(to: &table)
    #expect(
        whole == [UInt8](repeating: 2, count: 8) + [UInt8](repeating: 1, count: 16) + [UInt8](repeating: 3, count: 12))
    #expect(table.counters.overlapping == 2)
}

@Test func anOverlappedIPv6PacketIsDroppedAndWhatStillComesBeginsAnother() {
    var table = FragmentTable()
    _ = Piece(ramp(0..<16), at: 0, more: true, isIPv6: true).add(to: &table)
    #expect(Piece(ramp(8..<24), at: 8, more: true, isIPv6: true).add(to: &table) == nil)
    #expect(Piece(ramp(0..<16), at: 0, more: true, isIPv6: true).add(to: &table) == nil)
    #expect(Piece(ramp(16..<24), at: 16, more: true, isIPv6: true).add(to: &table) == nil)
    #expect(table.counters.overlapping == 1 && table.counters.completed == 0)
    #expect(Piece(ramp(24..<30), at: 24, more: false, isIPv6: true).add(to: &table) == ramp(0..<30))
    #expect(table.completion?.rival == nil && table.counters.conflicting == 0)
}

@Test func anExactCopyOfAFragmentIsNoOverlap() {
    for isIPv6 in [false, true] {
        var table = FragmentTable()
        for _ in 0..<3 { _ = Piece(ramp(0..<16), at: 0, more: true, isIPv6: isIPv6).add(to: &table) }
        #expect(Piece(ramp(16..<20), at: 16, more: false, isIPv6: isIPv6).add(to: &table) == ramp(0..<20))
        #expect(table.counters.overlapping == 0)
        #expect(table.completion?.fragments == 2)
    }
}

@Test func aCutFragmentCanNotCompleteItsPacket() {
    var table = FragmentTable()
    var piece = Piece(ramp(0..<16), at: 0, more: true)
    piece.fragment.payload = ByteRange(offset: 0, count: 10)
    #expect(piece.add(to: &table) == nil)
    #expect(Piece(ramp(16..<20), at: 16, more: false).add(to: &table) == nil)
    #expect(table.counters.cut == 1 && table.counters.completed == 0)
}

@Test func fragmentsThatNoSenderMakesAreCountedAndNotHeld() {
    var table = FragmentTable()
    #expect(Piece(ramp(0..<12), at: 0, more: true).add(to: &table) == nil)
    #expect(Piece([], at: 8, more: false).add(to: &table) == nil)
    #expect(table.counters.malformed == 2)
    // "Ping of death": the last fragment reaches past what IP can count.
    #expect(Piece(ramp(0..<1000), at: 65_528, more: false).add(to: &table) == nil)
    #expect(Piece(ramp(0..<8), at: .max, more: false).add(to: &table) == nil)
    #expect(table.counters.tooLarge == 2)
    #expect(table.count == 0 && table.memory == 0)
    // Behind the end that the last fragment told, and a last fragment in front of what was there.
    _ = Piece(ramp(8..<16), at: 8, more: false).add(to: &table)
    _ = Piece(ramp(16..<24), at: 16, more: true).add(to: &table)
    _ = Piece(ramp(0..<4), at: 0, more: false).add(to: &table)
    #expect(table.counters.malformed == 4)
    #expect(Piece(ramp(0..<8), at: 0, more: true).add(to: &table) == ramp(0..<16))
}

@Test func aPacketThatTakesTooLongIsGivenUpByPacketTime() {
    var table = FragmentTable()
    _ = Piece(ramp(0..<8), at: 0, more: true).add(to: &table, at: at(100))
    _ = Piece(ramp(0..<8), at: 0, more: true, id: 2).add(to: &table, at: at(120))
    table.expire(at: at(129))
    #expect(table.count == 2)
    table.expire(at: at(130))
    #expect(table.count == 1 && table.counters.expired == 1)
    #expect(Piece(ramp(8..<12), at: 8, more: false).add(to: &table, at: at(130)) == nil)
    // A time that goes back neither revives nor expires.
    #expect(Piece(ramp(8..<12), at: 8, more: false, id: 2).add(to: &table, at: at(5)) == ramp(0..<12))
    table.expire(at: Timestamp(nanoseconds: .max))
    #expect(table.count == 0 && table.memory == 0 && table.counters.expired == 2)
}

@Test func theOldestPacketMakesRoom() {
    var table = FragmentTable(packetLimit: 3)
    for id in 1...5 as ClosedRange<UInt32> { _ = Piece(ramp(0..<8), at: 0, more: true, id: id).add(to: &table) }
    #expect(table.count == 3 && table.counters.evicted == 2)
    #expect(Piece(ramp(8..<9), at: 8, more: false, id: 3).add(to: &table) == ramp(0..<9))
    #expect(Piece(ramp(8..<9), at: 8, more: false, id: 1).add(to: &table) == nil)
}

@Test func aFloodOfFragmentsStaysWithinItsBytes() {
    var table = FragmentTable(packetLimit: 100_000, byteLimit: 100_000)
    let bytes = ramp(0..<1480)
    var most = 0
    for id in 0..<20_000 as Range<UInt32> {
        _ = Piece(bytes, at: 8, more: true, id: id).add(to: &table)
        most = max(most, table.memory)
    }
    #expect(most <= 100_000 && most > 90_000)
    #expect(Int(table.counters.evicted) == 20_000 - table.count)
    // Tiny pieces with gaps between them: their number is bound as well.
    for index in 0..<1000 { _ = Piece(ramp(0..<8), at: index * 16, more: true, id: 77_777).add(to: &table) }
    #expect(table.counters.tooLarge == 1)
    #expect(table.memory <= 100_000)
}

@Test func manyPacketsThatBecomeWholeLeaveNothingBehind() {
    var table = FragmentTable()
    for id in 0..<50_000 as Range<UInt32> {
        _ = Piece(ramp(0..<8), at: 0, more: true, id: id).add(to: &table)
        _ = Piece(ramp(8..<9), at: 8, more: false, id: id).add(to: &table)
    }
    #expect(table.counters.completed == 50_000)
    #expect(table.count == 0 && table.memory == 0)
}

/// A packet as a plain array of bytes that have come or not.
private struct PlainPacket {
    var bytes: [UInt8?] = []
    var total: Int?

    mutating func add(_ piece: Piece) -> [UInt8]? {
        let start = piece.fragment.offset
        let end = start + piece.bytes.count
        let known = bytes.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
        if let total {
            guard piece.fragment.hasMore ? end <= total : end == total else { return nil }
        } else if !piece.fragment.hasMore {
            guard end >= known else { return nil }
        }
        if bytes.count < end { bytes += [UInt8?](repeating: nil, count: end - bytes.count) }
        for index in start..<end where bytes[index] == nil { bytes[index] = piece.bytes[index - start] }
        if !piece.fragment.hasMore { total = end }
        guard let total, bytes.count >= total, !bytes[..<total].contains(nil) else { return nil }
        return bytes[..<total].compactMap { $0 }
    }
}

@Test func randomCutsOrdersAndCopiesAgreeWithAPlainModel() {
    var random = Xorshift(seed: 99)
    for round in 0..<400 {
        let length = 1 + random.below(3000)
        let whole = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var pieces: [Piece] = []
        var position = 0
        while position < length {
            let size = min(length - position, 8 * (1 + random.below(40)))
            var bytes = Array(whole[position..<position + size])
            pieces.append(Piece(bytes, at: position, more: position + size < length))
            // Copies, some of them changed, some shifted so that they overlap two neighbors.
            if random.below(4) == 0 { pieces.append(pieces[pieces.count - 1]) }
            if random.below(4) == 0 {
                bytes[random.below(size)] ^= 0x55
                pieces.append(Piece(bytes, at: position, more: position + size < length))
            }
            if random.below(4) == 0, size > 8, position + size + 8 <= length {
                let moved = Array(whole[position + 8..<position + size])
                pieces.append(Piece(Array(moved[..<(moved.count / 8 * 8)]), at: position + 8, more: true))
            }
            position += size
        }
        pieces = pieces.filter { !$0.bytes.isEmpty }
        pieces.shuffle(using: &random)
        var table = FragmentTable()
        var model = PlainPacket()
        for piece in pieces {
            let expected = model.add(piece)
            let result = piece.add(to: &table)
            #expect(result == expected, "round \(round)")
            if expected != nil { break }
        }
        #expect(table.counters.completed == 1)
    }
}

@Test func fragmentsOfNoiseKeepTheBounds() {
    var random = Xorshift(seed: 5)
    var table = FragmentTable(packetLimit: 8, byteLimit: 20_000, timeout: 50)
    var longest = 0
    for step in 0..<100_000 as Range<Int64> {
        var piece = Piece(
            ramp(0..<random.below(64)), at: random.below(100) * 8, more: random.below(3) > 0,
            id: UInt32(random.below(12)), isIPv6: random.below(2) == 0)
        if random.below(10) == 0 { piece.fragment.offset = Int(truncatingIfNeeded: random.next()) }
        if random.below(10) == 0 { piece.fragment.payloadLength = Int(truncatingIfNeeded: random.next()) }
        let whole = table.add(piece.fragment, piece.bytes.rawSpan, at: Timestamp(nanoseconds: step))
        longest = max(longest, whole?.count ?? 0)
        #expect(table.count <= 8 && table.memory <= 20_000)
    }
    #expect(longest > 0 && longest <= FragmentTable.payloadLimit)
    #expect(table.counters.expired > 0 && table.counters.overlapping > 0)
}
