import Bytes

/// The beginning of one QUIC connection, as far as a monitor can read it: which version, and both handshakes' bytes at
/// the Initial level (RFC 9001 section 4.1.3).
///
/// A value kept with its flow while that is unnamed. Bounded: two streams of `QUICCryptoStream.limit` and a fixed number
/// of trials. Its keys come from the client's first destination connection id, and are taken for right only once a tag
/// verified under them; so whichever end is the client, and which packet was the first, shows by itself.
public struct QUICConnection: Sendable {
    /// How far the connection was read.
    public enum State: Equatable, Sendable {
        /// No Initial packet was opened yet.
        case waiting
        /// The client's Initial packets are being read.
        case open
        /// The owner has what it wants. Until the server answers, what the client sends is compared with what was read; from
        /// then on only the beginning of another connection is looked for.
        case finished
        /// Google QUIC with its own handshake.
        case google
        /// No packet of `trialLimit` could be opened: the client's first one was not captured.
        case undecryptable
    }

    /// How far the connection was read.
    public internal(set) var state = State.waiting
    /// The version of the latest Initial packet that was opened, or of the latest packet of a known version.
    public internal(set) var version = QUICVersion.negotiation
    /// Whether the client is the end whose datagrams are given with `fromInitiator`; nothing while not known.
    public internal(set) var clientIsInitiator: Bool?
    /// The client's handshake bytes: the ClientHello.
    public internal(set) var clientHandshake = QUICCryptoStream()
    /// The server's handshake bytes: the ServerHello. Read only where asked for.
    public internal(set) var serverHandshake = QUICCryptoStream()
    /// The datagrams that brought new bytes of the client's handshake.
    public internal(set) var clientDatagrams = 0
    /// Bytes of the client's handshake that came with another value, those of a hello that it replaced included.
    public internal(set) var conflicts = 0
    /// Whether the server continued with the handshake, so that it has taken a hello.
    public internal(set) var isAnswered = false
    /// The handshake bytes that the client sent before it began again; empty if it did not.
    public internal(set) var replaced: [UInt8] = []
    /// How many bytes of `replaced` were compared with those that came after them.
    var comparedCount = 0
    /// The server name in Google's own hello, in lower case.
    public internal(set) var googleName: String?
    /// Whether the server asked the client to begin again with another connection id.
    public internal(set) var sawRetry = false
    /// Whether the server asked the client to begin again with another version.
    public internal(set) var sawNegotiation = false

    let readsServer: Bool
    var keys: QUICInitialKeys?
    var serverKeys: QUICPacketKeys?
    var serverKeysVersion = QUICVersion.negotiation
    /// Keys under which no tag verified yet, kept so that a sender cannot make every packet cost a derivation.
    var candidate: QUICInitialKeys?
    /// The destination id of the client's first Initial packet that was opened.
    var originalID: QUICConnectionID?
    var clientID: QUICConnectionID?
    var serverID: QUICConnectionID?
    var retryID: QUICConnectionID?
    /// The destination id that a Retry or a Version Negotiation made obsolete.
    var abandonedID: QUICConnectionID?
    var clientExpected: UInt64 = 0
    var serverExpected: UInt64 = 0
    var failures = 0
    var openings = 0
    /// The derivations of keys for the datagram that is being read.
    var derivations = 0

    /// A connection of which nothing was seen. `readsServer` asks for the server's Initial packets too, which costs
    /// four HMACs a connection and one opening a packet.
    public init(readsServer: Bool = false) {
        self.readsServer = readsServer
    }

    /// The packets of one connection that are tried in vain, whatever their size. After that only the first packet of a
    /// datagram of full size is tried, which a client's first is: so a connection is never given up, and a byte costs the
    /// same however many there are.
    public static let trialLimit = 64
    /// The packets of one connection that are opened, whatever their size.
    public static let openingLimit = 256
    /// The most Initial packets of one datagram that are tried in vain before the rest of it is passed over.
    public static let failuresPerDatagram = 16
    /// The most derivations of keys for one datagram: for the packets' version, and for one that it changes to.
    static let derivationsPerDatagram = 2

    /// The memory that the connection holds beside itself, in bytes; the keys are counted at a fixed figure.
    public var memory: Int {
        let keyed = (keys == nil ? 0 : 1) &+ (candidate == nil ? 0 : 1) &+ (serverKeys == nil ? 0 : 1)
        return clientHandshake.memory &+ serverHandshake.memory &+ replaced.count &+ keyed &* 1_024
    }

    /// Ends the reading. What was found stays readable but for the handshake bytes; from now on `receive` looks only for the
    /// beginning of another connection.
    ///
    /// `untilAnswered` keeps the client's handshake bytes and keys until the server continues with the handshake, so that what
    /// contradicts them is seen (`QUICOutcome.conflict`): some 2 kB a connection for a round trip.
    public mutating func finish(untilAnswered: Bool = false) {
        if state != .google { state = .finished }
        serverHandshake.release()
        serverKeys = nil
        candidate = nil
        failures = 0
        if !untilAnswered || isAnswered { settle() }
    }

    /// Gives back what was kept for comparison.
    mutating func settle() {
        clientHandshake.release()
        replaced = []
        keys = nil
    }

