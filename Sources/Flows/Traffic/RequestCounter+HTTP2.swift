import Bytes

/// Sizes of HTTP/2 frames (RFC 9113 section 6), each with its header of nine bytes.
enum HTTP2Sizes {
    /// SETTINGS with the ACK flag, or DATA without any: the end of a body.
    static var empty: Int { 9 }
    /// WINDOW_UPDATE.
    static var windowUpdate: Int { 13 }
    /// The preface (section 3.4), which SETTINGS follows, perhaps in a record of its own.
    static var preface: Int { 24 }
    /// The preface with SETTINGS, WINDOW_UPDATE and PRIORITY after it, but no request.
    static var longestPreface: Int { 160 }
    /// SETTINGS with a dozen values, and WINDOW_UPDATE after it.
    static var longestSettings: Int { 110 }
    /// Shorter than any request's HEADERS: a frame header, and a field for method, scheme, authority and path each.
    static var smallestHeaders: Int { 13 }

    /// Whether a record of `size` bytes may acknowledge SETTINGS together with other control frames.
    static func mayAcknowledgeSettings(_ size: Int) -> Bool { [18, 22, 26, 31, 35, 39].contains(size) }

    /// Whether a record of `size` bytes holds only SETTINGS-ACK (9), WINDOW_UPDATE or RST_STREAM (13), PING or GOAWAY
    /// (17), or two or three of these.
    static func isControl(_ size: Int) -> Bool {
        switch size {
        case 9, 13, 17, 18, 22, 26, 30, 31, 35, 39: true
        default: false
        }
    }
}

/// HTTP/2: requests side by side.
///
/// A request is a HEADERS frame and, if it has a body, DATA frames after it. Clients write them as records of their
/// own, but for the first ones. Sizes distinguish them: control frames have fixed ones, a record that is full
/// continues in the next, heads of later requests are compressed by what the first one said (RFC 7541), and an empty DATA
/// frame ends a body: where a client uses these, they show how many requests a run has even where frames of several went
/// out in one record.
extension RequestCounter {
    mutating func takeUpHTTP2(_ unit: TrafficUnit) {
        guard isBehindPreface(unit) else { return }
        if unit.size == HTTP2Sizes.empty || HTTP2Sizes.mayAcknowledgeSettings(unit.size),
            isSettingsAcknowledgment(unit)
        {
            hasAcknowledgedSettings = true
            return
        }
        guard var run = log.current.take() else {
            if !HTTP2Sizes.isControl(unit.size) { log.begin(unit, fullSize: Self.fullRecord) }
            return
        }
        let isAnswered = isAnswered(run, before: unit)
        if run.isFull || unit.size >= Self.fullRecord {
            add(unit, toBodyOf: &run)
        } else if unit.size == HTTP2Sizes.empty {
            run.isEnded = true
            run.ends &+= 1
            heads.noteEnd()
        } else if HTTP2Sizes.isControl(unit.size) || unit.size < HTTP2Sizes.empty {
            // Neither a request nor a part of one, unless the server's next record says otherwise.
            noteDoubtful(unit, isAnswered: isAnswered)
            log.current = run
            return
        } else if isAnswered, !heads.goesOn(unit.size) {
            doubtful = nil
            log.current = run
            log.begin(unit, fullSize: Self.fullRecord)
            return
        } else if isAnswered {
            // What was answered is another request: this one's body continues.
            run.more &+= 1
            add(unit, toBodyOf: &run)
        } else if run.up >= Self.fullRecord, heads.isBeside(unit.size) {
            run.beginBeside(unit)
        } else {
            let bodies = run.bodies
            run.goOn(unit)
            if run.bodies > bodies { heads.noteApart(run.headSize) }
        }
        doubtful = nil
        if run.requests > 1 { heads.areSideBySide = true }
        log.current = run
    }

