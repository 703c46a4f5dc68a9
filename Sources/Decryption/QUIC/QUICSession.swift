import Bytes
import Protocols
package import StreamReassembly

/// One QUIC connection, version 1 or 2 (RFC 9000, RFC 9001, RFC 9369): opens its packets and passes its streams on.
///
/// Memory: what waits beyond gaps of streams (`OffsetQueue`), at most `streamLimit` streams, and at most `pendingLimit` bytes
/// of datagrams that wait for the server's hello.
package final class QUICSession {
    /// The most bytes of datagrams that wait for keys.
    static let pendingLimit = 1 << 20
    /// The most streams of a direction that are followed at once.
    static let streamLimit = 65_536
    /// The most connection IDs of each end that are kept.
    static let idLimit = 256
    /// How many pairs of key phases may be missing.
    static let phaseLimit = 2
    /// The most key updates before the beginning of a recording that are tried.
    static let missedUpdateLimit = 16
    /// The most datagrams that are tried with every key.
    static let trialLimit = 4

    let ring: KeyRing
    let output: any MultiplexReceiver
    let waiting: WaitingBudget
    var client = QUICDirection(sender: .client)
    var server = QUICDirection(sender: .server)
    var ledger = OpeningLedger()
    var clientHello: ClientHelloFields?
    var suite: CipherSuite?
    var secrets: ConnectionSecrets?
    var isMatched = false
    var version = QUICVersion.version1
    var alpn: String?
    var hasUnknownFrames = false
    /// Packets that were acknowledged and are not in the recording, or were not opened.
    private(set) var missingPackets: UInt64 = 0
    /// The connection IDs that the client and the server gave out: packets to them carry these.
    package private(set) var clientIDs: [[UInt8]] = []
    /// The connection IDs that lead to the server.
    package private(set) var serverIDs: [[UInt8]] = []
    /// Called with each connection ID that is given out, and the end that receives packets under it.
    let onID: ([UInt8], Sender) -> Void
    var initialID: [UInt8]?
    struct Waiting {
        var bytes: [UInt8]
        var sender: Sender
        var position: StreamPosition
        var offset: UInt64
    }

    var pending: [Waiting] = []
    var pendingBytes = 0
    var trials = 0
    var streams: [QUICStreamKey: OffsetQueue] = [:]
    /// The directions of streams that were given out to their end.
    var finished = FinishedStreams()
    /// Whether a hello came for which datagrams wait.
    var needsDrain = false
    let onProtocol: (String) -> Void

    /// Creates a session whose streams go to `output`.
    package init(
        ring: KeyRing, output: any MultiplexReceiver, waiting: WaitingBudget = WaitingBudget(),
        onID: @escaping ([UInt8], Sender) -> Void = { _, _ in },
        onProtocol: @escaping (String) -> Void = { _ in }
    ) {
        self.ring = ring
        self.output = output
        self.waiting = waiting
        self.onID = onID
        self.onProtocol = onProtocol
    }

    /// The outcome of the connection; final after `finish`.
    package var outcome: DecryptionOutcome {
        var outcome = DecryptionOutcome(state: ledger.state(hadKey: isMatched))
        outcome.unopened = Array(ledger.ranges.prefix(DecryptionOutcome.rangeLimit))
        outcome.serverName = clientHello?.serverName
        outcome.alpn = alpn
        if ledger.missingBytes > 0 {
            outcome.reason = "\(ledger.missingBytes) bytes of its streams are not in the recording"
        }
        if missingPackets > 0 {
            outcome.reason = "\(missingPackets) packets that the other end has acknowledged are not in the recording"
        }
        if hasUnknownFrames { outcome.reason = "a packet holds a frame of a type that is not known" }
        return outcome
    }

    /// Whether a packet with this destination and source ID may belong to the connection.
    package func isKnown(destination: [UInt8], source: [UInt8]?, from sender: Sender) -> Bool {
        let ids = sender == .client ? serverIDs : clientIDs
        if ids.contains(destination) || destination == initialID { return true }
        // A client without an identifier of its own shares that with every other one.
        guard let source, !source.isEmpty else { return false }
        return (sender == .client ? clientIDs : serverIDs).contains(source)
    }

    /// Notes that the connection began before the recording did.
    package func beginInTheMiddle() { ledger.cut() }

    /// Takes a datagram that `sender` sent.
    package func receive(_ datagram: RawSpan, from sender: Sender, at position: StreamPosition) {
        let start = direction(sender).offset
        let count = UInt64(datagram.byteCount)
        withDirection(sender) { $0.offset &+= count }
        read(datagram, from: sender, at: position, offset: start, mayWait: true)
        if needsDrain {
            needsDrain = false
            drainPending(isLast: false)
        }
    }

    /// Notes that the recording holds no more of the connection.
    package func finish() {
        drainPending(isLast: true)
        for side in [client, server] { missingPackets &+= side.acknowledged.count(without: side.received) }
        if missingPackets > 0 { ledger.cut() }
        for key in streams.keys.sorted() { flush(key) }
        output.finish()
    }

    func direction(_ sender: Sender) -> QUICDirection { sender == .client ? client : server }

    func withDirection<Result>(_ sender: Sender, _ body: (inout QUICDirection) -> Result) -> Result {
        sender == .client ? body(&client) : body(&server)
    }

    // MARK: Identifiers

    /// Keeps a connection ID that `owner` receives packets under.
    func addID(_ id: [UInt8], of owner: Sender) {
        let known = owner == .client ? clientIDs : serverIDs
        guard known.count < Self.idLimit, !known.contains(id) else { return }
        if owner == .client { clientIDs.append(id) } else { serverIDs.append(id) }
        onID(id, owner)
    }

    func setProtocol(_ name: String?) {
        guard let name else { return }
        alpn = name
        onProtocol(name)
    }
}
