import Bytes

/// One run of upload and what was answered to it: one request where they come one after another, several where a
/// connection carries them side by side.
struct Exchange: Sendable {
    /// When the run began.
    let start: Timestamp
    /// The sequence number of its first byte.
    let sequence: UInt32
    /// When the last of the run passed.
    var lastUp: Timestamp
    /// Application bytes of the run.
    var up: Int
    /// Requests in the run.
    var requests = 1
    /// Requests of the run that have a body.
    var bodies = 0
    /// Bodies of the run that an empty frame ended, whichever requests they belong to.
    var ends = 0
    /// How many of the requests may be none.
    var fewer = 0
    /// How many more there may be.
    var more = 0

    /// The size of the latest request's head.
    var headSize: Int
    /// Whether a body of the latest request was seen.
    var hasBody = false
    /// Whether the latest request was ended by an empty frame.
    var isEnded = false
    /// Whether the latest record was as full as they get, so that the next one continues with it.
    var isFull = false

    /// When the answer's first piece passed.
    private(set) var firstAnswer: Timestamp?
    /// The sequence number of that piece.
    private(set) var answerSequence: UInt32 = 0
    /// When the answer's latest piece passed.
    private(set) var lastAnswer: Timestamp
    /// Application bytes of the answer.
    private(set) var down = 0
    /// At how many moments pieces of the answer came, since it was last in doubt whose pieces they are.
    private(set) var arrivals = 0
    /// The most of them between two such doubts before.
    private var arrivalsBefore = 0
    /// The records of the answer, and the sizes of the shortest and the longest.
    private(set) var pieces = 0
    private(set) var shortestPiece = Int.max
    private(set) var longestPiece = 0

    /// A run that begins with `unit`.
    init(_ unit: TrafficUnit, fullSize: Int) {
        start = unit.time
        lastUp = unit.time
        lastAnswer = unit.time
        sequence = unit.sequence
        up = unit.size
        headSize = unit.size
        isFull = unit.size >= fullSize
    }

    /// Adds a further record of the run.
    mutating func add(_ unit: TrafficUnit, fullSize: Int) {
        up &+= unit.size
        lastUp = max(lastUp, unit.time)
        isFull = unit.size >= fullSize
    }

    /// Adds a piece of the answer.
    mutating func answer(_ unit: TrafficUnit) {
        pieces &+= 1
        shortestPiece = min(shortestPiece, unit.size)
        longestPiece = max(longestPiece, unit.size)
        if firstAnswer == nil {
            firstAnswer = unit.time
            answerSequence = unit.sequence
            arrivals = 1
        } else if unit.time.nanoseconds(since: lastAnswer) >= Self.moment {
            arrivals &+= 1
        }
        lastAnswer = max(lastAnswer, unit.time)
        down &+= unit.size
    }

    /// Counts the moments of the answer from here on: what comes may answer another request.
    mutating func breakAnswer() {
        arrivalsBefore = max(arrivalsBefore, arrivals)
        arrivals = 0
    }

    /// Whether the answer came in many small pieces, as tokens do that are sent while they are made; what is only long
    /// comes in few pieces, each as much as the window allows.
    var isStreamed: Bool {
        let moments = max(arrivals, arrivalsBefore)
        return moments >= Self.fewestPieces && down / max(1, moments) <= Self.largestPiece
    }

    /// From the run's last byte to the answer's first, in nanoseconds.
    var wait: Int64? { firstAnswer.map { max(0, $0.nanoseconds(since: lastUp)) } }

    /// How long the answer lasted, in nanoseconds.
    var answerDuration: Int64 { firstAnswer.map { lastAnswer.nanoseconds(since: $0) } ?? 0 }

    /// Pieces closer than this came at one moment, in nanoseconds.
    static var moment: Int64 { 2_000_000 }
    /// How many moments a streamed answer has at least.
    static var fewestPieces: Int { 4 }
    /// How many bytes come at one moment of it at most: a full window of ten segments (RFC 6928) is four times that.
    static var largestPiece: Int { 3_000 }
}
