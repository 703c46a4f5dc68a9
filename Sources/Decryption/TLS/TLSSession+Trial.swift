import Bytes
import StreamReassembly

extension TLSSession {
    /// The most keys that are tried for a connection whose random is next to none.
    static let candidateLimit = 4_096
    /// The most record numbers that are tried for a recording that begins in the middle, over all keys.
    static let trialLimit: UInt64 = 262_144

    /// Whether `record`, which is sealed, can be tried now. `false` asks to keep it until a hello or the end comes.
    func prepareKeys(for sender: Sender, _ record: [UInt8]) -> Bool {
        let side = self[sender]
        if !side.stages.isEmpty { return true }
        if sender == .client, serverHello == nil, clientHello != nil { return prepareEarlyData(record) }
        if serverHello == nil, clientHello != nil, !side.isAfterGap { return false }
        if serverHello?.version == 0x0303 { return prepareTLS12(for: sender, record) }
        tryKeys(for: sender, record)
        return true
    }

    /// Ends the wait for a hello: what waits is tried with every key.
    func startTrial() {
        guard !client.pending.isEmpty || !server.pending.isEmpty else { return }
        for side in [server, client] {
            if side.stages.isEmpty, let first = side.pending.first { tryKeys(for: side.sender, first.record) }
        }
        drainPending()
    }

    /// 0-RTT data comes before the server has chosen a suite: each one that fits the secret is tried.
    private func prepareEarlyData(_ record: [UInt8]) -> Bool {
        guard let clientHello, let found = ring.secrets(clientRandom: clientHello.random),
            let secret = found[label: .clientEarly]
        else { return false }
        for suite in CipherSuite.tls13 {
            guard let keys = TLS13Keys(secret: secret, suite: suite),
                keys.open(header: Array(record[..<5]), body: record.rawSpan.clamped(5...), number: 0) != nil
            else { continue }
            client.stages = [TLSSide.Stage(phase: .early, keys: keys)]
            secrets = found
            isMatched = true
            found.markUsed()
            return true
        }
        return false
    }

    /// TLS 1.2 after a ChangeCipherSpec that was lost, or whose ClientHello was.
    private func prepareTLS12(for sender: Sender, _ record: [UInt8]) -> Bool {
        if keyBlock == nil, secrets == nil { tryMasterSecrets(for: sender, record) }
        if let keyBlock, self[sender].stages.isEmpty {
            let keys = sender == .client ? keyBlock.client : keyBlock.server
            self[sender].stages = [TLSSide.Stage(phase: .application, keys: keys)]
        }
        return true
    }

    /// The ServerHello is there and the ClientHello is not: each master secret is tried with the random beside it.
    private func tryMasterSecrets(for sender: Sender, _ record: [UInt8]) {
        guard let suite, let serverHello, takeTrial(sender) else { return }
        let header = Array(record[..<5])
        for candidate in ring.unused(limit: Self.candidateLimit) {
            guard ring.takeTrial(), let master = candidate[label: .masterSecret],
                let block = TLS12KeyBlock(
                    master: master, client: candidate.clientRandom, server: serverHello.random, suite: suite,
                    isEncryptThenMAC: serverHello.isEncryptThenMAC)
            else { continue }
            let keys = sender == .client ? block.client : block.server
            for number in 0..<UInt64(16)
            where keys.open(header: header, body: record.rawSpan.clamped(5...), number: number) != nil {
                keyBlock = block
                secrets = candidate
                candidate.markUsed()
                return
            }
        }
    }

    private func takeTrial(_ sender: Sender) -> Bool {
        guard self[sender].trials > 0 else { return false }
        self[sender].trials -= 1
        return true
    }

    /// Tries every secret that may apply on one record, and takes the one whose tag verifies.
    private func tryKeys(for sender: Sender, _ record: [UInt8]) {
        let candidates = secrets.map { [$0] } ?? candidateSecrets()
        guard !candidates.isEmpty, takeTrial(sender) else { return }
        let suites = suite.map { [$0] } ?? CipherSuite.tls13
        let isFromStart = serverHello != nil && !self[sender].isAfterGap
        let tries = UInt64(candidates.count * suites.count * 2)
        let reach = isFromStart ? 4 : min(TLSSide.numberLimit, max(Self.trialLimit / max(tries, 1), 64))
        for candidate in candidates where ring.takeTrial() {
            for suite in suites {
                guard let found = place(record, candidate: candidate, suite: suite, from: sender, reach: reach) else {
                    continue
                }
                self.suite = suite
                secrets = candidate
                candidate.markUsed()
                if serverHello == nil || serverHello?.version == 0x0304 { setStages(candidate, suite) }
                self[sender].current = self[sender].stages.firstIndex { $0.phase == found.phase } ?? 0
                self[sender].number = found.number
                return
            }
        }
    }

    /// The secrets that a trial may use: those of the connection's random, or those that belong to no other connection.
    private func candidateSecrets() -> [ConnectionSecrets] {
        if let clientHello, let found = ring.secrets(clientRandom: clientHello.random) {
            isMatched = true
            found.markUsed()
            return [found]
        }
        // A hello that was read and has no inner one names its random: no other key can belong to it.
        if let clientHello, !clientHello.hasEncryptedHello, !client.isAfterGap { return [] }
        return ring.unused(limit: Self.candidateLimit)
    }

    /// The phase and number under which `record` opens with a secret of `candidate`.
    private func place(
        _ record: [UInt8], candidate: ConnectionSecrets, suite: CipherSuite, from sender: Sender, reach: UInt64
    ) -> (phase: TLSPhase, number: UInt64)? {
        let labels: [(TLSPhase, SecretLabel)] =
            sender == .client
            ? [(.handshake, .clientHandshake), (.application, .clientTraffic), (.early, .clientEarly)]
            : [(.handshake, .serverHandshake), (.application, .serverTraffic)]
        let header = Array(record[..<5])
        for (phase, label) in labels {
            guard let secret = candidate[label: label], let keys = TLS13Keys(secret: secret, suite: suite) else {
                continue
            }
            let limit = phase == .application ? reach : min(reach, 64)
            for number in 0..<limit
            where keys.open(header: header, body: record.rawSpan.clamped(5...), number: number) != nil {
                return (phase, number)
            }
        }
        return nil
    }
}
