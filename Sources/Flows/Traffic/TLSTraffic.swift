import Bytes
import Protocols

/// The traffic of a TLS connection: its records, less the handshake, counted as requests and answers.
struct TLSTraffic: Sendable, BitwiseCopyable {
    private var up = RecordStream()
    private var down = RecordStream()
    private var counter: RequestCounter
    /// When the hello passed; `nil` if the connection's beginning was not captured.
    private let hello: Timestamp?
    /// What encryption adds to a record of the client's, and of the server's.
    private var overhead = (up: Self.overheadTLS13, down: Self.overheadTLS13)
    /// The cipher suite, once the server has chosen it; 0 before.
    private var suite: UInt16 = 0
    /// Whether application data of the client's is the application's.
    private var isOpen: Bool
    private var sawServer = false
    private var sawChange = false
    /// Answers that passed before the flow was followed, each of which may have parted two requests; 255 is that many or more.
    private var unseenAnswers: UInt8 = 0
    /// The sequence number behind the client's Finished.
    private var finished: UInt32?
    /// What the client had received of the server's stream when it sent that.
    private var received: UInt32 = 0
    private var handshakeRecords = 0
    private var downUnits = 0
    /// The records seen, and the segments in which one was looked for in vain.
    private(set) var units = 0

    /// The traffic of a connection whose hello passed at `hello` and offered HTTP/2, or did not.
    init(hello: Timestamp?, offersHTTP2: Bool) {
        self.hello = hello
        counter = RequestCounter(offersHTTP2: offersHTTP2)
        isOpen = hello == nil
    }

    /// Notes the cipher suite that the server has chosen, as long as it is of use.
    mutating func note(suite: UInt16) {
        if self.suite == 0, !isOpen { self.suite = suite }
    }

    /// Notes that the connection spoke HTTP/2 before this flow began: its preface and SETTINGS have passed.
    mutating func continueHTTP2() { counter.continueHTTP2() }

    /// Notes that the client had received an answer that was not taken. In front of a hello it is a proxy's, which parts no requests.
    mutating func noteUnseenAnswer() {
        if hello == nil, unseenAnswers < .max { unseenAnswers += 1 }
    }

    /// Takes a segment of either side. Cost: a comparison if all of it is inside one record.
    @inline(__always)
    mutating func take(_ segment: RawSpan, isUp: Bool, sequence: UInt32, acknowledgment: UInt32, at time: Timestamp) {
        if isUp {
            if up.isInside(segment.byteCount, sequence) { return }
        } else {
            if down.isInside(segment.byteCount, sequence) { return }
        }
        read(segment, isUp: isUp, sequence: sequence, acknowledgment: acknowledgment, at: time)
    }

    private mutating func read(
        _ segment: RawSpan, isUp: Bool, sequence: UInt32, acknowledgment: UInt32, at time: Timestamp
    ) {
        if !(isUp ? up.isPlaced : down.isPlaced) { units &+= 1 }
        while let record = isUp ? up.next(in: segment, sequence: sequence) : down.next(in: segment, sequence: sequence)
        {
            units &+= 1
            let unit = TrafficUnit(
                time: time, size: record.header.length, sequence: record.sequence, acknowledgment: acknowledgment)
            if isUp { takeUp(record, unit) } else { takeDown(record, unit) }
        }
    }

    /// The runs that the records came to.
    var log: ExchangeLog { counter.log }

    /// What was counted until now; `nil` if one side was not captured, for then nothing alternates.
    var summary: FlowTraffic? {
        guard downUnits > 0 else { return nil }
        var counter = counter
        counter.settleTicket()
        let method: FlowTraffic.Method = counter.speech == .http2 ? .http2Records : .http1Records
        return counter.log.summary(method, missing: up.missing &+ down.missing &+ Int(unseenAnswers))
    }

    // MARK: The client's side

    private mutating func takeUp(_ record: PlacedRecord, _ unit: TrafficUnit) {
        switch record.header.content {
        case .alert: return
        case .changeCipherSpec: sawChange = true
        case .handshake: takeHandshake(record)
        case .applicationData:
            var unit = unit
            unit.size = max(0, unit.size - overhead.up)
            if isOpen || isRequest(record, unit) { counter.takeUp(unit) }
        }
    }

    /// Before TLS 1.3 the client's Finished is a handshake record behind its change of cipher, and its length shows what
    /// encryption adds: twelve bytes of it are the message's, and four its header (RFC 5246 section 7.4.9).
    private mutating func takeHandshake(_ record: PlacedRecord) {
        guard sawServer, sawChange, !isOpen, record.header.length <= Self.longestFinished else { return }
        let added = max(0, record.header.length - 16)
        overhead = (added, added)
        isOpen = true
    }

    /// Whether application data before the client's Finished is early data; in TLS 1.3 the end of the handshake looks
    /// like application data too (RFC 8446 section 5.2).
    private mutating func isRequest(_ record: PlacedRecord, _ unit: TrafficUnit) -> Bool {
        handshakeRecords &+= 1
        if unit.size == Self.endOfEarlyData { return false }
        if let padding = padding(ofFinished: unit.size) {
            overhead.up &+= padding
            isOpen = true
            finished = record.end
            received = unit.acknowledgment
            return false
        }
        // A client's certificate comes in a record or two; who sends more has long been through.
        if handshakeRecords > Self.handshakeRecordLimit { isOpen = true }
        return !sawServer
    }

    /// How much padding a record of `size` bytes has if it is the client's Finished; `nil` if it is not one. Some
    /// stacks add the same padding to each record (RFC 8446 section 5.4), and the hash of the suite tells how much.
    private func padding(ofFinished size: Int) -> Int? {
        guard suite >> 8 == Self.suitesTLS13 else {
            return size == Self.finishedSHA256 || size == Self.finishedSHA384 ? 0 : nil
        }
        let padding = size - (suite == Self.aes256 ? Self.finishedSHA384 : Self.finishedSHA256)
        return sawServer && (0...Self.longestPadding).contains(padding) ? padding : nil
    }

    // MARK: The server's side

    private mutating func takeDown(_ record: PlacedRecord, _ unit: TrafficUnit) {
        if !sawServer, let hello { counter.log.roundTrip = max(0, unit.time.nanoseconds(since: hello)) }
        sawServer = true
        downUnits &+= 1
        guard record.header.content == .applicationData, isOpen else { return }
        // The end of the server's handshake, and its tickets (RFC 8446 section 4.6.1), answer no request: the server
        // sends them before it has received one.
        if let finished, !unit.acknowledges(finished) {
            if Int32(bitPattern: record.sequence &- received) >= 0 { counter.noteServer(record.sequence) }
            return
        }
        var unit = unit
        unit.size = max(0, unit.size - overhead.down)
        counter.takeDown(unit)
    }

    /// One byte for the true type and sixteen for the tag (RFC 8446 section 5.2).
    private static var overheadTLS13: Int { 17 }
    /// Handshake messages with their header of four bytes (RFC 8446 section 4).
    private static var endOfEarlyData: Int { 4 }
    private static var finishedSHA256: Int { 36 }
    private static var finishedSHA384: Int { 52 }
    /// An encrypted Finished with the longest padding and digest: a second hello is longer.
    private static var longestFinished: Int { 112 }
    private static var handshakeRecordLimit: Int { 8 }
    /// Suites of TLS 1.3 (RFC 8446 appendix B.4), of which one in use has a hash of 48 bytes.
    private static var suitesTLS13: UInt16 { 0x13 }
    private static var aes256: UInt16 { 0x1302 }
    /// More than this is taken for a client's certificate.
    private static var longestPadding: Int { 32 }
}
