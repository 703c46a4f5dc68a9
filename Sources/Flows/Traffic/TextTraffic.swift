import Bytes
import Protocols

/// The traffic of HTTP/1 in cleartext, and of WebSocket after it.
///
/// A request begins with a segment that begins with a method. After a change to WebSocket (status 101) a request is what the
/// client sends after it had received an answer, as in TLS.
struct TextTraffic: Sendable, BitwiseCopyable {
    private(set) var log = ExchangeLog()
    private var stream = SegmentOrder()
    private var isWebSocket = false
    /// When the client sent its SYN; `nil` if the handshake was not captured.
    private let opened: Timestamp?
    /// When the flow was named: the server had acknowledged the first request.
    private let named: Timestamp
    /// The segments with payload.
    private(set) var units = 0

    /// The traffic of a connection whose first request was read by the time `named`. Its segments are taken after this.
    init(opened: Timestamp?, named: Timestamp) {
        self.opened = opened
        self.named = named
    }

    /// Takes a segment of either side. Cost: a comparison with the methods, or with the beginning of a status line.
    mutating func take(_ segment: RawSpan, isUp: Bool, sequence: UInt32, acknowledgment: UInt32, at time: Timestamp) {
        let unit = TrafficUnit(
            time: time, size: segment.byteCount, sequence: sequence, acknowledgment: acknowledgment)
        units &+= 1
        if isUp {
            guard stream.takes(sequence, count: segment.byteCount) else { return }
            takeUp(unit, isRequest: HTTPRequest.probe(segment) == .yes)
        } else {
            takeDown(segment, unit)
        }
    }

    /// What was counted until now; each stretch of the client's bytes that was lost may hide a request.
    var summary: FlowTraffic? { log.summary(.http1Text, missing: stream.missing) }

    private mutating func takeUp(_ unit: TrafficUnit, isRequest: Bool) {
        guard let run = log.current else { return begin(unit) }
        let isAnswered = run.firstAnswer != nil && unit.acknowledges(run.answerSequence)
        if isWebSocket {
            // What is shorter is a PONG or a CLOSE (RFC 6455 section 5.5).
            if isAnswered, unit.size >= RequestCounter.smallestRequest { return begin(unit) }
        } else if isRequest {
            if isAnswered { return begin(unit) }
            // Pipelined (RFC 9112 section 9.3.2), or a body that has the text of a request.
            log.current?.beginPipelined()
        }
        log.current?.add(unit, fullSize: .max)
    }

    private mutating func takeDown(_ segment: RawSpan, _ unit: TrafficUnit) {
        switch StatusLine(segment) {
        case .interim: return
        case .switching: isWebSocket = true
        case .other: break
        }
        // The segment that named the flow came after a request that is not held any more.
        if log.current == nil { begin(TrafficUnit(time: named, size: 0, sequence: unit.acknowledgment &- 1)) }
        guard let run = log.current else { return }
        log.answer(unit, isToCurrent: unit.acknowledges(run.sequence))
    }

    private mutating func begin(_ unit: TrafficUnit) {
        if log.current == nil { log.roundTrip = roundTrip(first: unit.time) }
        log.begin(unit, fullSize: .max)
        log.current?.bodies = 1
    }

    /// The way there and back, in nanoseconds: from the request to its acknowledgment, or from the SYN to the request if that
    /// is less. The acknowledgment may come with the answer only, and the client may have waited after the handshake.
    private func roundTrip(first: Timestamp) -> Int64 {
        let acknowledged = max(0, named.nanoseconds(since: first))
        guard let opened else { return acknowledged }
        return min(acknowledged, max(0, first.nanoseconds(since: opened)))
    }
}

/// What the beginning of a server's segment in cleartext is.
private enum StatusLine {
    /// The status line of an interim answer, which is none yet (RFC 9110 section 15.2).
    case interim
    /// That of a change to another protocol (section 15.2.2).
    case switching
    /// Anything else.
    case other

    init(_ segment: RawSpan) {
        guard segment.hasASCII("HTTP/1."), segment.byte(at: 9) == UInt8(ascii: "1") else {
            self = .other
            return
        }
        if segment.hasASCII("101", at: 9) {
            self = .switching
        } else {
            // An interim answer that is longer has the answer behind it in the same segment.
            self = segment.byteCount <= Self.longestInterim ? .interim : .other
        }
    }

    private static var longestInterim: Int { 128 }
}

/// Which segments of one direction bring anything: what was sent again is passed over, and one gap is kept open.
private struct SegmentOrder: Sendable, BitwiseCopyable {
    private var next: UInt32?
    private var hole: (start: UInt32, end: UInt32) = (0, 0)
    /// Stretches that never came.
    private(set) var missing = 0

    /// Whether a segment of `count` bytes at `sequence` brings bytes that were not seen.
    mutating func takes(_ sequence: UInt32, count: Int) -> Bool {
        let end = sequence &+ UInt32(truncatingIfNeeded: count)
        guard let expected = next else {
            next = end
            return true
        }
        let ahead = Int32(bitPattern: sequence &- expected)
        if ahead > 0 {
            missing &+= 1
            hole = (expected, sequence)
        }
        if Int32(bitPattern: end &- expected) > 0 {
            next = end
            return true
        }
        return fill(sequence, end)
    }

    /// Takes a late segment into the gap that is open, from either of its ends.
    private mutating func fill(_ sequence: UInt32, _ end: UInt32) -> Bool {
        let isInside =
            Int32(bitPattern: sequence &- hole.start) >= 0 && Int32(bitPattern: hole.end &- end) >= 0
            && hole.start != hole.end
        guard isInside else { return false }
        if sequence == hole.start { hole.start = end } else if end == hole.end { hole.end = sequence }
        if hole.start == hole.end { missing &-= 1 }
        return true
    }
}

extension Exchange {
    /// Adds the head of a request that comes before the one before it is answered.
    fileprivate mutating func beginPipelined() {
        requests &+= 1
        bodies &+= 1
        fewer &+= 1
    }
}
