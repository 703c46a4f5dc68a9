/// Records of the client's that have the size of control frames and may hold the heads of requests.
struct DoubtfulHeads: Sendable {
    /// The first of them.
    var unit: TrafficUnit
    /// How many there are.
    var count = 1
}

/// HTTP/2 heads that are as short as control frames.
///
/// A later request for the same host compresses to twenty bytes or so (RFC 7541), and then its record has the size of two
/// or three control frames: 26, 30, 31 or 35 bytes. What such a record is, the server's next record tells. To a request it
/// answers with a record that is no control frame, a round trip later and after silence, since it had answered all
/// before. To control frames it answers with one, or not at all; and a server that was still answering continues meanwhile
/// with records that do not acknowledge the doubtful one.
extension RequestCounter {
    /// Notes a record with the size of control frames that came after the answer to the current run had begun.
    mutating func noteDoubtful(_ unit: TrafficUnit, isAnswered: Bool) {
        defer { if unit.size % HTTP2Sizes.windowUpdate == 0 { sinceWindowUpdate = 0 } }
        guard isAnswered, unit.size >= HTTP2Sizes.ping else { return }
        // A window is given back after much was received: the fewest bytes after which any known client does so.
        let isWindowUpdate = unit.size % HTTP2Sizes.windowUpdate == 0
        if isWindowUpdate, sinceWindowUpdate >= HTTP2Sizes.smallestWindowReturn { return }
        if doubtful == nil { doubtful = DoubtfulHeads(unit: unit) } else { doubtful?.count &+= 1 }
    }

    /// Decides by a record of the server's, before it is taken, what the doubtful records before it were.
    mutating func settleDoubtful(by unit: TrafficUnit) {
        guard let heads = doubtful, !HTTP2Sizes.isControl(unit.size) || unit.acknowledges(heads.unit.sequence)
        else { return }
        doubtful = nil
        if HTTP2Sizes.isControl(unit.size) { return }
        guard unit.acknowledges(heads.unit.sequence) else {
            // The server continues with what it answered before: requests at most side by side with that.
            log.current?.more &+= heads.count
            return
        }
        // Most records of 17 bytes are pings; of heads that short there were others before.
        guard heads.unit.size > HTTP2Sizes.ping || hasShortHeads else {
            log.current?.noteDoubt(heads.count)
            return
        }
        hasShortHeads = true
        log.begin(heads.unit, fullSize: Self.fullRecord)
        log.current?.requests = heads.count
        log.current?.fewer = heads.count
    }
}

extension HTTP2Sizes {
    /// PING (RFC 9113 section 6.7).
    static var ping: Int { 17 }
    /// Go's client gives its windows back after 4 KiB, others after 32 KiB and more.
    static var smallestWindowReturn: Int { 4_096 }
}

extension Exchange {
    /// Notes that as many requests as `count` may have been sent while this run was answered: its answer may be those of
    /// several, and pieces on both sides of such a request are not one stream.
    mutating func noteDoubt(_ count: Int) {
        more &+= count
        breakAnswer()
    }
}