    /// Reads one datagram of the flow and tells what it brought.
    ///
    /// `fromInitiator` distinguishes the two ends and need not mean the client. Bytes are borrowed for the call; packets
    /// of a datagram are read one after the other (RFC 9000 section 12.2). Never throws: what cannot be read is counted
    /// in `decryptor.counters`. Cost: about 16 us for a connection's first Initial packet, 6 us for each other, 3 ns for
    /// a datagram that holds no long header.
    public mutating func receive(
        _ datagram: RawSpan, fromInitiator: Bool, with decryptor: inout QUICDecryptor
    ) -> QUICOutcome {
        guard let form = datagram.byte(at: 0) else { return [] }
        if form & 0x80 == 0 || QUICVersion.google(datagram) != nil {
            return receiveGoogle(datagram, counters: &decryptor.counters)
        }
        var outcome: QUICOutcome = []
        var offset = 0
        let known = clientHandshake.receivedCount
        var first: ByteRange?
        let failuresBefore = failures
        derivations = 0
        while let byte = datagram.byte(at: offset), byte & 0x80 != 0, !outcome.contains(.newConnection) {
            guard failures &- failuresBefore < QUICConnection.failuresPerDatagram else {
                decryptor.counters.exhausted &+= 1
                break
            }
            guard let packet = read(datagram, at: offset, counters: &decryptor.counters) else {
                if offset == 0, state == .waiting, noteVersion(ofCut: datagram) { outcome.insert(.recognised) }
                break
            }
            offset = packet.end
            let destination = datagram.clamped(packet.destinationID.indices)
            if let first, !destination.hasSameBytes(as: datagram.clamped(first.indices)) {
                // Receivers ignore it (RFC 9000 section 12.2), and each other id would cost a derivation of keys.
                decryptor.counters.skipped &+= 1
                continue
            }
            first = packet.destinationID
            outcome.formUnion(receive(packet, of: datagram, fromInitiator: fromInitiator, with: &decryptor))
        }
        if clientHandshake.receivedCount != known || outcome.contains(.restarted) { clientDatagrams &+= 1 }
        return outcome
    }

    private func read(_ datagram: RawSpan, at offset: Int, counters: inout QUICCounters) -> QUICLongHeader? {
        do throws(ParseError) {
            return try QUICLongHeader(datagram, at: offset)
        } catch {
            if state == .finished { return nil }
            if error == .truncated { counters.truncated &+= 1 } else { counters.malformed &+= 1 }
            return nil
        }
    }

    /// Takes the version of a packet that was not captured whole: it cannot be opened, and still says what it is.
    private mutating func noteVersion(ofCut datagram: RawSpan) -> Bool {
        guard QUICConnection.probe(datagram) == .yes, let number = datagram.uint32(at: 1) else { return false }
        version = QUICVersion(rawValue: number)
        return true
    }
}

/// What one datagram brought to its connection. Empty where it brought nothing new.
@frozen
public struct QUICOutcome: OptionSet, Sendable, BitwiseCopyable {
    /// The bits.
    public let rawValue: UInt8

    /// The set of `rawValue`'s bits.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// At least one packet was QUIC's beyond doubt: its tag verified, or its version is known.
    public static let recognised = QUICOutcome(rawValue: 1)
    /// `clientHandshake.contiguous` grew.
    public static let clientBytes = QUICOutcome(rawValue: 2)
    /// `serverHandshake.contiguous` grew.
    public static let serverBytes = QUICOutcome(rawValue: 4)
    /// The client began again, after a Retry or a Version Negotiation, or from a lost beginning: `clientHandshake` starts
    /// again at its first byte, and a parser of it must too.
    public static let restarted = QUICOutcome(rawValue: 8)
    /// Another connection began on the same addresses and ports. The datagram was not taken: end this flow, and give
    /// the datagram to a fresh connection.
    public static let newConnection = QUICOutcome(rawValue: 16)
    /// `googleName` was found.
    public static let googleName = QUICOutcome(rawValue: 32)
    /// The client's datagrams contradict each other: bytes of its handshake came again with another value, or it began again
    /// and nothing that the server sent asked for that.
    public static let conflict = QUICOutcome(rawValue: 64)
    /// The server continued with the handshake: from now on no other hello of the client counts.
    public static let answered = QUICOutcome(rawValue: 128)
}

/// What happened to the QUIC packets of one engine: the figures of `quic` in statistics. All are totals since the start.
public struct QUICCounters: Equatable, Sendable {
    /// Initial packets whose tag verified.
    public var opened: UInt64 = 0
    /// Initial packets whose tag did not verify under the keys that are known: `quic.decrypt_failed{reason="tag"}`.
    public var tagFailed: UInt64 = 0
    /// Initial packets for which no key can be derived, because the client's first one was not seen:
    /// `quic.decrypt_failed{reason="no_key"}`.
    public var withoutKey: UInt64 = 0
    /// Long-header packets that end past the captured bytes.
    public var truncated: UInt64 = 0
    /// Long-header packets that break the layout of their version.
    public var malformed: UInt64 = 0
    /// Opened Initial packets with a frame that may not be there, or that breaks its layout (RFC 9000 section 12.4).
    public var malformedFrames: UInt64 = 0
    /// Packets of a version that is not read here.
    public var unsupportedVersion: UInt64 = 0
    /// 0-RTT and Handshake packets: passed over, their keys are the two ends' own.
    public var skipped: UInt64 = 0
    /// Datagrams of Google QUIC with its own handshake (Q0xx).
    public var google: UInt64 = 0
    /// CRYPTO frames of streams that had reached their bound, in bytes or in gaps.
    public var overLimit: UInt64 = 0
    /// Initial packets not tried, because their connection had used up its trials, and datagrams whose rest was passed over,
    /// because they had used up theirs.
    public var exhausted: UInt64 = 0

    /// Nothing counted yet.
    public init() {}
}
