import Bytes

/// Counts the requests of one connection by the sizes and order of its records.
///
/// HTTP/1.1, and WebSocket after it, alternates: a request begins with what the client sends after it received an
/// answer. Its acknowledgment numbers show what it had received, so that it does not matter where on the path the
/// capture was made. HTTP/2 carries requests side by side: see `RequestCounter+HTTP2`.
struct RequestCounter: Sendable {
    /// What the connection speaks.
    enum Speech: Sendable {
        /// HTTP/2 was offered, and nothing yet shows whether it was taken.
        case undecided
        case http1, http2
    }

    var log = ExchangeLog()
    var speech: Speech
    /// Whether the client's preface passed.
    var hasPreface = false
    /// Whether the client has acknowledged the server's SETTINGS.
    var hasAcknowledgedSettings = false
    /// What was passed over as the preface, while that is not sure.
    var preface: TrafficUnit?
    /// The sequence number of the server's first record after the handshake.
    var serverBeginning: UInt32?
    /// What is known of the client's requests, in HTTP/2.
    var heads = HTTP2Heads()
    /// Records that may be heads as short as control frames, until the server's next record tells.
    var doubtful: DoubtfulHeads?
    /// Whether some were heads.
    var hasShortHeads = false
    /// The bytes that the server has answered since the client last gave a window back.
    var sinceWindowUpdate = 0
    /// Whether the server's SETTINGS were passed over.
    private var hasServerSettings = false
    /// The server's first record, while it may be the first of two session tickets.
    private var likelyTicket: TrafficUnit?

    /// A counter of a connection whose client offered HTTP/2, or did not.
    init(offersHTTP2: Bool) {
        speech = offersHTTP2 ? .undecided : .http1
    }

    /// Continues in the middle of a connection that speaks HTTP/2.
    mutating func continueHTTP2() {
        speech = .http2
        hasPreface = true
        hasAcknowledgedSettings = true
        hasServerSettings = true
    }

    /// Takes a record of the client's.
    mutating func takeUp(_ unit: TrafficUnit) {
        // An encrypted alert has two bytes, and a request never (RFC 8446 section 6).
        guard unit.size > Self.alertSize else { return }
        settleTicket()
        switch speech {
        case .http1: takeUpHTTP1(unit)
        case .http2, .undecided: takeUpHTTP2(unit)
        }
    }

    /// Notes a record of the server's that may be a ticket or its SETTINGS, sent before it had received a request.
    mutating func noteServer(_ sequence: UInt32) {
        if serverBeginning == nil { serverBeginning = sequence }
    }

    /// Takes a record of the server's that is no part of the handshake.
    mutating func takeDown(_ unit: TrafficUnit) {
        guard unit.size > Self.alertSize, !isTicket(unit) else { return }
        if speech == .undecided { decide(byFirst: unit) }
        answer(unit)
    }

    private mutating func answer(_ unit: TrafficUnit) {
        if speech == .http2 {
            noteServer(unit.sequence)
            settleDoubtful(by: unit)
            sinceWindowUpdate &+= unit.size
            if isServerControl(unit.size) || isServerSettings(unit) { return }
        } else if unit.size == Self.continueSize {
            return
        }
        guard let current = log.current else { return }
        log.answer(unit, isToCurrent: unit.acknowledges(current.sequence))
    }

    /// Whether the record is one of two session tickets, which some servers send when they have received the client's
    /// Finished and what came with it: two records of one size, the first that they send (RFC 8446 section 4.6.1). The
    /// first of them is suppressed until it is known what follows.
    private mutating func isTicket(_ unit: TrafficUnit) -> Bool {
        guard speech == .undecided, unit.size > HTTP2Sizes.longestSettings else {
            settleTicket()
            return false
        }
        guard let first = likelyTicket else {
            guard serverBeginning == nil else { return false }
            likelyTicket = unit
            noteServer(unit.sequence)
            return true
        }
        if unit.size == first.size, unit.time == first.time {
            likelyTicket = nil
            return true
        }
        settleTicket()
        return false
    }

