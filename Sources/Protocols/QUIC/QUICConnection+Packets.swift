import Bytes

extension QUICConnection {
    /// Reads one packet of a datagram.
    mutating func receive(
        _ packet: QUICLongHeader, of datagram: RawSpan, fromInitiator: Bool, with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        switch packet.kind {
        case .initial:
            return receiveInitial(packet, of: datagram, fromInitiator: fromInitiator, with: &decryptor)
        case .zeroRTT, .handshake:
            decryptor.counters.skipped &+= 1
            guard packet.kind == .handshake, !isAnswered, let client = clientIsInitiator, client != fromInitiator
            else { return .recognised }
            // A server has keys for such a packet only from the hello that it took (RFC 9001 section 4.9).
            isAnswered = true
            if state == .finished { settle() }
            return [.recognised, .answered]
        case .retry:
            guard clientIsInitiator != fromInitiator else { return [] }
            sawRetry = true
            retryID = QUICConnectionID(datagram.clamped(packet.sourceID.indices))
            return .recognised
        case .versionNegotiation:
            guard clientIsInitiator != fromInitiator else { return [] }
            sawNegotiation = true
            return .recognised
        case .other:
            // A flow that has a name may carry other things on the same ports, media above all.
            if state != .finished { decryptor.counters.unsupportedVersion &+= 1 }
            return []
        }
    }

    private mutating func receiveInitial(
        _ packet: QUICLongHeader, of datagram: RawSpan, fromInitiator: Bool, with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        if state == .waiting { version = packet.version }
        guard isWorthTrying(packet, of: datagram),
            let destination = QUICConnectionID(datagram.clamped(packet.destinationID.indices))
        else {
            decryptor.counters.exhausted &+= 1
            return .recognised
        }
        if let client = clientIsInitiator, client != fromInitiator {
            return receiveServerInitial(packet, of: datagram, with: &decryptor)
        }
        if state == .finished {
            return receiveLate(packet, of: datagram, to: destination, fromInitiator, with: &decryptor)
        }
        if destination == abandonedID, destination != keys?.destinationID {
            decryptor.counters.skipped &+= 1
            return .recognised
        }
        if let known = knownKeys(packet.version, decryptor.preview), open(packet, of: datagram, with: known, &decryptor)
        {
            keys = known
            return take(packet, of: datagram, with: &decryptor)
        }
        return receiveFirst(packet, of: datagram, to: destination, fromInitiator: fromInitiator, with: &decryptor)
    }

    /// An Initial packet that the connection's keys do not open: the first one, or one behind which the client began
    /// again, under keys from its own destination id.
    private mutating func receiveFirst(
        _ packet: QUICLongHeader, of datagram: RawSpan, to destination: QUICConnectionID, fromInitiator: Bool,
        with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        // A client's own choice has 8 bytes at least (RFC 9000 section 7.2); a server's, after a Retry, may have fewer.
        guard destination.count >= 8 || !packet.token.isEmpty || destination == retryID else {
            fail(&decryptor.counters.withoutKey)
            return .recognised
        }
        let isTried = keys.map { $0.destinationID == destination && $0.version == packet.version } ?? false
        guard !isTried, let fresh = derived(packet.version, destination: destination, preview: decryptor.preview),
            open(packet, of: datagram, with: fresh, isFresh: true, &decryptor)
        else {
            fail(&decryptor.counters.tagFailed)
            return .recognised
        }
        if state == .open {
            guard continues(packet, to: destination, of: datagram) else {
                return [.recognised, .newConnection]
            }
            return beginAgain(
                fresh, packet, of: datagram, to: destination, fromInitiator: fromInitiator, with: &decryptor)
        }
        // Google's handshake had a name: that one is another connection's.
        if googleName != nil { return [.recognised, .newConnection] }
        begin(fresh, packet, fromInitiator: fromInitiator)
        return take(packet, of: datagram, with: &decryptor)
    }

    /// A client that begins again under other keys. If nothing asked for it, neither a Retry, whose token may be all that was
    /// captured of it, nor a Version Negotiation, one of the two beginnings is not what the server takes, and there is no telling
    /// which.
    private mutating func beginAgain(
        _ fresh: QUICInitialKeys, _ packet: QUICLongHeader, of datagram: RawSpan, to destination: QUICConnectionID,
        fromInitiator: Bool, with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        let hasNewHello = sawNegotiation || version.isReserved
        let wasAsked = hasNewHello || destination == retryID || !packet.token.isEmpty
        let earlier = clientHandshake.contiguous
        begin(fresh, packet, fromInitiator: fromInitiator)
        replaced = earlier
        comparedCount = hasNewHello ? earlier.count : 0
        var outcome = take(packet, of: datagram, with: &decryptor).union(.restarted)
        if !wasAsked {
            conflicts &+= max(1, earlier.count)
            outcome.insert(.conflict)
        }
        return outcome
    }

