import Bytes
import Protocols
import Wire

/// The counting of one flow's requests, kept apart from the flow's detail: only flows that somebody wants it for have
/// one. A class, so that a packet changes it where it lies. Its size does not grow with the flow.
final class TrafficReading {
    /// What is counted.
    private enum Kind {
        case tls(TLSTraffic)
        case quic(QUICTraffic)
        case text(TextTraffic)
        /// Nothing that could be counted.
        case none
    }

    private var kind: Kind

    /// The counting of a flow of which `findings` are known, at the packet of the time `time`; `start` is the flow's.
    init(_ findings: Findings, start: Timestamp, time: Timestamp) {
        switch findings.application {
        case .tls:
            let offered = findings.tls?.offeredALPN ?? []
            kind = .tls(TLSTraffic(hello: time, offersHTTP2: offered.contains("h2")))
        case .quic: kind = .quic(QUICTraffic(hello: time))
        case .http: kind = .text(TextTraffic(first: time, roundTrip: time.nanoseconds(since: start)))
        case .unknown: kind = .tls(TLSTraffic(hello: nil, offersHTTP2: false))
        case .dns, .http2, .socks, .gquic: kind = .none
        }
    }

    /// Takes the payload of a packet.
    func take(_ payload: RawSpan, _ packet: Packet, isUp: Bool, at time: Timestamp) {
        // Data on a SYN begins behind it (RFC 7413).
        let sequence = packet.flags.contains(.syn) ? packet.sequence &+ 1 : packet.sequence
        let current = kind
        kind = .none
        switch current {
        case .tls(var traffic):
            traffic.take(payload, isUp: isUp, sequence: sequence, acknowledgment: packet.acknowledgment, at: time)
            kind = .tls(traffic)
        case .quic(var traffic):
            let isShort = (payload.byte(at: 0) ?? 0x80) & 0x80 == 0
            traffic.take(size: packet.payloadLength, isShort: isShort, isUp: isUp, at: time)
            kind = .quic(traffic)
        case .text(var traffic):
            traffic.take(payload, isUp: isUp, sequence: sequence, acknowledgment: packet.acknowledgment, at: time)
            kind = .text(traffic)
        case .none: break
        }
    }

    /// The bytes that one takes, at most.
    static var memory: Int { MemoryLayout<Kind>.size + 256 }

    /// Whether it is of use to know the cipher suite.
    var wantsSuite: Bool { if case .tls(let traffic) = kind { traffic.wantsSuite } else { false } }

    /// Notes the cipher suite that the server has chosen.
    func note(suite: UInt16) {
        guard case .tls(var traffic) = kind else { return }
        traffic.note(suite: suite)
        kind = .tls(traffic)
    }

    /// Whether anything is counted at all.
    var isOfUse: Bool { if case .none = kind { false } else { true } }

    /// What was counted until now.
    var summary: FlowTraffic? {
        switch kind {
        case .tls(let traffic): traffic.summary
        case .quic(let traffic): traffic.summary
        case .text(let traffic): traffic.summary
        case .none: nil
        }
    }
}
