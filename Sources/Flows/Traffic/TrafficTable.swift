import Bytes
import Protocols
import Wire

/// The request counters of all flows whose requests are counted.
///
/// Trivial values in one allocation that packets change in place, without reference counts or copies. The size of one does not
/// grow with its flow; their total is bounded by `limit`.
struct TrafficTable: ~Copyable {
    /// What came of beginning to count.
    enum Beginning {
        /// The flow is counted there.
        case place(TrafficPlace)
        /// It is of a kind that cannot be counted.
        case ofNoUse
        /// The memory set aside does not suffice.
        case full
    }

    private var tls = Arena<TLSTraffic>()
    private var quic = Arena<QUICTraffic>()
    private var text = Arena<TextTraffic>()
    private let limit: Int

    /// A table that takes at most `limit` bytes.
    init(limit: Int) { self.limit = limit }

    /// The bytes of the whole table.
    var memory: Int { tls.memory + quic.memory + text.memory }

    /// Begins to count the requests of a flow of which `findings` are known, at the packet of the time `time`. `opened` is
    /// when the client sent its SYN, if the handshake was captured. `continued` says how the requests of the connection's
    /// earlier part were counted, if it had one.
    mutating func begin(
        _ findings: Findings, opened: Timestamp?, time: Timestamp, continued: FlowTraffic.Method? = nil
    ) -> Beginning {
        switch findings.application {
        case .tls, .unknown:
            guard memory + tls.growth <= limit else { return .full }
            let isTLS = findings.application == .tls && continued == nil
            let offersHTTP2 = isTLS && findings.tls?.offeredALPN.contains("h2") == true
            var traffic = TLSTraffic(hello: isTLS ? time : nil, offersHTTP2: offersHTTP2)
            if let suite = findings.tls?.cipherSuite { traffic.note(suite: suite) }
            if continued == .http2Records { traffic.continueHTTP2() }
            return .place(TrafficPlace(.tls, tls.insert(traffic)))
        case .quic:
            guard memory + quic.growth <= limit else { return .full }
            return .place(TrafficPlace(.quic, quic.insert(QUICTraffic(hello: time))))
        case .http:
            guard memory + text.growth <= limit else { return .full }
            return .place(TrafficPlace(.text, text.insert(TextTraffic(opened: opened, named: time))))
        case .dns, .http2, .socks, .gquic: return .ofNoUse
        }
    }

    /// Frees the place of a flow that is over, or no longer counted.
    mutating func end(_ place: TrafficPlace) {
        switch place.kind {
        case .tls: tls.remove(place.index)
        case .quic: quic.remove(place.index)
        case .text: text.remove(place.index)
        case nil: break
        }
    }

    /// Takes the payload of a packet.
    mutating func take(
        _ payload: RawSpan, _ packet: borrowing Packet, isUp: Bool, at time: Timestamp, in place: TrafficPlace
    ) {
        // Data on a SYN begins after it (RFC 7413).
        let sequence = packet.flags.contains(.syn) ? packet.sequence &+ 1 : packet.sequence
        let acknowledgment = packet.acknowledgment
        switch place.kind {
        case .tls:
            tls[place.index].take(
                payload, isUp: isUp, sequence: sequence, acknowledgment: acknowledgment, at: time)
        case .quic:
            let isShort = (payload.byte(at: 0) ?? 0x80) & 0x80 == 0
            quic[place.index].take(size: packet.payloadLength, isShort: isShort, isUp: isUp, at: time)
        case .text:
            text[place.index].take(
                payload, isUp: isUp, sequence: sequence, acknowledgment: acknowledgment, at: time)
        case nil: break
        }
    }

    /// Notes that the client had received an answer that was not taken.
    mutating func noteUnseenAnswer(in place: TrafficPlace) {
        if place.kind == .tls { tls[place.index].noteUnseenAnswer() }
    }

    /// Notes the cipher suite that the server has chosen.
    mutating func note(suite: UInt16, in place: TrafficPlace) {
        if place.kind == .tls { tls[place.index].note(suite: suite) }
    }

    /// What was counted until now.
    func summary(_ place: TrafficPlace) -> FlowTraffic? {
        switch place.kind {
        case .tls: tls[place.index].summary
        case .quic: quic[place.index].summary
        case .text: text[place.index].summary
        case nil: nil
        }
    }

    /// How far a flow has come on its trial: it grows with the records and with the exchanges that were looked at.
    func trialStage(_ place: TrafficPlace) -> Int {
        switch place.kind {
        case .tls: Self.stage(tls[place.index].units, tls[place.index].log.settled)
        case .quic: Self.stage(quic[place.index].units, quic[place.index].log.settled)
        case .text: Self.stage(text[place.index].units, text[place.index].log.settled)
        case nil: 0
        }
    }

    private static func stage(_ units: Int, _ exchanges: Int) -> Int {
        units / trialUnits &+ exchanges / trialExchanges
    }

    /// After how many records or packets a flow on trial is judged: thirty megabytes where records are full, three where
    /// each fills a segment.
    static var trialUnits: Int { 2_048 }
    /// After how many exchanges it is.
    static var trialExchanges: Int { 8 }
}

/// Where the counting of a flow's requests is, if they are counted: what is counted, and a number.
@frozen
public struct TrafficPlace: Equatable, Sendable, BitwiseCopyable {
    /// What is counted.
    enum Kind: UInt32 {
        /// TLS records.
        case tls = 1
        /// QUIC packets.
        case quic = 2
        /// Requests in cleartext.
        case text = 3
    }

    @usableFromInline let packed: UInt32

    @inlinable
    init(packed: UInt32) { self.packed = packed }

    /// Nowhere: nothing is counted.
    @inlinable public static var none: TrafficPlace { TrafficPlace(packed: 0) }

    /// The place with the number `index`, which is below 2^30.
    init(_ kind: Kind, _ index: Int) {
        packed = kind.rawValue << 30 | UInt32(truncatingIfNeeded: index) & 0x3FFF_FFFF
    }

    /// What is counted; `nil` if nothing is.
    var kind: Kind? { Kind(rawValue: packed >> 30) }

    /// The place's number among those of its kind.
    var index: Int { Int(packed & 0x3FFF_FFFF) }
}

/// One record or packet as it is counted: nothing of what it holds.
struct TrafficUnit {
    /// When its first byte passed.
    var time: Timestamp
    /// Its application bytes, as far as encryption lets them be known.
    var size: Int
    /// The sequence number of its first byte; 0 if the transport has none in cleartext.
    var sequence: UInt32 = 0
    /// Up to where its sender had received the other direction.
    var acknowledgment: UInt32 = 0

    /// Whether its sender had received the byte at `sequence` of the other direction.
    func acknowledges(_ sequence: UInt32) -> Bool { Int32(bitPattern: acknowledgment &- sequence) > 0 }
}
