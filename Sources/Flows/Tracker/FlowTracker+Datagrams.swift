import Bytes
import Protocols
import Wire

/// How a UDP flow gets its name.
extension FlowTracker {
    /// How many datagrams of an unknown protocol are looked at.
    static var datagramPatience: UInt8 { 4 }

    mutating func inspectDatagram<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ frame: RawSpan, _ isForward: Bool, slot: Int, _ time: Timestamp,
        observer: inout Observer
    ) {
        if let detail = details[slot] {
            if detail.findings.application == .dns {
                learn(payload, packet, slot, time, observer: &observer)
                return
            }
            if let reading = detail.quic {
                inspectQUIC(payload, packet, frame, isForward, slot, (detail, reading), time, observer: &observer)
                return
            }
        }
        if DNSMessage.probe(payload, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort) == .yes {
            let detail = madeDetail(slot)
            detail.findings.application = .dns
            learn(payload, packet, slot, time, observer: &observer)
            name(slot, observer: &observer)
        } else if QUICConnection.probe(payload) == .yes {
            let detail = madeDetail(slot)
            let reading = QUICInspection()
            detail.quic = reading
            inspectQUIC(payload, packet, frame, isForward, slot, (detail, reading), time, observer: &observer)
        } else {
            passOver(slot, observer: &observer)
        }
    }

    /// Counts a datagram of no known protocol; after a few the flow is let be.
    private mutating func passOver<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        let packets = table[slot].forward.packets &+ table[slot].backward.packets
        guard packets >= UInt64(Self.datagramPatience) else { return }
        table[slot].flags.remove([.watchesClient, .watchesServer])
        name(slot, observer: &observer)
    }

    // MARK: DNS

    /// Reads a DNS message and remembers what it tells.
    mutating func learn<Observer: FlowObserver & ~Copyable>(
        _ message: RawSpan, _ packet: Packet, _ slot: Int, _ time: Timestamp, observer: inout Observer
    ) {
        do throws(ParseError) {
            try DNSMessage.read(message, into: &dnsAnswers)
        } catch .malformed {
            counters.malformedDNS &+= 1
        } catch {
            // Cut by the capture, or no ordinary message: what was read until then stands.
        }
        counters.dnsMessages &+= 1
        if dnsAnswers.header.isResponse {
            dnsMemory.learn(client: packet.destination, message: dnsAnswers, at: time)
            dnsMemory.note(resolver: packet.source, client: packet.destination)
        }
        if observer.wantsQuestions { tellQuestion(packet, slot, time, observer: &observer) }
    }

    /// Tells of the question in the message that was read last: of a datagram's as it is asked, of a stream's as it is
    /// answered, since only the server's side of those is read. Nobody resolves names for a group (RFC 6762).
    private mutating func tellQuestion<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ slot: Int, _ time: Timestamp, observer: inout Observer
    ) {
        let isAnswer = dnsAnswers.header.isResponse
        let resolver = isAnswer ? packet.source : packet.destination
        guard isAnswer == (packet.transport == .tcp), !resolver.isMulticast, let name = dnsAnswers.questionName
        else { return }
        let question = DNSQuestion(time: time, name: name, type: dnsAnswers.questionType, resolver: resolver)
        observer.observe(question, in: snapshot(of: slot))
    }

    // MARK: QUIC

    private mutating func inspectQUIC<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ frame: RawSpan, _ isForward: Bool, _ slot: Int,
        _ known: (detail: FlowInspection, quic: QUICInspection), _ time: Timestamp, observer: inout Observer
    ) {
        let (detail, quic) = known
        quicDecryptor.preview = preview
        defer { quicDecryptor.preview = nil }
        let outcome = quic.connection.receive(payload, fromInitiator: isForward, with: &quicDecryptor)
        if outcome.contains(.newConnection) {
            let interface = table[slot].interface
            uncount(packet, isForward, slot)
            end(slot, .reused, observer: &observer)
            receive(packet, frame, time: time, interface: interface, observer: &observer)
            return
        }
        if detail.findings.application == .unknown, outcome.contains(.recognised) {
            detail.findings.application = .quic
        }
        if let isForwardClient = quic.connection.clientIsInitiator {
            let isUpper = !isForwardClient
            if isUpper { table[slot].flags.insert(.clientIsUpper) } else { table[slot].flags.remove(.clientIsUpper) }
        }
        readHello(slot, detail, quic, outcome)
        account(slot)
        if table[slot].flags.contains(.watchesServer) { return }
        if !table[slot].flags.contains(.isNamed) { name(slot, observer: &observer) }
    }

    /// Takes the hello where it is whole, and ends the reading of the server's side.
    private mutating func readHello(
        _ slot: Int, _ detail: FlowInspection, _ quic: QUICInspection, _ outcome: QUICOutcome
    ) {
        if let number = quic.connection.versionNumber { detail.findings.quicVersion = number }
        if let name = quic.connection.googleName {
            // Google's own handshake, in the clear or inside Initial packets (Q050).
            detail.findings.application = .gquic
            detail.findings.names = [NameEvidence(name: name, source: .quicSNI)]
            finishQUIC(slot, detail)
            return
        }
        switch quic.connection.state {
        case .google:
            detail.findings.application = .gquic
            if quic.googleDatagrams > 8 { finishQUIC(slot, detail) }
            quic.googleDatagrams &+= 1
        case .undecryptable:
            finishQUIC(slot, detail)
        case .open where outcome.contains(.clientBytes):
            let message = quic.connection.clientHandshake.contiguous
            guard let header = message.rawSpan.uint32(at: 0), Int(header & 0x00FF_FFFF) + 4 <= message.count else {
                if quic.connection.clientHandshake.isOverLimit { finishHello(slot, detail, quic, state: .overLimit) }
                return
            }
            finishHello(slot, detail, quic, state: nil)
        default:
            break
        }
    }

    /// Takes the hello as far as it came; `state` says where it is known not to be whole.
    private mutating func finishHello(
        _ slot: Int, _ detail: FlowInspection, _ quic: QUICInspection, state: TLSFacts.HelloState?
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
        if let name = facts.serverName { detail.findings.names.append(NameEvidence(name: name, source: .quicSNI)) }
        count(facts.helloState)
        finishQUIC(slot, detail)
        judgeHello(slot, detail)
    }

    private mutating func finishQUIC(_ slot: Int, _ detail: FlowInspection) {
        detail.quic?.connection.finish()
        if detail.quic?.connection.state == .finished { table[slot].flags.insert(.hasQUICHandshake) }
        // The client's side stays watched: another connection may begin between the same ends.
        table[slot].flags.remove(.watchesServer)
        markSpoken(slot)
    }

    /// Takes what is certain of a hello of which datagrams are missing.
    mutating func abandonQUIC(_ slot: Int, _ detail: FlowInspection) {
        guard let quic = detail.quic, quic.connection.state == .open, detail.findings.tls == nil,
            quic.connection.clientHandshake.contiguous.first == ClientHello.messageType
        else { return }
        finishHello(slot, detail, quic, state: .truncated)
    }

    /// Takes a packet back that turned out to belong to another flow.
    private mutating func uncount(_ packet: Packet, _ isForward: Bool, _ slot: Int) {
        let bytes = UInt64(truncatingIfNeeded: packet.ipLength)
        if isForward {
            table[slot].forward.bytes &-= bytes
            table[slot].forward.packets &-= 1
        } else {
            table[slot].backward.bytes &-= bytes
            table[slot].backward.packets &-= 1
        }
    }
}

extension QUICConnection {
    /// The version's number, once one is known.
    fileprivate var versionNumber: UInt32? { version == .negotiation ? nil : version.rawValue }
}