    /// Takes what was suppressed for a ticket for the answer that it is.
    mutating func settleTicket() {
        guard let unit = likelyTicket.take() else { return }
        decide(byFirst: unit)
        answer(unit)
    }

    private mutating func takeUpHTTP1(_ unit: TrafficUnit) {
        if var current = log.current.take() {
            // What comes while a body continues is a ticket or an interim answer, and short.
            let isUnfinished = current.isFull && current.down <= Self.largestAside
            if isUnfinished || !isAnswered(current, before: unit) || unit.size < Self.smallestRequest {
                current.add(unit, fullSize: Self.fullRecord)
                log.current = current
                return
            }
            log.current = current
        } else if unit.size < Self.smallestRequest {
            return
        }
        log.begin(unit, fullSize: Self.fullRecord)
        log.current?.bodies = 1
    }

    /// Whether the client had received a piece of the answer to `run` when it sent `unit`.
    func isAnswered(_ run: Exchange, before unit: TrafficUnit) -> Bool {
        run.firstAnswer != nil && unit.acknowledges(run.answerSequence)
    }

    /// Whether the record is the server's first, its SETTINGS.
    private mutating func isServerSettings(_ unit: TrafficUnit) -> Bool {
        guard !hasServerSettings else { return false }
        hasServerSettings = true
        return unit.size <= HTTP2Sizes.longestSettings
    }

    /// The server's first record tells what was chosen: SETTINGS comes first in HTTP/2, and is short (RFC 9113 section
    /// 3.4); the head of an answer is not.
    private mutating func decide(byFirst unit: TrafficUnit) {
        let isSettings = unit.size <= HTTP2Sizes.longestSettings && unit.size != Self.continueSize
        speech = isSettings ? .http2 : .http1
        guard !isSettings, log.current == nil, let preface else { return }
        takeUpHTTP1(preface)
    }

    /// `level` and `description` (RFC 8446 section 6).
    static var alertSize: Int { 2 }
    /// `HTTP/1.1 100 Continue` and two line ends: no answer yet (RFC 9110 section 15.2.1).
    static var continueSize: Int { 25 }
    /// `GET / HTTP/1.1` and two line ends; less is a WebSocket's PONG, or an end.
    static var smallestRequest: Int { 18 }
    /// Two session tickets, or the head of an interim answer, and no more.
    static var largestAside: Int { 600 }
    /// The most that a record holds (RFC 8446 section 5.1).
    static var fullRecord: Int { 16_384 }
}

/// What is known of the requests of an HTTP/2 client: whether their bodies come in records of their own, how long heads
/// are, and how many bodies continue. The first head says most in full, and those after it are compressed by it (RFC 7541).
struct HTTP2Heads: Sendable {
    /// The longest head that a body followed in a record of its own; 0 before there was one.
    private var longestApart = 0
    /// Bodies that began apart and that no empty frame has ended.
    private var open = 0
    /// Whether the client ends bodies with an empty frame.
    private var endsBodies = false
    /// Whether requests were seen to go out side by side.
    var areSideBySide = false

    /// Notes that the body of a request came in a record behind the head, which has `size` bytes.
    mutating func noteApart(_ size: Int) {
        longestApart = max(longestApart, size)
        open &+= 1
    }

    /// Notes an empty frame that ended a body.
    mutating func noteEnd() {
        endsBodies = true
        open = max(0, open &- 1)
    }

    /// Whether a record of `size` bytes that comes behind an answer is a piece of a body all the same: it is too long for
    /// a head of a client that sends bodies apart, and a body continues, or may.
    func goesOn(_ size: Int) -> Bool {
        guard longestApart > 0, size > longestApart &* 2 else { return false }
        return endsBodies ? open > 0 : areSideBySide
    }

    /// Whether a record of `size` bytes in the midst of an upload is the head of another request.
    func isBeside(_ size: Int) -> Bool {
        areSideBySide && size >= HTTP2Sizes.smallestHeaders && size <= longestApart
    }
}