    /// Adds a piece of a body, and learns from the first one of a request that it came apart from its head.
    private mutating func add(_ unit: TrafficUnit, toBodyOf run: inout Exchange) {
        if !run.hasBody { heads.noteApart(run.headSize) }
        if run.isEnded, unit.size >= Self.fullRecord, !hasAcknowledgedSettings {
            // A body that continues in full records had not ended: the nine bytes were an acknowledgment.
            hasAcknowledgedSettings = true
            run.takeBackEnd()
        }
        run.addBody(unit)
    }

    /// Whether a record of the server's holds no answer. To a client that uploads, it says again and again how much more
    /// it may send, on the stream and on the connection (RFC 9113 section 6.9).
    func isServerControl(_ size: Int) -> Bool {
        if HTTP2Sizes.isControl(size) { return true }
        guard let run = log.current, run.up >= Self.fullRecord, run.firstAnswer == nil else { return false }
        return size % HTTP2Sizes.windowUpdate == 0
    }

    /// Passes over the preface; where it came in one record with the first request, that record is the request.
    private mutating func isBehindPreface(_ unit: TrafficUnit) -> Bool {
        if hasPreface { return true }
        if unit.size == HTTP2Sizes.preface { return false }
        hasPreface = true
        guard unit.size <= HTTP2Sizes.longestPreface else { return true }
        preface = unit
        return false
    }

    /// The client answers the server's SETTINGS once; where the server's were not seen, with an empty frame that no
    /// body is before.
    private func isSettingsAcknowledgment(_ unit: TrafficUnit) -> Bool {
        if hasAcknowledgedSettings { return false }
        if let serverBeginning, unit.acknowledges(serverBeginning) { return true }
        return log.current?.hasBody != true
    }
}

extension Exchange {
    /// The run with the number of its requests that its ended bodies show. Where each has such an end nothing is in doubt.
    func settled() -> Exchange {
        guard ends >= requests else { return self }
        var run = self
        // One may be that of the run before, or still to come.
        let doubt = ends > requests ? 1 : 0
        run.requests = ends
        run.bodies = ends
        run.fewer = doubt
        run.more = doubt
        return run
    }

    /// Adds a part of a body.
    mutating func addBody(_ unit: TrafficUnit) {
        // A frame that is full (16,384 bytes) does not fit a record with its header, and its rest goes out in the next:
        // the body continues after it.
        let isRest = isFull && unit.size <= HTTP2Sizes.empty
        if !hasBody { bodies &+= 1 }
        hasBody = true
        isEnded = false
        add(unit, fullSize: RequestCounter.fullRecord)
        isFull = isFull || isRest
    }

    /// Takes back that a body ended.
    mutating func takeBackEnd() {
        if ends > 0 { ends &-= 1 }
    }

    /// Adds the head of a request beside one whose body continues.
    mutating func beginBeside(_ unit: TrafficUnit) {
        requests &+= 1
        fewer &+= 1
        headSize = unit.size
        hasBody = false
        isEnded = false
        add(unit, fullSize: RequestCounter.fullRecord)
    }

    /// Adds a record that came before any answer: a body's, or the head of another request.
    mutating func goOn(_ unit: TrafficUnit) {
        guard isHead(unit.size) else {
            // Of two requests sent together the second may be the longer one.
            if !hasBody, requests + bodies > 1 { more &+= 1 }
            addBody(unit)
            return
        }
        requests &+= 1
        headSize = unit.size
        hasBody = false
        isEnded = false
        add(unit, fullSize: RequestCounter.fullRecord)
    }

    private mutating func isHead(_ size: Int) -> Bool {
        // An upload that continues; its end is an answer.
        if up >= RequestCounter.fullRecord { return false }
        if isEnded { return true }
        if hasBody {
            let isLikely = size <= headSize + headSize / 2
            if isLikely { fewer &+= 1 } else { more &+= 1 }
            return isLikely
        }
        if size < HTTP2Sizes.smallestHeaders || size > headSize { return false }
        // The first head says everything in full: another beside it is much shorter.
        if requests == 1, bodies == 0, size * 5 >= headSize * 3 {
            more &+= 1
            return false
        }
        fewer &+= 1
        return true
    }
}
