import Bytes
import Protocols
import StreamReassembly

/// Keys by the connection's random, or by trial.
extension QUICSession {
    /// Makes the keys of the handshake and of application data, as soon as the suite is known.
    func prepareKeys(trial header: QUICLongHeader?, _ datagram: RawSpan, _ sender: Sender) {
        if let secrets, let suite { return setKeys(secrets, suite) }
        if let clientHello, let suite, let found = ring.secrets(clientRandom: clientHello.random) {
            isMatched = true
            return setKeys(found, suite)
        }
        guard suite != nil || clientHello == nil, trials < Self.trialLimit else { return }
        if let clientHello, !clientHello.hasEncryptedHello { return }
        trials += 1
        tryKeys(header, datagram: datagram, from: sender)
    }

    func setKeys(_ found: ConnectionSecrets, _ suite: CipherSuite) {
        secrets = found
        found.markUsed()
        func keys(_ label: SecretLabel) -> QUICKeys? {
            found[label: label].flatMap { QUICKeys(secret: $0, suite: suite, version: version) }
        }
        client.handshake = keys(.clientHandshake)
        server.handshake = keys(.serverHandshake)
        client.application = keys(.clientTraffic)
        server.application = keys(.serverTraffic)
    }

    /// Tries every secret that belongs to no other connection on one packet.
    func tryKeys(_ header: QUICLongHeader?, datagram: RawSpan, from sender: Sender) {
        let suites = suite.map { [$0] } ?? CipherSuite.tls13
        let isClient = sender == .client
        let label: SecretLabel =
            header == nil
            ? (isClient ? .clientTraffic : .serverTraffic) : (isClient ? .clientHandshake : .serverHandshake)
        for candidate in ring.unused(limit: TLSSession.candidateLimit) {
            guard ring.takeTrial(), let secret = candidate[label: label] else { continue }
            for suite in suites {
                guard let keys = QUICKeys(secret: secret, suite: suite, version: version),
                    let updates = phase(keys, header: header, datagram: datagram, from: sender)
                else { continue }
                self.suite = suite
                setKeys(candidate, suite)
                return skipPhases(updates)
            }
        }
    }

    /// After how many key updates `keys` open the packet, or `nil`. A recording that begins in the middle may have missed some.
    func phase(_ first: QUICKeys, header: QUICLongHeader?, datagram: RawSpan, from sender: Sender) -> Int? {
        var keys: QUICKeys? = first
        for updates in 0..<(header == nil ? Self.missedUpdateLimit : 1) {
            guard let current = keys else { return nil }
            if opens(current, header: header, datagram: datagram, from: sender) { return updates }
            keys = current.updated()
        }
        return nil
    }

    func opens(_ keys: QUICKeys, header: QUICLongHeader?, datagram: RawSpan, from sender: Sender) -> Bool {
        let end = header?.end ?? datagram.byteCount
        var offsets: [Int] = []
        if let header {
            offsets = [header.packetNumberOffset]
        } else {
            for length in idLengths(datagram, start: 0, from: sender) { offsets.append(length + 1) }
        }
        for offset in offsets {
            guard let packet = keys.unmask(datagram, start: header?.start ?? 0, numberOffset: offset, end: end) else {
                continue
            }
            // Without a number that was seen before, those near the beginning and the one that was sent are tried.
            for expected in [0, 1 << 16, packet.truncated] as [UInt64] {
                let number = QUICDirection.number(packet.truncated, count: packet.numberCount, expected: expected)
                guard keys.open(packet, datagram, end: end, number: number) != nil else { continue }
                withDirection(sender) { $0.expected[header == nil ? 2 : 1] = number }
                return true
            }
        }
        return false
    }

    func prepareEarly(_ header: QUICLongHeader, _ datagram: RawSpan) {
        guard let clientHello, let found = ring.secrets(clientRandom: clientHello.random),
            let secret = found[label: .clientEarly]
        else { return }
        for suite in suite.map({ [$0] }) ?? CipherSuite.tls13 {
            guard let keys = QUICKeys(secret: secret, suite: suite, version: version),
                let packet = keys.unmask(
                    datagram, start: header.start, numberOffset: header.packetNumberOffset, end: header.end),
                keys.open(packet, datagram, end: header.end, number: packet.truncated) != nil
            else { continue }
            client.early = keys
            isMatched = true
            found.markUsed()
            return
        }
    }
}
