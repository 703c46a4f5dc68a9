import Bytes
import Protocols

/// The traffic of HTTP/1 in the clear: a request begins with a segment that begins with a method.
struct TextTraffic: Sendable, BitwiseCopyable {
    private(set) var log = ExchangeLog()
    private var downUnits = 0
    /// The segments with payload.
    private(set) var units = 0

    /// The traffic of a connection whose first request is being read; `roundTrip` is that of its handshake.
    init(first: Timestamp, roundTrip: Int64) {
        // A packet may claim a time before its flow's first one.
        log.roundTrip = max(0, roundTrip)
        log.begin(TrafficUnit(time: first, size: 0), fullSize: .max)
        log.current?.bodies = 1
    }

    /// Takes a segment of either side.
    mutating func take(_ segment: RawSpan, isUp: Bool, sequence: UInt32, acknowledgment: UInt32, at time: Timestamp) {
        let unit = TrafficUnit(
            time: time, size: segment.byteCount, sequence: sequence, acknowledgment: acknowledgment)
        units &+= 1
        if isUp {
            takeUp(unit, isRequest: HTTPRequest.probe(segment) == .yes)
        } else if unit.size != RequestCounter.continueSize {
            downUnits &+= 1
            log.answer(unit, isToCurrent: true)
        }
    }

    /// What was counted until now.
    var summary: FlowTraffic? { log.summary(.http1Text, missing: 0) }

    private mutating func takeUp(_ unit: TrafficUnit, isRequest: Bool) {
        let isAnswered = log.current?.firstAnswer != nil
        if isRequest, isAnswered {
            log.begin(unit, fullSize: .max)
            log.current?.bodies = 1
        } else {
            log.current?.add(unit, fullSize: .max)
        }
    }
}
