import Bytes
import Protocols
import Wire

/// Finds the name of a QUIC flow, and detects contradictions.
extension FlowTracker {
    /// Reads a datagram of a flow that is, or may be, QUIC.
    mutating func inspectQUIC<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: Packet, in frame: RawSpan, at context: PacketContext,
        detail: FlowInspection, quic: QUICInspection, observer: inout Observer
    ) {
        let names = detail.findings.names.count
        quicDecryptor.preview = preview
        defer { quicDecryptor.preview = nil }
        let before = quic.connection.conflicts
        let outcome = quic.connection.receive(payload, fromInitiator: context.isForward, with: &quicDecryptor)
        if outcome.contains(.newConnection) {
            counters.lateConnections &+= 1
            beginAnew(packet, in: frame, at: context, observer: &observer)
            return
        }
        if detail.findings.application == .unknown, outcome.contains(.recognised) {
            detail.findings.application = .quic
        }
        if let isForwardClient = quic.connection.clientIsInitiator {
            let isUpper = !isForwardClient
            if isUpper {
                table[context.slot].flags.insert(.clientIsUpper)
            } else {
                table[context.slot].flags.remove(.clientIsUpper)
            }
        }
        if outcome.contains(.conflict) { noteConflict(quic.connection.conflicts &- before, detail) }
        readHello(context.slot, detail: detail, quic: quic, outcome: outcome)
        if quic.connection.isAnswered, quic.connection.state == .finished {
            table[context.slot].flags.remove(.watchesServer)
        }
        account(context.slot)
        if !table[context.slot].flags.contains(.isNamed) {
            if quic.isDone { name(context.slot, observer: &observer) }
        } else if detail.findings.names.count > names {
            // Another name than the one that was told.
            name(context.slot, observer: &observer)
        }
    }

    /// Counts `bytes` that came with another value, which makes the flow's evidence incomplete.
    mutating func noteConflict(_ bytes: Int, _ detail: FlowInspection) {
        detail.findings.conflicts &+= 1
        counters.conflictingBytes &+= UInt64(clamping: bytes)
    }

    /// Takes the hello if it is whole.
    private mutating func readHello(
        _ slot: Int, detail: FlowInspection, quic: QUICInspection, outcome: QUICOutcome
    ) {
        if let number = quic.connection.versionNumber { detail.findings.quicVersion = number }
        if let name = quic.connection.googleName {
            // Google's own handshake, in cleartext or inside Initial packets (Q050).
            detail.findings.application = .gquic
            detail.findings.names = [NameEvidence(name: name, source: .quicSNI)]
            finishQUIC(slot, detail: detail, quic: quic)
            return
        }
        switch quic.connection.state {
        case .google:
            detail.findings.application = .gquic
            if quic.googleDatagrams > 8 { finishQUIC(slot, detail: detail, quic: quic) }
            quic.googleDatagrams &+= 1
        case .undecryptable:
            finishQUIC(slot, detail: detail, quic: quic)
        case .open where outcome.contains(.clientBytes):
            guard Self.isWhole(quic.connection.clientHandshake.contiguous) else {
                if quic.connection.clientHandshake.isOverLimit {
                    finishHello(slot, detail: detail, quic: quic, state: .overLimit)
                }
                return
            }
            finishHello(slot, detail: detail, quic: quic, state: nil)
        case .finished where !outcome.isDisjoint(with: [.conflict, .clientBytes]) && !quic.connection.isAnswered:
            addRivalName(detail, quic)
        default:
            break
        }
    }

    private static func isWhole(_ message: [UInt8]) -> Bool {
        guard let header = message.rawSpan.uint32(at: 0) else { return false }
        return Int(header & 0x00FF_FFFF) + 4 <= message.count
    }

    /// Takes the hello as far as it came; `state` says if it is known not to be whole.
    private mutating func finishHello(
        _ slot: Int, detail: FlowInspection, quic: QUICInspection, state: TLSFacts.HelloState?
    ) {
        let message = quic.connection.clientHandshake.contiguous
        var facts = TLSFacts()
        if let known = preview?.facts(of: message.rawSpan) {
            facts = known
        } else if let hello = try? ClientHello(message.rawSpan) {
            facts = shapes.facts(hello, bytes: message.rawSpan, isQUIC: true)
        } else {
            facts.helloState = .malformed
        }
        if let state { facts.helloState = state }
        facts.helloSegments = quic.connection.clientDatagrams
        detail.findings.tls = facts
        detail.findings.application = .quic
        if let name = facts.serverName { addName(name, isSound: facts.helloState != .malformed, detail) }
        // Which of two connections the server takes is not known, if the client begins both at once.
        if let rival = quic.rivalName, rival != facts.serverName { detail.findings.conflicts &+= 1 }
        addRivalName(detail, quic)
        count(facts.helloState)
        finishQUIC(slot, detail: detail, quic: quic)
        judgeHello(slot, detail)
    }

    /// Adds a name that the client's Initial packets give; another one than before is a contradiction.
    private mutating func addName(_ name: String, isSound: Bool, _ detail: FlowInspection) {
        let known = detail.findings.names.filter { $0.source == .quicSNI }
        let evidence = NameEvidence(name: name, source: .quicSNI, isSound: isSound)
        guard !known.contains(where: { $0.name == evidence.name }) else { return }
        if !known.isEmpty { noteConflict(name.utf8.count, detail) }
        detail.findings.add(rival: evidence, policy.isListed)
    }

    /// Adds the name that a receiver reads which lets later copies win, and that of a hello which another one replaced.
    private mutating func addRivalName(_ detail: FlowInspection, _ quic: QUICInspection) {
        let connection = quic.connection
        if connection.clientHandshake.conflicts > 0 { addName(of: connection.clientHandshake.latest, detail) }
        if !connection.replaced.isEmpty { addName(of: connection.replaced, detail) }
    }

    private mutating func addName(of message: [UInt8], _ detail: FlowInspection) {
        guard let hello = try? ClientHello(message.rawSpan) else { return }
        let facts = TLSFacts(hello, bytes: message.rawSpan, isQUIC: true)
        if let name = facts.serverName { addName(name, isSound: facts.helloState != .malformed, detail) }
    }

    /// Ends the reading of the hello. Until the server has answered, what contradicts it is still looked for.
    private mutating func finishQUIC(_ slot: Int, detail: FlowInspection, quic: QUICInspection) {
        let hasHello = detail.findings.tls != nil
        quic.connection.finish(untilAnswered: hasHello)
        quic.isDone = true
        if quic.connection.state == .finished { table[slot].flags.insert(.readsLongHeaders) }
        // The client's side stays watched: another connection may begin between the same ends.
        if !hasHello || quic.connection.isAnswered { table[slot].flags.remove(.watchesServer) }
        markSpoken(slot)
    }

    /// Takes what is certain of a hello of which datagrams are missing.
    mutating func abandonQUIC(_ slot: Int, _ detail: FlowInspection) {
        guard let quic = detail.quic else { return }
        if quic.connection.state == .open, detail.findings.tls == nil,
            quic.connection.clientHandshake.contiguous.first == ClientHello.messageType
        {
            finishHello(slot, detail: detail, quic: quic, state: .truncated)
        }
    }
}

extension QUICConnection {
    /// The version's number, once one is known.
    fileprivate var versionNumber: UInt32? { version == .negotiation ? nil : version.rawValue }
}
