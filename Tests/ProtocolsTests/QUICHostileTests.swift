import Bytes
import TestSupport
import Testing

@testable import Protocols

@Suite("QUIC: hostile bytes")
struct QUICHostileTests {
    let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// Gives one datagram to a fresh connection, and the same again from the other end.
    private func read(_ datagram: RawSpan, _ decryptor: inout QUICDecryptor) -> QUICConnection {
        var connection = QUICConnection(readsServer: true)
        _ = connection.receive(datagram, fromInitiator: true, with: &decryptor)
        _ = connection.receive(datagram, fromInitiator: false, with: &decryptor)
        return connection
    }

    @Test("An Initial packet with any byte changed, or cut anywhere, gives no byte of a name", arguments: [1, 2])
    func changedPackets(version: Int) {
        let packet = version == 1 ? QUICVectors.client1 : QUICVectors.client2
        var decryptor = QUICDecryptor()
        var opened = 0
        let runs = runHostileBytes(packet) { datagram in
            if !read(datagram, &decryptor).clientHandshake.contiguous.isEmpty { opened += 1 }
        }
        #expect(runs > 5 * packet.count)
        // The untouched packet alone.
        #expect(opened == 1)
        #expect(decryptor.counters.tagFailed > UInt64(4 * packet.count))
    }

    @Test("Frames with any byte changed, or cut anywhere, sealed under the right keys, stay within bounds")
    func changedFrames() {
        let sealer = QUICSealer(destination: id)
        let close: [UInt8] = [0x1c, 0x01, 0x06, 0x02, 0x41, 0x42]
        let frames =
            QUICSealer.between + QUICSealer.crypto(QUICVectors.clientHello[60...], at: 60) + close
            + QUICSealer.crypto(QUICVectors.clientHello[..<70], at: 0) + QUICSealer.between
        var decryptor = QUICDecryptor()
        var whole = 0
        let runs = runHostileBytes(frames) { changed in
            guard let packet = try? sealer.initial(to: id, frames: changed.copied()) else { return }
            let connection = read(packet.rawSpan, &decryptor)
            #expect(connection.clientHandshake.contiguous.count <= frames.count)
            #expect(connection.memory < 8_192)
            if connection.clientHandshake.contiguous == QUICVectors.clientHello { whole += 1 }
        }
        #expect(whole > 0 && whole < runs)
        #expect(decryptor.counters.malformedFrames > 0)
        #expect(decryptor.counters.opened >= UInt64(runs - 64))
    }

    @Test("Version Negotiation, Retry and Google's packets survive every change")
    func otherPackets() {
        let negotiation: [UInt8] = [0x80, 0, 0, 0, 0, 4, 1, 2, 3, 4, 8] + id + [0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf]
        for packet in [negotiation, QUICVectors.retry1, QUICVectors.retry2, GoogleSamples.q043, GoogleSamples.q046] {
            var decryptor = QUICDecryptor()
            let runs = runHostileBytes(packet) { datagram in
                _ = QUICConnection.probe(datagram)
                #expect(read(datagram, &decryptor).clientHandshake.contiguous.isEmpty)
            }
            #expect(runs > packet.count)
        }
    }

    @Test("A stream of random pieces equals a plain model of first copies", arguments: 0..<40)
    func randomPieces(seed: Int) {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var stream = QUICCryptoStream()
        var model = [UInt8?](repeating: nil, count: 600)
        for step in 0..<60 {
            let start = random(560)
            let piece = [UInt8](repeating: UInt8(step), count: random(40))
            let before = stream.contiguous.count
            let grew = stream.insert(piece.rawSpan, at: UInt64(start))
            for index in start..<start + piece.count where model[index] == nil { model[index] = UInt8(step) }
            let known = model.prefix { $0 != nil }.compactMap(\.self)
            #expect(stream.contiguous == known)
            #expect(grew == (known.count > before))
            #expect(stream.waitingCount == model.count { $0 != nil } - known.count)
        }
    }

    @Test("A stream keeps no more than its bound, and counts what it drops")
    func streamBounds() throws {
        var stream = QUICCryptoStream()
        let piece = [UInt8](repeating: 1, count: 1_000)
        for index in 0..<70 { _ = stream.insert(piece.rawSpan, at: UInt64(index * 1_000)) }
        #expect(stream.contiguous.count == QUICCryptoStream.limit)
        #expect(stream.isOverLimit)
        let grew = stream.insert(piece.rawSpan, at: UInt64.max)
        #expect(!grew)

        var gaps = QUICCryptoStream()
        for index in 0..<1_000 { _ = gaps.insert([7].rawSpan, at: UInt64(60_000 - index * 2)) }
        #expect(gaps.waitingCount == QUICCryptoStream.maximumGaps)
        #expect(gaps.isOverLimit)
        #expect(gaps.memory < 16_384)

        let sealer = QUICSealer(destination: id)
        let far = try sealer.initial(to: id, frames: QUICSealer.crypto(piece, at: 65_000))
        var decryptor = QUICDecryptor()
        #expect(read(far.rawSpan, &decryptor).clientHandshake.isOverLimit)
        #expect(decryptor.counters.overLimit > 0)
    }

    @Test("A connection opens and tries no more packets than its bounds")
    func packetBounds() throws {
        let sealer = QUICSealer(destination: id)
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        for number in 0..<(QUICConnection.openingLimit + 20) {
            let packet = try sealer.initial(to: id, number: UInt32(number), frames: QUICSealer.between)
            _ = connection.receive(packet.rawSpan, fromInitiator: true, with: &decryptor)
        }
        #expect(decryptor.counters.opened == UInt64(QUICConnection.openingLimit))
        #expect(decryptor.counters.exhausted == 20)
    }
}
