import Bytes

/// The runs of one connection: the current one, the one before it, whose answer may still continue, and what the others
/// came to. Two runs are held, whatever the connection carries.
struct ExchangeLog: Sendable {
    /// The run that continues, or is being answered.
    var current: Exchange?
    private var previous: Exchange?
    /// What encryption and the path cost a question: from the hello to the server's first record, in nanoseconds.
    var roundTrip: Int64 = 0

    private var requests = 0
    private var fewer = 0
    private var more = 0
    private var streamed = 0
    private var delayedAnswers = 0
    private var immediateAnswers = 0
    /// The sizes of the shortest and the longest answer that came at once.
    private var immediateSizes: (least: Int, most: Int) = (.max, 0)
    /// Whether the first run was answered as a change to WebSocket is.
    private var mayBeWebSocket = false
    private var isInterleaved = false
    /// The runs that are over, their answers included.
    private(set) var settled = 0
    private var largest = 0
    private var longest: Int64 = 0
    private var waits: Int64 = 0
    private var answered = 0

    /// Begins another run.
    mutating func begin(_ unit: TrafficUnit, fullSize: Int) {
        if let previous { settle(previous) }
        previous = current
        current = Exchange(unit, fullSize: fullSize)
    }

    /// Adds a piece of an answer: to the current run where the server had received its beginning, otherwise to the one
    /// before.
    mutating func answer(_ unit: TrafficUnit, isToCurrent: Bool) {
        if isToCurrent { current?.answer(unit) } else { previous?.answer(unit) }
    }

    private mutating func settle(_ run: Exchange) {
        let run = run.settled()
        requests &+= run.requests
        fewer &+= run.fewer
        more &+= run.more
        settled &+= 1
        if run.requests > 1 { isInterleaved = true }
        largest = max(largest, run.up)
        if settled == 1 { mayBeWebSocket = run.looksLikeUpgrade }
        if let wait = run.wait {
            let (sum, overflow) = waits.addingReportingOverflow(wait)
            waits = overflow ? .max : sum
            answered &+= 1
        }
        if run.isStreamed {
            streamed &+= max(1, min(run.requests, run.bodies))
            longest = max(longest, run.answerDuration)
        } else if settled == 2, mayBeWebSocket, run.looksLikeWarmUp {
            // A message that has the server read a long prompt and asks for no answer yet.
        } else if run.up >= Self.smallestQuestion, (run.wait ?? 0) - roundTrip >= Self.shortestThought {
            delayedAnswers &+= run.requests
        } else if run.up >= Self.smallestPost {
            immediateAnswers &+= run.requests
            immediateSizes = (min(immediateSizes.least, run.down), max(immediateSizes.most, run.down))
        }
    }

    /// What was counted until now. `missing` stretches were lost, each of which may hide a request.
    func summary(_ method: FlowTraffic.Method, missing: Int) -> FlowTraffic? {
        guard current != nil else { return nil }
        var sum = self
        if let previous { sum.settle(previous) }
        if let current { sum.settle(current) }
        return FlowTraffic(
            method: method,
            requests: Estimate(
                sum.requests, low: sum.requests &- sum.fewer &- missing, high: sum.requests &+ sum.more &+ missing),
            streamed: sum.streamed, delayedAnswers: sum.delayedAnswers,
            immediateAnswers: sum.likelyImmediateAnswers,
            uploadBursts: sum.settled,
            largestUpload: sum.largest, firstByte: sum.answered > 0 ? sum.waits / Int64(sum.answered) : nil,
            longestStream: sum.longest)
    }

    /// Answers that came at once and may be a model's. Where requests follow one another and others are streamed they are
    /// none; nor are they if all have one size, as the acknowledgments of telemetry have and texts do not.
    private var likelyImmediateAnswers: Int {
        if streamed > 0, !isInterleaved { return 0 }
        return immediateSizes.most &- immediateSizes.least > Self.sameSize ? immediateAnswers : 0
    }

    /// Answers of one kind differ by a few digits in their heads.
    static var sameSize: Int { 16 }
    /// No model answers sooner than this, beyond the way there and back, in nanoseconds.
    static var shortestThought: Int64 { 50_000_000 }
    /// Fewer bytes hold no question, even where most of its head is compressed.
    static var smallestQuestion: Int { 200 }
    /// A request with a body hardly has fewer bytes, head and all, if nothing is compressed.
    static var smallestPost: Int { 350 }
}