    /// A packet of the client's after its hello was read, for which the connection's own keys are still there: what it
    /// brings is compared with what was read. Nothing if it is not one.
    private mutating func receiveCopy(
        _ packet: QUICLongHeader, of datagram: RawSpan, to destination: QUICConnectionID,
        with decryptor: inout QUICDecryptor
    ) -> QUICOutcome? {
        guard destination == keys?.destinationID, let known = knownKeys(packet.version, decryptor.preview),
            open(packet, of: datagram, with: known, &decryptor)
        else { return nil }
        return take(packet, of: datagram, with: &decryptor)
    }

    /// An Initial packet on the addresses of a finished connection: of another one only if its own keys open it.
    private mutating func receiveLate(
        _ packet: QUICLongHeader, of datagram: RawSpan, to destination: QUICConnectionID, _ fromInitiator: Bool,
        with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        if let outcome = receiveCopy(packet, of: datagram, to: destination, with: &decryptor) { return outcome }
        guard destination != originalID, destination != abandonedID, destination != serverID, destination.count >= 8
        else {
            decryptor.counters.skipped &+= 1
            return .recognised
        }
        if let fresh = derived(packet.version, destination: destination, preview: decryptor.preview),
            open(packet, of: datagram, with: fresh, isFresh: true, &decryptor)
        {
            // After the server's answer nothing continues the connection under another id.
            guard !isAnswered, continues(packet, to: destination, of: datagram) else {
                return [.recognised, .newConnection]
            }
            return beginAgain(
                fresh, packet, of: datagram, to: destination, fromInitiator: fromInitiator, with: &decryptor)
        }
        fail(&decryptor.counters.skipped)
        return .recognised
    }

    private mutating func receiveServerInitial(
        _ packet: QUICLongHeader, of datagram: RawSpan, with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        serverID = QUICConnectionID(datagram.clamped(packet.sourceID.indices))
        guard readsServer, state == .open, let known = knownKeys(packet.version, nil) else {
            decryptor.counters.skipped &+= 1
            return .recognised
        }
        if serverKeys == nil || serverKeysVersion != known.version {
            serverKeys = known.server()
            serverKeysVersion = known.version
        }
        guard let serverKeys,
            let number = decryptor.unseal(packet, of: datagram, with: serverKeys, expected: serverExpected)?.number
        else {
            fail(&decryptor.counters.tagFailed)
            return .recognised
        }
        decryptor.counters.opened &+= 1
        openings &+= 1
        serverExpected = max(serverExpected, number &+ 1)
        let grew = takeFrames(decryptor.plaintext, version: packet.version, isClient: false, &decryptor.counters)
        return grew ? [.recognised, .serverBytes] : .recognised
    }

    /// Takes `fresh` for the connection's keys, because a packet opened under them; whatever went before is given up.
    private mutating func begin(_ fresh: QUICInitialKeys, _ packet: QUICLongHeader, fromInitiator: Bool) {
        abandonedID = keys?.destinationID
        keys = fresh
        candidate = nil
        serverKeys = nil
        originalID = fresh.destinationID
        clientIsInitiator = fromInitiator
        retryID = nil
        sawNegotiation = false
        serverExpected = 0
        failures = 0
        clientDatagrams = 0
        clientHandshake.release()
        serverHandshake.release()
        state = .open
    }

    /// Whether a client that uses other keys is the same one, begun again: because the server asked for that (which the
    /// token or the id shows where the server's packets were not captured), or because its own id is the same.
    private func continues(_ packet: QUICLongHeader, to destination: QUICConnectionID, of datagram: RawSpan) -> Bool {
        if destination == retryID || sawNegotiation || version.isReserved || !packet.token.isEmpty { return true }
        guard let clientID, clientID.count > 0 else { return false }
        return clientID == QUICConnectionID(datagram.clamped(packet.sourceID.indices))
    }

