import Bytes
import Protocols
import TestSupport
import Testing

@Suite("QUIC: one connection from its datagrams")
struct QUICConnectionTests {
    let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    let hello = (0..<1_800).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 256) }

    /// Gives datagrams from the client and returns what came of them.
    private func read(_ datagrams: [[UInt8]]) -> (connection: QUICConnection, counters: QUICCounters) {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        for datagram in datagrams {
            _ = connection.receive(datagram.rawSpan, fromInitiator: true, with: &decryptor)
        }
        return (connection, decryptor.counters)
    }

    @Test("A hello cut at any byte into two datagrams is whole, in either order")
    func helloCutAtEveryByte() throws {
        let sealer = QUICSealer(destination: id)
        for cut in stride(from: 1, to: hello.count, by: 1) {
            let first = try sealer.initial(to: id, number: 0, frames: QUICSealer.crypto(hello[..<cut], at: 0))
            let second = try sealer.initial(to: id, number: 1, frames: QUICSealer.crypto(hello[cut...], at: cut))
            let inOrder = read([first, second])
            let reversed = read([second, first])
            guard inOrder.connection.clientHandshake.contiguous == hello,
                reversed.connection.clientHandshake.contiguous == hello
            else {
                Issue.record("cut at \(cut)")
                return
            }
            #expect(inOrder.connection.clientDatagrams == 2 && reversed.connection.clientDatagrams == 2)
        }
    }

    @Test("Many CRYPTO frames out of order in three datagrams, with PADDING, PING and ACK between")
    func framesOutOfOrder() throws {
        let sealer = QUICSealer(destination: id)
        let starts = stride(from: 0, to: hello.count, by: 90).map { $0 }
        var frames = starts.map {
            QUICSealer.crypto(hello[$0..<min($0 + 90, hello.count)], at: $0) + QUICSealer.between
        }
        // A fixed shuffle: every seventh of twenty.
        frames = frames.indices.map { frames[($0 * 7 + 3) % frames.count] }
        let datagrams = try (0..<3).map { part in
            try sealer.initial(
                to: id, number: UInt32(part), paddedTo: 1200,
                frames: QUICSealer.between + Array(frames[(part * 7)..<min(part * 7 + 7, frames.count)].joined()))
        }
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let result = read(order.map { datagrams[$0] })
            #expect(result.connection.clientHandshake.contiguous == hello)
            #expect(result.counters.malformedFrames == 0)
        }
    }

    @Test("Of bytes sent twice the first copy is used")
    func firstCopyWins() throws {
        let sealer = QUICSealer(destination: id)
        let other = [UInt8](repeating: 0xee, count: 30)
        let frames =
            QUICSealer.crypto(hello[20..<40], at: 20) + QUICSealer.crypto(hello[50..<60], at: 50)
            + QUICSealer.crypto(other[..<30], at: 30) + QUICSealer.crypto(hello[..<25], at: 0)
            + QUICSealer.crypto(other, at: 0)
        let result = read([try sealer.initial(to: id, frames: frames)])
        var expected = Array(hello[..<40])
        expected += [UInt8](repeating: 0xee, count: 10)
        expected += hello[50..<60]
        #expect(result.connection.clientHandshake.contiguous == expected)
    }

    @Test("Initial packets coalesced in one datagram are both read, and what follows them is passed over")
    func coalescedPackets() throws {
        let sealer = QUICSealer(destination: id)
        var datagram = try sealer.initial(to: id, number: 0, frames: QUICSealer.crypto(hello[..<300], at: 0))
        datagram += try sealer.initial(to: id, number: 1, frames: QUICSealer.crypto(hello[300..<500], at: 300))
        // A 0-RTT packet of 20 bytes, and zeros.
        datagram += [0xd0, 0, 0, 0, 1, 8] + id + [0, 20] + [UInt8](repeating: 9, count: 20) + [0, 0, 0]
        let result = read([datagram])
        #expect(result.connection.clientHandshake.contiguous == Array(hello[..<500]))
        #expect(result.counters.opened == 2)
        #expect(result.counters.skipped == 1)
    }

    @Test("0-RTT packets that come before the Initial packet do no harm")
    func earlyDataFirst() throws {
        let early = [0xd0, 0, 0, 0, 1, 8] + id + [0, 20] + [UInt8](repeating: 9, count: 20)
        let initial = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<300], at: 0))
        #expect(read([early, initial]).connection.clientHandshake.contiguous.count == 300)
    }

    @Test("A wrong tag is counted and gives no byte; the next copy of the packet is read")
    func wrongTag() throws {
        let whole = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<300], at: 0))
        for index in [0, 7, 20, 100, whole.count - 1] {
            var damaged = whole
            damaged[index] ^= index == 0 ? 0x01 : 0x10
            let alone = read([damaged])
            #expect(alone.counters.tagFailed == 1 && alone.counters.opened == 0)
            #expect(alone.connection.clientHandshake.contiguous.isEmpty)
            let both = read([damaged, whole])
            #expect(both.connection.clientHandshake.contiguous.count == 300)
        }
    }

    @Test("After a Retry the keys come from the server's connection id", arguments: [true, false])
    func retry(isCaptured: Bool) throws {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        let first = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<700], at: 0))
        _ = connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor)
        let chosen: [UInt8] = [9, 9, 9, 9]
        let retry: [UInt8] = [0xf0, 0, 0, 0, 1, 0, 4] + chosen + [UInt8](repeating: 5, count: 40)
        if isCaptured {
            _ = connection.receive(retry.rawSpan, fromInitiator: false, with: &decryptor)
            #expect(connection.sawRetry)
        }
        let sealer = QUICSealer(destination: chosen)
        let second = try sealer.initial(
            to: chosen, token: [5, 5, 5], number: 1, frames: QUICSealer.crypto(hello[..<900], at: 0))
        let third = try sealer.initial(
            to: chosen, token: [5, 5, 5], number: 2, frames: QUICSealer.crypto(hello[900...], at: 900))
        let outcome = connection.receive(second.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(outcome == [.recognised, .clientBytes, .restarted])
        // A late copy of the packet before the Retry changes nothing.
        _ = connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor)
        _ = connection.receive(third.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(connection.clientHandshake.contiguous == hello)
        #expect(decryptor.counters.opened == 3)
    }

    @Test("A client that the server asked for another version is read in that one")
    func versionNegotiation() throws {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        let draft = QUICVersion(rawValue: 0xff00_001d)
        let first = try QUICSealer(draft, destination: id).initial(
            to: id, paddedTo: 1200, frames: QUICSealer.crypto([9, 9, 9], at: 0))
        let list: [UInt8] = [0x80, 0, 0, 0, 0, 0, 8] + id + [0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf]
        _ = connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(QUICConnection.probe(list.rawSpan) == .yes)
        _ = connection.receive(list.rawSpan, fromInitiator: false, with: &decryptor)
        let other: [UInt8] = [8, 7, 6, 5, 4, 3, 2, 1]
        let second = try QUICSealer(.version2, destination: other).initial(
            to: other, frames: QUICSealer.crypto(hello[..<500], at: 0))
        let outcome = connection.receive(second.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(outcome.contains(.restarted))
        #expect(connection.version == .version2)
        #expect(connection.clientHandshake.contiguous == Array(hello[..<500]))
    }

    @Test("A server that continues in version 2 keeps the keys' connection id (RFC 9369 section 4.1)")
    func compatibleVersionChange() throws {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection(readsServer: true)
        let first = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<500], at: 0))
        let answer = try QUICSealer(.version2, destination: id, sender: .server).initial(
            to: [], from: [4, 4], frames: QUICSealer.between + QUICSealer.crypto([2, 0, 0, 1], at: 0))
        let second = try QUICSealer(.version2, destination: id).initial(
            to: [4, 4], number: 1, frames: QUICSealer.crypto(hello[500...], at: 500))
        _ = connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor)
        _ = connection.receive(answer.rawSpan, fromInitiator: false, with: &decryptor)
        _ = connection.receive(second.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(connection.serverHandshake.contiguous == [2, 0, 0, 1])
        #expect(connection.clientHandshake.contiguous == hello)
    }

    @Test("A lost first Initial packet: a later one to the same id is read, one to the server's id is counted")
    func lostFirstInitial() throws {
        let sealer = QUICSealer(destination: id)
        let early = try sealer.initial(to: id, number: 1, frames: QUICSealer.crypto(hello[900...], at: 900))
        let late = try sealer.initial(to: [7, 7, 7, 7, 7, 7, 7, 7], number: 2, frames: QUICSealer.between)
        let lost = read([late])
        #expect(lost.connection.state == .waiting && lost.counters.tagFailed == 1)
        let result = read([late, early])
        #expect(result.connection.state == .open)
        #expect(result.connection.clientHandshake.contiguous.isEmpty)
        #expect(result.connection.clientHandshake.waitingCount == 900)
    }

    @Test("A capture of the server's side alone is counted and costs no more than its trials")
    func serverSideAlone() throws {
        let server = QUICSealer(destination: id, sender: .server)
        let packets = try (0..<QUICConnection.trialLimit + 24).map { number in
            try server.initial(
                to: [3, 3], from: [4, 4], number: UInt32(number), frames: QUICSealer.crypto(hello[..<50], at: 0))
        }
        let result = read(packets)
        #expect(result.connection.state == .undecryptable)
        #expect(result.counters.withoutKey == UInt64(QUICConnection.trialLimit))
        #expect(result.counters.exhausted == 24)
    }

    @Test("Whichever end is given as initiator, the client is found by its packet")
    func directionIsFound() throws {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection(readsServer: true)
        let server = try QUICSealer(destination: id, sender: .server).initial(
            to: [], from: [4, 4], frames: QUICSealer.crypto([2, 0, 0, 1], at: 0))
        let client = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<50], at: 0))
        _ = connection.receive(server.rawSpan, fromInitiator: true, with: &decryptor)
        _ = connection.receive(client.rawSpan, fromInitiator: false, with: &decryptor)
        _ = connection.receive(server.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(connection.clientIsInitiator == false)
        #expect(connection.serverHandshake.contiguous == [2, 0, 0, 1])
    }

    @Test("Another connection on the same ports is told from the finished one")
    func portReuse() throws {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        let first = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<50], at: 0))
        _ = connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor)
        connection.finish()
        #expect(connection.memory == 0)
        #expect(connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor) == .recognised)
        // An Initial packet to the id that the server chose belongs to the old connection.
        let later = try QUICSealer(destination: id).initial(
            to: [6, 6, 6, 6, 6, 6, 6, 6], number: 1, frames: QUICSealer.between)
        #expect(connection.receive(later.rawSpan, fromInitiator: true, with: &decryptor) == .recognised)
        let other: [UInt8] = [8, 8, 8, 8, 8, 8, 8, 8]
        let fresh = try QUICSealer(destination: other).initial(
            to: other, frames: QUICSealer.crypto(hello[50..<90], at: 0))
        #expect(connection.receive(fresh.rawSpan, fromInitiator: true, with: &decryptor).contains(.newConnection))
        var next = QUICConnection()
        _ = next.receive(fresh.rawSpan, fromInitiator: true, with: &decryptor)
        #expect(next.clientHandshake.contiguous == Array(hello[50..<90]))
    }

    @Test("10,000 interleaved handshakes never share a byte")
    func interleavedHandshakes() throws {
        let count = 10_000
        var decryptor = QUICDecryptor()
        var connections = [QUICConnection](repeating: QUICConnection(), count: count)
        let ids = (0..<count).map { bytes(hex: "00000000") + QUICSealer.variableInteger($0 + 0x4000) }
        for part in 0..<2 {
            for index in 0..<count {
                let sealer = QUICSealer(destination: ids[index])
                let text = Array("host-\(index).example".utf8)
                let half = text.count / 2
                let frame = QUICSealer.crypto(
                    part == 0 ? text[half...] : text[..<half], at: part == 0 ? half : 0)
                let packet = try sealer.initial(to: ids[index], number: UInt32(part), frames: frame)
                _ = connections[index].receive(packet.rawSpan, fromInitiator: true, with: &decryptor)
            }
        }
        let wrong = (0..<count).filter {
            connections[$0].clientHandshake.contiguous != Array("host-\($0).example".utf8)
        }
        #expect(wrong.isEmpty)
    }

    @Test("A Retry after the name was found begins no other connection")
    func retryAfterTheEnd() throws {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        let first = try QUICSealer(destination: id).initial(to: id, frames: QUICSealer.crypto(hello[..<50], at: 0))
        _ = connection.receive(first.rawSpan, fromInitiator: true, with: &decryptor)
        connection.finish()
        let chosen: [UInt8] = [9, 9, 9, 9, 9, 9, 9, 9]
        let retry: [UInt8] = [0xf0, 0, 0, 0, 1, 0, 8] + chosen + [UInt8](repeating: 5, count: 40)
        _ = connection.receive(retry.rawSpan, fromInitiator: false, with: &decryptor)
        let second = try QUICSealer(destination: chosen).initial(
            to: chosen, token: [5, 5, 5], number: 1, frames: QUICSealer.crypto(hello[..<50], at: 0))
        let outcome = connection.receive(second.rawSpan, fromInitiator: true, with: &decryptor)
        // The hello is read again, for the server takes this one.
        #expect(outcome == [.recognised, .clientBytes, .restarted])
    }
}
