import Bytes
import Protocols
import StreamReassembly

/// Packets with a long header (RFC 9000 section 17.2).
extension QUICSession {
    /// Reads the packets that are coalesced in a datagram (RFC 9000 section 12.2).
    func read(
        _ datagram: RawSpan, from sender: Sender, at position: StreamPosition, offset: UInt64, mayWait: Bool
    ) {
        var cursor = 0
        while let first = datagram.byte(at: cursor) {
            // What follows the last packet may be padding of no kind that is known.
            guard first & 0x40 != 0 || first & 0x80 != 0 else { return }
            var end = datagram.byteCount
            var result = OpeningResult.failed
            if first & 0x80 != 0 {
                guard let header = try? QUICLongHeader(datagram, at: cursor) else { return }
                end = header.end
                result = receive(header, datagram, from: sender, at: position)
            } else {
                result = receiveShort(datagram, start: cursor, from: sender, at: position)
            }
            if result == .needsKeys, mayWait {
                let rest = datagram.clamped(cursor...)
                if hold(rest, from: sender, at: position, offset: offset &+ UInt64(cursor)) { return }
            }
            if result != .opened, result != .ignored {
                ledger.fail(offset &+ UInt64(cursor)..<offset &+ UInt64(end), from: sender == .client)
            }
            cursor = max(end, cursor + 1)
        }
    }

    enum OpeningResult {
        case opened, ignored, needsKeys, failed
    }

    func hold(_ datagram: RawSpan, from sender: Sender, at position: StreamPosition, offset: UInt64) -> Bool {
        guard pendingBytes + datagram.byteCount <= Self.pendingLimit else { return false }
        pending.append(Waiting(bytes: datagram.copied(), sender: sender, position: position, offset: offset))
        pendingBytes += datagram.byteCount
        return true
    }

    /// Reads what waits for keys again.
    func drainPending(isLast: Bool) {
        guard !pending.isEmpty else { return }
        let waiting = pending
        pending = []
        pendingBytes = 0
        for entry in waiting {
            read(entry.bytes.rawSpan, from: entry.sender, at: entry.position, offset: entry.offset, mayWait: !isLast)
        }
    }

    func receive(
        _ header: QUICLongHeader, _ datagram: RawSpan, from sender: Sender, at position: StreamPosition
    ) -> OpeningResult {
        switch header.kind {
        case .initial: return receiveInitial(header, datagram, from: sender, at: position)
        case .handshake: return receiveHandshake(header, datagram, from: sender, at: position)
        case .zeroRTT: return receiveEarly(header, datagram, from: sender, at: position)
        case .retry:
            addID(datagram.clamped(header.sourceID.indices).copied(), of: .server)
            return .ignored
        case .versionNegotiation, .other: return .ignored
        }
    }

    func receiveInitial(
        _ header: QUICLongHeader, _ datagram: RawSpan, from sender: Sender, at position: StreamPosition
    ) -> OpeningResult {
        let destination = datagram.clamped(header.destinationID.indices).copied()
        version = header.version
        if direction(sender).initial.map({ $0.version != header.version }) ?? true {
            makeInitialKeys(initialID ?? destination)
        }
        if open(.initial, header: header, datagram: datagram, from: sender, at: position) {
            return noted(header, datagram: datagram, from: sender)
        }
        // A Retry, or another first flight: the keys come from the identifier that the client sends to now.
        guard sender == .client, destination != initialID else { return .failed }
        let known = (client, server, initialID)
        makeInitialKeys(destination)
        // The handshake begins again; some clients send another hello then.
        for sender in Sender.allCases {
            withDirection(sender) {
                $0.crypto[0] = OffsetQueue()
                $0.messages[0].reset()
            }
        }
        if open(.initial, header: header, datagram: datagram, from: sender, at: position) {
            return noted(header, datagram: datagram, from: sender)
        }
        (client, server, initialID) = known
        return .failed
    }

    func makeInitialKeys(_ destination: [UInt8]) {
        initialID = destination
        client.initial = QUICKeys.initial(destination, version: version, isClient: true)
        server.initial = QUICKeys.initial(destination, version: version, isClient: false)
    }

    func noted(_ header: QUICLongHeader, datagram: RawSpan, from sender: Sender) -> OpeningResult {
        addID(datagram.clamped(header.sourceID.indices).copied(), of: sender)
        if sender == .client { addID(datagram.clamped(header.destinationID.indices).copied(), of: .server) }
        return .opened
    }

    func receiveHandshake(
        _ header: QUICLongHeader, _ datagram: RawSpan, from sender: Sender, at position: StreamPosition
    ) -> OpeningResult {
        version = header.version
        if direction(sender).handshake == nil { prepareKeys(trial: header, datagram, sender) }
        guard direction(sender).handshake != nil else {
            // Logs of application secrets alone are usual: the handshake then stays closed, and no stream is missed.
            if secrets != nil, direction(sender).application != nil { return .ignored }
            return suite == nil ? .needsKeys : .failed
        }
        guard open(.handshake, header: header, datagram: datagram, from: sender, at: position) else { return .failed }
        return noted(header, datagram: datagram, from: sender)
    }

    func receiveEarly(
        _ header: QUICLongHeader, _ datagram: RawSpan, from sender: Sender, at position: StreamPosition
    ) -> OpeningResult {
        guard sender == .client else { return .failed }
        if client.early == nil { prepareEarly(header, datagram) }
        guard client.early != nil else { return clientHello == nil ? .needsKeys : .failed }
        return open(.early, header: header, datagram: datagram, from: sender, at: position) ? .opened : .failed
    }

    func open(
        _ level: QUICLevel, header: QUICLongHeader, datagram: RawSpan, from sender: Sender,
        at position: StreamPosition
    ) -> Bool {
        let side = direction(sender)
        let keys = level == .initial ? side.initial : level == .handshake ? side.handshake : side.early
        guard let keys,
            let packet = keys.unmask(
                datagram, start: header.start, numberOffset: header.packetNumberOffset, end: header.end)
        else { return false }
        let number = QUICDirection.number(
            packet.truncated, count: packet.numberCount, expected: side.expected[level.space])
        guard let plain = keys.open(packet, datagram, end: header.end, number: number) else { return false }
        noteOpened(number, level: level, from: sender)
        takeFrames(plain, level, from: sender, at: position)
        return true
    }

    func noteOpened(_ number: UInt64, level: QUICLevel, from sender: Sender) {
        withDirection(sender) {
            $0.expected[level.space] = max($0.expected[level.space], number &+ 1)
            if level.space == 2 { $0.received.insert(number...number) }
        }
        // Initial packets open with no key at all, and say nothing about keys.
        if level != .initial { ledger.open(isEarly: level == .early) }
    }
}