    /// Reads the frames of the client's packet that was just opened.
    private mutating func take(
        _ packet: QUICLongHeader, of datagram: RawSpan, with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        version = packet.version
        clientID = QUICConnectionID(datagram.clamped(packet.sourceID.indices))
        let before = clientHandshake.conflicts
        let grew = takeFrames(decryptor.plaintext, version: version, isClient: true, &decryptor.counters)
        let found = clientHandshake.conflicts &- before &+ differencesFromReplaced()
        conflicts &+= found
        let outcome: QUICOutcome = found > 0 ? [.recognised, .conflict] : .recognised
        guard grew else { return outcome }
        guard version.hasGoogleHandshake else { return outcome.union(.clientBytes) }
        guard googleName == nil, let name = GoogleHello.serverName(clientHandshake.contiguous.rawSpan) else {
            return outcome
        }
        googleName = name
        return outcome.union(.googleName)
    }

    private mutating func takeFrames(
        _ plaintext: [UInt8], version: QUICVersion, isClient: Bool, _ counters: inout QUICCounters
    ) -> Bool {
        var reader = ByteReader(plaintext.rawSpan)
        var grew = false
        do throws(ParseError) {
            while let frame = try QUICFrames.nextCrypto(&reader, version: version) {
                let bytes = plaintext.rawSpan.clamped(frame.range.indices)
                let taken =
                    isClient
                    ? clientHandshake.insert(bytes, at: frame.offset)
                    : serverHandshake.insert(bytes, at: frame.offset)
                grew = grew || taken
                if bytes.byteCount > 0, isClient ? clientHandshake.isOverLimit : serverHandshake.isOverLimit {
                    counters.overLimit &+= 1
                }
            }
        } catch {
            counters.malformedFrames &+= 1
        }
        return grew
    }

    // MARK: Keys

    /// The connection's keys in `version`: a server may change the version without the client beginning again, and the
    /// connection id that the keys come from stays (RFC 9369 section 4.1).
    private mutating func knownKeys(_ version: QUICVersion, _ preview: SpeculativeParse?) -> QUICInitialKeys? {
        guard let keys else { return nil }
        return keys.version == version ? keys : derived(version, destination: keys.destinationID, preview: preview)
    }

    /// Keys of `destination`, from the candidate or the preview if one of them has the same; `nil` also if the datagram has used up
    /// its derivations.
    private mutating func derived(
        _ version: QUICVersion, destination: QUICConnectionID, preview: SpeculativeParse?
    ) -> QUICInitialKeys? {
        if let candidate, candidate.version == version, candidate.destinationID == destination { return candidate }
        guard derivations < QUICConnection.derivationsPerDatagram else { return nil }
        derivations &+= 1
        candidate =
            preview?.keys(version, destination) ?? QUICInitialKeys(version: version, destinationID: destination)
        return candidate
    }

    /// Opens a client's packet. Under keys that are tried for the first time packet numbers begin again.
    private mutating func open(
        _ packet: QUICLongHeader, of datagram: RawSpan, with keys: QUICInitialKeys, isFresh: Bool = false,
        _ decryptor: inout QUICDecryptor
    ) -> Bool {
        let expected = isFresh ? 0 : clientExpected
        guard let number = decryptor.open(packet, of: datagram, with: keys, expected: expected) else {
            return false
        }
        decryptor.counters.opened &+= 1
        openings &+= 1
        clientExpected = max(expected, number &+ 1)
        return true
    }

    /// How many of the bytes that came since this was asked last differ from the hello that was replaced: after a Retry the
    /// client sends the same one (RFC 9000 section 17.2.5.3).
    private mutating func differencesFromReplaced() -> Int {
        let end = min(replaced.count, clientHandshake.contiguous.count)
        var found = 0
        while comparedCount < end {
            if replaced[comparedCount] != clientHandshake.contiguous[comparedCount] { found &+= 1 }
            comparedCount &+= 1
        }
        return found
    }

    /// Whether a packet is tried: past the bounds, only one that may be a client's first.
    private func isWorthTrying(_ packet: QUICLongHeader, of datagram: RawSpan) -> Bool {
        if failures < QUICConnection.trialLimit, openings < QUICConnection.openingLimit { return true }
        return packet.start == 0 && datagram.byteCount >= QUICConnection.minimumDatagram
    }

    private mutating func fail(_ counter: inout UInt64) {
        counter &+= 1
        failures &+= 1
        if failures == QUICConnection.trialLimit, state == .waiting { state = .undecryptable }
    }
}
