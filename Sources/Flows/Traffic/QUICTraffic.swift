import Bytes
import Protocols

/// The traffic of a QUIC connection, by the sizes of its datagrams with a short header: how many frames they hold, and
/// of which streams, is hidden (RFC 9001 section 5.4).
///
/// HTTP/3 compresses heads little, and a client writes each in a datagram of its own; what it sends beside them are
/// acknowledgments and windows, which are short. A datagram that is full continues in the next.
struct QUICTraffic: Sendable, BitwiseCopyable {
    private(set) var log = ExchangeLog()
    private let hello: Timestamp
    private var sawServer = false
    private var downUnits = 0
    /// The datagrams with a short header.
    private(set) var units = 0

    /// The traffic of a connection whose hello passed at `hello`.
    init(hello: Timestamp) {
        self.hello = hello
    }

    /// Takes a datagram of `size` bytes above UDP.
    mutating func take(size: Int, isShort: Bool, isUp: Bool, at time: Timestamp) {
        if !isUp, !sawServer {
            sawServer = true
            log.roundTrip = max(0, time.nanoseconds(since: hello))
        }
        guard isShort else { return }
        units &+= 1
        let unit = TrafficUnit(time: time, size: max(0, size - Self.overhead))
        if isUp { takeUp(unit) } else { takeDown(unit) }
    }

    /// What was counted until now; `nil` if one side was not captured.
    var summary: FlowTraffic? {
        guard downUnits > 0 else { return nil }
        return log.summary(.quicPackets, missing: 0)
    }

    private mutating func takeUp(_ unit: TrafficUnit) {
        guard var run = log.current.take() else {
            if unit.size >= Self.smallestRequest { log.begin(unit, fullSize: Self.fullPacket) }
            return
        }
        if run.isFull {
            if unit.size >= Self.smallestPiece { run.add(unit, fullSize: Self.fullPacket) }
        } else if unit.size < Self.smallestRequest {
            // Acknowledgments with many ranges are as long as the shortest requests.
            if unit.size >= Self.doubtfulRequest { run.more &+= 1 }
        } else if run.firstAnswer != nil {
            log.current = run
            log.begin(unit, fullSize: Self.fullPacket)
            return
        } else {
            // A body may have come in a datagram of its own.
            run.fewer &+= 1
            run.requests &+= 1
            run.add(unit, fullSize: Self.fullPacket)
        }
        log.current = run
    }

    private mutating func takeDown(_ unit: TrafficUnit) {
        guard unit.size >= Self.smallestPiece else { return }
        downUnits &+= 1
        guard let run = log.current else { return }
        // What comes sooner than a round trip after the run began answers the one before it.
        let isToCurrent = unit.time.nanoseconds(since: run.start) >= log.roundTrip / 4 * 3
        log.answer(unit, isToCurrent: isToCurrent)
    }

    /// First byte, an eight-byte connection id, two of the packet number, sixteen of the tag (RFC 9000 section 17.3.1).
    private static var overhead: Int { 27 }
    /// Shorter packets only acknowledge, or open windows.
    private static var smallestRequest: Int { 64 }
    private static var doubtfulRequest: Int { 36 }
    private static var smallestPiece: Int { 20 }
    /// Every path carries 1,200 bytes (RFC 9000 section 14); a client that has more to send fills them.
    private static var fullPacket: Int { 1_150 }
}
