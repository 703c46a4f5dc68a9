import Bytes
import StreamReassembly

/// One direction of one stream.
struct QUICStreamKey: Hashable, Comparable {
    var id: UInt64
    var sender: Sender

    static func < (left: QUICStreamKey, right: QUICStreamKey) -> Bool {
        (left.id, left.sender.rawValue) < (right.id, right.sender.rawValue)
    }
}

extension QUICSession {
    /// Takes the frames of an opened packet.
    func takeFrames(_ plain: [UInt8], _ level: QUICLevel, from sender: Sender, at position: StreamPosition) {
        var reader = ByteReader(plain.rawSpan)
        while !reader.isEmpty {
            let frame: QUICFrame
            do throws(ParseError) {
                frame = try QUICFrameReader.next(&reader)
            } catch {
                // What follows such a frame is not known: the connection cannot be called complete.
                hasUnknownFrames = true
                ledger.cut()
                return
            }
            take(frame, plain: plain.rawSpan, level: level, from: sender, at: position)
        }
    }

    private func take(
        _ frame: QUICFrame, plain: RawSpan, level: QUICLevel, from sender: Sender, at position: StreamPosition
    ) {
        switch frame {
        case .crypto(let offset, let range):
            takeCrypto(plain.clamped(range.indices), at: offset, level: level, from: sender, position: position)
        case .stream(let id, let offset, let range, let isLast):
            let bytes = plain.clamped(range.indices)
            takeStream(
                bytes, at: offset, key: QUICStreamKey(id: id, sender: sender), isLast: isLast, position: position)
        case .reset(let id, _):
            let key = QUICStreamKey(id: id, sender: sender)
            if streams[key] != nil { flush(key) }
            output.close(id, from: sender, isAborted: true)
        case .newConnectionID(let id): addID(id, of: sender)
        case .acknowledgment(let ranges):
            guard level == .application else { return }
            withDirection(sender.other) { side in for range in ranges { side.acknowledged.insert(range) } }
        case .connectionClose, .other: break
        }
    }

    private func takeStream(
        _ bytes: RawSpan, at offset: UInt64, key: QUICStreamKey, isLast: Bool, position: StreamPosition
    ) {
        if streams[key] == nil {
            guard !finished.contains(key) else { return }
            guard streams.count < Self.streamLimit * 2 else {
                ledger.cut()
                return
            }
            streams[key] = OffsetQueue()
        }
        // Taken out, so that the queue is changed in place.
        guard var queue = streams.removeValue(forKey: key) else { return }
        if isLast {
            let (end, overflow) = offset.addingReportingOverflow(UInt64(bytes.byteCount))
            if !overflow { queue.finalSize = end }
        }
        let before = queue.waitingBytes
        queue.insert(bytes, at: offset, position: position) { pass($0, key) }
        if queue.waitingBytes > before, waiting.isExceeded { queue.passGaps { pass($0, key) } }
        waiting.add(queue.waitingBytes - before)
        if queue.isFinished {
            finish(key)
        } else {
            streams[key] = queue
        }
    }

    private func pass(_ piece: OffsetQueue.Output, _ key: QUICStreamKey) {
        switch piece {
        case .bytes(let bytes, let position): output.receive(bytes.rawSpan, on: key.id, from: key.sender, at: position)
        case .missing(let count):
            ledger.miss(streamBytes: count)
            output.lose(Int(clamping: count), on: key.id, from: key.sender)
        }
    }

    private func finish(_ key: QUICStreamKey) {
        finished.insert(key)
        output.close(key.id, from: key.sender, isAborted: false)
    }

    /// Gives out what waits beyond the gaps of a stream.
    func flush(_ key: QUICStreamKey) {
        guard var queue = streams.removeValue(forKey: key) else { return }
        waiting.add(-queue.waitingBytes)
        queue.flush { pass($0, key) }
        if queue.isFinished { finish(key) }
    }

    // MARK: Handshake

    private func takeCrypto(
        _ bytes: RawSpan, at offset: UInt64, level: QUICLevel, from sender: Sender, position: StreamPosition
    ) {
        guard offset < 1 << 20 else { return }
        var queue = direction(sender).crypto[level.rawValue]
        var assembly = direction(sender).messages[level.rawValue]
        var pieces: [[UInt8]] = []
        queue.insert(bytes, at: offset, position: position) { piece in
            if case .bytes(let more, _) = piece { pieces.append(more) }
        }
        var found: [(UInt8, [UInt8])] = []
        for piece in pieces { assembly.take(piece.rawSpan) { found.append(($0, $1)) } }
        withDirection(sender) { side in
            side.crypto[level.rawValue] = queue
            side.messages[level.rawValue] = assembly
        }
        for (type, message) in found { takeMessage(type, message.rawSpan, from: sender) }
    }

    private func takeMessage(_ type: UInt8, _ message: RawSpan, from sender: Sender) {
        switch (type, sender) {
        case (1, .client): clientHello = (try? ClientHelloFields(message)) ?? clientHello
        case (2, .server):
            guard let hello = try? ServerHelloFields(message), !hello.isRetryRequest else { return }
            suite = CipherSuite(number: hello.suite)
            needsDrain = true
        case (8, .server): setProtocol(ServerHelloFields.protocolName(encryptedExtensions: message))
        default: break
        }
    }
}
