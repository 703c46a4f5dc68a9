import Bytes
import StreamReassembly

extension TLSSession {
    /// Takes a handshake message, its header included (RFC 8446 section 4).
    func takeMessage(_ type: UInt8, _ message: RawSpan, from sender: Sender) {
        switch (type, sender) {
        case (1, .client): takeClientHello(message)
        case (2, .server): takeServerHello(message)
        case (5, .client): client.advance(to: .handshake)
        case (8, .server): setProtocol(ServerHelloFields.protocolName(encryptedExtensions: message))
        case (4, .server): takeSessionTicket(message)
        case (14, .server): isFullHandshake = true
        case (16, .client): takeKeyExchange(message)
        case (20, _):
            if isTLS13 { self[sender].advance(to: .application) }
        case (24, _):
            if isTLS13 { self[sender].update() }
        default: break
        }
    }

    var isTLS13: Bool { serverHello.map { $0.version == 0x0304 } ?? (!client.stages.isEmpty || !server.stages.isEmpty) }

    /// What of the handshake is not in the recording, so that no key can be derived.
    var missingHello: String? {
        guard serverHello == nil, ledger.failedRecords > 0, secrets == nil else { return nil }
        return "the ServerHello is not in the recording: of such a connection only TLS 1.3 can be opened"
    }

    private func takeClientHello(_ message: RawSpan) {
        guard let hello = try? ClientHelloFields(message) else { return }
        clientHello = hello
        setServerName(hello.serverName)
    }

    private func takeServerHello(_ message: RawSpan) {
        guard let hello = try? ServerHelloFields(message), !hello.isRetryRequest else { return }
        serverHello = hello
        setProtocol(hello.alpn)
        guard hello.version >= 0x0303 else {
            unsupported = "the connection uses a version before TLS 1.2, which is not opened"
            return
        }
        suite = CipherSuite(number: hello.suite)
        if suite == nil {
            unsupported = "the cipher suite 0x\(String(hello.suite, radix: 16)) is not opened"
        }
        if let secrets = matchedSecrets() { adopt(secrets, isMatched: true) }
        if secrets != nil { drainPending() }
    }

    /// The secrets that stand beside the connection's own random, or the session that is resumed.
    private func matchedSecrets() -> ConnectionSecrets? {
        guard let clientHello else { return nil }
        if let found = ring.secrets(clientRandom: clientHello.random) { return found }
        guard let serverHello, serverHello.version == 0x0303 else { return nil }
        return ring.secrets(sessionID: serverHello.sessionID)
    }

    /// Takes `found` for the secrets of this connection.
    func adopt(_ found: ConnectionSecrets, isMatched: Bool) {
        secrets = found
        self.isMatched = isMatched
        found.markUsed()
        guard let suite, let serverHello else { return }
        guard serverHello.version == 0x0304 else {
            return makeKeyBlock(master: found[label: .masterSecret], random: clientHello?.random ?? found.clientRandom)
        }
        setStages(found, suite)
    }

    /// Makes the stages of both sides; one that is in use stays in use.
    func setStages(_ found: ConnectionSecrets, _ suite: CipherSuite) {
        if client.stages.isEmpty { client.addStage(.early, secret: found[label: .clientEarly], suite: suite) }
        // With early data the client's first stage is in use before the server has chosen.
        client.stages.removeAll { $0.phase != .early }
        client.addStage(.handshake, secret: found[label: .clientHandshake], suite: suite)
        client.addStage(.application, secret: found[label: .clientTraffic], suite: suite)
        server.stages = []
        server.addStage(.handshake, secret: found[label: .serverHandshake], suite: suite)
        server.addStage(.application, secret: found[label: .serverTraffic], suite: suite)
        for side in [client, server] where !side.isNumberKnown { side.advance(to: .application) }
    }

    /// The server continues without a certificate: the session of an earlier connection of the recording is resumed (RFC 5246 section 7.3).
    private func resume() {
        guard let clientHello, let serverHello,
            let found = ring.secrets(resuming: serverHello.sessionID)
                ?? ring.secrets(resuming: clientHello.sessionTicket)
        else { return }
        secrets = found
        isMatched = true
        makeKeyBlock(master: found[label: .masterSecret], random: clientHello.random)
    }

    /// NewSessionTicket of TLS 1.2 (RFC 5077 section 3.3), which is sent in cleartext.
    private func takeSessionTicket(_ message: RawSpan) {
        guard serverHello?.version == 0x0303, tickets.count < Self.ticketLimit else { return }
        tickets.append(message.clamped(10...).copied())
    }

    /// Keeps the session for later connections that resume it.
    private func keepSession() {
        guard let secrets, let serverHello else { return }
        for name in tickets + [serverHello.sessionID] { ring.keep(secrets, resumableBy: name) }
    }

    private func makeKeyBlock(master: [UInt8]?, random: [UInt8]) {
        guard let suite, let serverHello, let master else { return }
        keyBlock = TLS12KeyBlock(
            master: master, client: random, server: serverHello.random, suite: suite,
            isEncryptThenMAC: serverHello.isEncryptThenMAC)
    }

    /// The encrypted premaster secret of RSA key exchange, by which NSS once logged keys (RFC 5246 section 7.4.7.1).
    private func takeKeyExchange(_ message: RawSpan) {
        guard secrets == nil, let serverHello, serverHello.version == 0x0303, let suite, let clientHello,
            !serverHello.hasExtendedMasterSecret,
            let found = ring.premaster(encrypted: message.clamped(6...).clamped(0..<8).copied()),
            let premaster = found[label: .masterSecret]
        else { return }
        secrets = found
        isMatched = true
        found.markUsed()
        let master = suite.hash.pseudorandom(
            premaster, label: "master secret", seed: clientHello.random + serverHello.random, count: 48)
        makeKeyBlock(master: master, random: clientHello.random)
    }

    /// ChangeCipherSpec: in TLS 1.2 the sender's next record is under the new keys (RFC 5246 section 7.1).
    func changeCipher(of sender: Sender) {
        // In TLS 1.3 it says nothing (RFC 8446 section 5), and it may come before the version is known.
        guard serverHello?.version == 0x0303 else { return }
        if keyBlock == nil, sender == .server, !isFullHandshake { resume() }
        keepSession()
        let keys = sender == .client ? keyBlock?.client : keyBlock?.server
        let side = self[sender]
        side.isProtected = true
        side.number = 0
        side.current = 0
        side.stages = keys.map { [TLSSide.Stage(phase: .application, keys: $0)] } ?? []
        side.handshake.reset()
    }
}
