import Bytes
package import StreamReassembly

/// One TLS connection over a byte stream: opens its records and passes the plain text on.
///
/// Keys come from a `KeyRing`: by the client random, and if no key was given for that (Encrypted Client Hello, a hello that
/// was lost, a recording that begins later) by trial, in which the tag decides. Memory: one record a direction, a handshake
/// message, and at most `pendingLimit` bytes that wait for the server's hello.
package final class TLSSession: StreamReceiver {
    /// The most bytes of records that wait for keys.
    static let pendingLimit = 1 << 20

    let ring: KeyRing
    private let output: any StreamReceiver
    private let onProtocol: (String) -> Void
    let client = TLSSide(sender: .client)
    let server = TLSSide(sender: .server)
    var ledger = OpeningLedger()
    var clientHello: ClientHelloFields?
    var serverHello: ServerHelloFields?
    /// The keys that are in use, and whether they were given for the connection's own random.
    var secrets: ConnectionSecrets?
    var isMatched = false
    var keyBlock: TLS12KeyBlock?
    /// The suite that TLS 1.2 agreed on, or that of TLS 1.3.
    var suite: CipherSuite?
    var unsupported: String?
    /// Whether the server sent a message that only a full handshake of TLS 1.2 has.
    var isFullHandshake = false
    /// The tickets that the server gave out in this connection, at most `ticketLimit`.
    var tickets: [[UInt8]] = []
    /// The most tickets of one connection that are kept.
    static let ticketLimit = 16
    private(set) var alpn: String?
    private(set) var serverName: String?
    private var isClosed: [Bool] = [false, false]

    /// Creates a session that passes plain text to `output`. `onProtocol` is notified of the protocol that ALPN agreed on.
    package init(ring: KeyRing, output: any StreamReceiver, onProtocol: @escaping (String) -> Void = { _ in }) {
        self.ring = ring
        self.output = output
        self.onProtocol = onProtocol
    }

    /// The outcome of the connection; final after `finish`.
    package var outcome: DecryptionOutcome {
        var outcome = DecryptionOutcome(state: ledger.state(hadKey: isMatched))
        outcome.unopened = Array(ledger.ranges.prefix(DecryptionOutcome.rangeLimit))
        outcome.reason = unsupported ?? missingHello
        outcome.serverName = serverName
        outcome.alpn = alpn
        return outcome
    }

    /// Reads the next bytes of a direction; they are borrowed for the call.
    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        if sender == .client {
            client.records.append(bytes, at: position)
        } else {
            server.records.append(bytes, at: position)
        }
        readRecords(from: sender)
    }

    /// Continues after `count` bytes that are missing, or after an unknown number of them.
    package func lose(_ count: Int?, from sender: Sender) {
        startTrial()
        let side = self[sender]
        let gone = side.records.lose(UInt64(max(count ?? 0, 0)))
        ledger.miss(gone, from: side.isClient)
        side.unopenedBytes &+= gone.upperBound &- gone.lowerBound
        side.isAfterGap = true
        if count == nil {
            side.isNumberKnown = false
            ledger.cut()
        }
        side.handshake.reset()
    }

    /// Notes that `sender` sends no more.
    package func close(_ sender: Sender) {
        guard !isClosed[sender.rawValue] else { return }
        isClosed[sender.rawValue] = true
        output.close(sender)
    }

    /// Emits what is left: no more bytes come.
    package func finish() {
        startTrial()
        for side in [client, server] {
            noteSkipped(side, before: side.records.offset)
            // A record that was never completed is a loss at the end of the recording.
            if side.records.waitingCount > 0 {
                ledger.miss(side.records.lose(0), from: side.isClient)
                side.unopenedBytes &+= 1
            }
            if side.unopenedBytes > 0 { output.lose(nil, from: side.sender) }
        }
        output.finish()
    }

    /// The direction of `sender`.
    subscript(sender: Sender) -> TLSSide { sender == .client ? client : server }

    // MARK: Records

    private func readRecords(from sender: Sender) {
        let side = self[sender]
        while let place = side.records.next() {
            noteSkipped(side, before: place.offset)
            let record = Array(side.records.buffer[place.range])
            if take(record, type: place.type, at: place.offset, place.position, from: sender) {
                side.records.accept()
            } else {
                side.records.reject(place)
            }
        }
    }

    /// Counts the bytes before `offset` that were passed over in search of a record.
    private func noteSkipped(_ side: TLSSide, before offset: UInt64) {
        let skipped = side.records.takeSkipped()
        guard skipped > 0 else { return }
        side.unopenedBytes &+= skipped
        ledger.miss(offset &- min(skipped, offset)..<offset, from: side.isClient)
    }

    /// Takes a record; `false` if it was found by its shape alone and does not open.
    private func take(
        _ record: [UInt8], type: UInt8, at offset: UInt64, _ position: StreamPosition, from sender: Sender
    ) -> Bool {
        let side = self[sender]
        let isTLS13 = serverHello.map { $0.version == 0x0304 } ?? false
        let isSealed = type == 23 || (type != 20 && !isTLS13 && (side.isProtected || isSealedAfterGap(record, side)))
        guard isSealed else {
            takeClear(record, type: type, from: sender)
            return true
        }
        guard prepareKeys(for: sender, record) else {
            // Without both hellos it is not known yet which keys apply; a trial comes at the latest at the end.
            return hold(record, at: offset, position, from: sender)
        }
        return open(record, at: offset, position, from: sender)
    }

    /// Whether a record that looks like one in cleartext is sealed, because the change of keys was lost.
    private func isSealedAfterGap(_ record: [UInt8], _ side: TLSSide) -> Bool {
        guard side.isAfterGap, keyBlock != nil, record.count > 9 else { return false }
        let length = Int(record[6]) << 16 | Int(record[7]) << 8 | Int(record[8])
        return record[0] != 22 || length > record.count
    }

    private func hold(_ record: [UInt8], at offset: UInt64, _ position: StreamPosition, from sender: Sender) -> Bool {
        self[sender].pending.append((record, offset, position))
        self[sender].pendingBytes += record.count
        if client.pendingBytes + server.pendingBytes > Self.pendingLimit { startTrial() }
        return true
    }

    /// Opens what waits, after keys were found or given up.
    func drainPending() {
        // The server's records first: they hold the handshake that the client answers.
        for side in [server, client] {
            let waiting = side.pending
            side.pending = []
            side.pendingBytes = 0
            for entry in waiting { _ = open(entry.record, at: entry.offset, entry.position, from: side.sender) }
        }
    }

    private func open(_ record: [UInt8], at offset: UInt64, _ position: StreamPosition, from sender: Sender) -> Bool {
        let side = self[sender]
        guard let opening = side.open(header: Array(record[..<5]), body: record.rawSpan.clamped(5...)) else {
            // Without keys nothing says that the shape of a record deceives.
            if side.records.isTentative, !side.stages.isEmpty { return false }
            ledger.fail(offset..<offset &+ UInt64(record.count), from: side.isClient)
            side.unopenedBytes &+= UInt64(record.count)
            return true
        }
        ledger.open(isEarly: opening.phase == .early)
        forgiveHandshake(side, opening)
        reportLoss(before: opening, side)
        side.isAfterGap = false
        side.isNumberKnown = true
        side.unopenedBytes = 0
        side.searchBudget = TLSSide.searchLimit
        deliver(opening.record, at: position, from: sender)
        return true
    }

    /// Logs of application secrets alone are usual: the handshake then stays closed, and no plain text is missed.
    private func forgiveHandshake(_ side: TLSSide, _ opening: TLSSide.Opening) {
        guard opening.phase == .application, !side.hasOpenedApplication else { return }
        side.hasOpenedApplication = true
        guard !side.isAfterGap, opening.skipped == nil || side.number == 1 else { return }
        ledger.forgiveFailures(from: side.isClient)
        side.unopenedBytes = 0
    }

    /// Tells the layer above how many bytes it misses, exactly if all records between were of one stage.
    private func reportLoss(before opening: TLSSide.Opening, _ side: TLSSide) {
        let gone = side.unopenedBytes
        guard gone > 0 || !side.isNumberKnown, opening.phase != .handshake else { return }
        var count: Int?
        if side.isNumberKnown, let skipped = opening.skipped, let overhead = opening.overhead {
            let framing = skipped.multipliedReportingOverflow(by: UInt64(overhead))
            if !framing.overflow, framing.partialValue <= gone { count = Int(clamping: gone &- framing.partialValue) }
        }
        output.lose(count, from: side.sender)
    }

    private func deliver(_ record: OpenedRecord, at position: StreamPosition, from sender: Sender) {
        switch record.type {
        case 23:
            if !record.content.isEmpty { output.receive(record.content.rawSpan, from: sender, at: position) }
        case 22: takeHandshake(record.content.rawSpan, from: sender)
        case 21:
            // close_notify (RFC 8446 section 6.1).
            if record.content.count == 2, record.content[1] == 0 { close(sender) }
        default: break
        }
    }

    private func takeClear(_ record: [UInt8], type: UInt8, from sender: Sender) {
        switch type {
        case 22: takeHandshake(record.rawSpan.clamped(5...), from: sender)
        case 20: changeCipher(of: sender)
        default: break
        }
    }

    private func takeHandshake(_ bytes: RawSpan, from sender: Sender) {
        var messages: [(UInt8, [UInt8])] = []
        self[sender].handshake.take(bytes) { messages.append(($0, $1)) }
        for (type, message) in messages { takeMessage(type, message.rawSpan, from: sender) }
    }

    func setProtocol(_ name: String?) {
        guard let name else { return }
        alpn = name
        onProtocol(name)
    }

    func setServerName(_ name: String?) { serverName = name ?? serverName }
}
