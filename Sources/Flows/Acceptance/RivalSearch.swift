import Bytes
import Protocols

/// The search for what a server may have read from segments that contradict each other: each reading takes, place by place, the bytes
/// of one of the segments that cover it.
///
/// Which of them arrived is not known at the sensor, so that there may be as many readings as there are subsets. They are tried in the
/// order of how often they depart from a first guess (limited discrepancy search): the latest segment that begins at a place, else the
/// first copy, else a segment that began before. The work is bounded by a multiple of the bytes that came.
struct RivalSearch {
    private let stream: StreamAssembly
    /// The segments by where they begin in the stream; the latest of equal ones first.
    private let rivals: [(start: Int, bytes: [UInt8])]
    /// How many bytes are read.
    private let end: Int
    private var path: [UInt8] = []
    private var seen: Set<Int> = []
    private var readingsLeft: Int
    private var workLeft: Int

    /// How many departures from the first guess are tried at most.
    private static var mostDepartures: Int { 6 }
    /// How many bytes are put together whatever came, and how many for each byte that came.
    private static var work: (least: Int, share: Int) { (65_536, 16) }
    /// What a step costs beside the bytes that are put together.
    private static var stepCost: Int { 32 }

    /// A search over the first `end` bytes of `stream`, which holds the first copies, and over `rivals`, for so many readings at most.
    init(_ stream: StreamAssembly, rivals: RivalSegments, end: Int, readings: Int) {
        self.stream = stream
        let places = rivals.segments.reversed().compactMap { segment -> (start: Int, bytes: [UInt8])? in
            let start = Int(Int32(bitPattern: segment.sequence &- stream.base))
            return start + segment.bytes.count > 0 && start < end ? (start, segment.bytes) : nil
        }
        // A stable order: the latest of those that begin at one place first.
        self.rivals = places.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map(\.element)
        self.end = end
        readingsLeft = readings
        let came = end + places.reduce(0) { $0 + $1.bytes.count }
        workLeft = Self.work.least + Self.work.share * came
    }

    /// Calls `body` with each reading, as far as bytes are there without a gap. The first guess comes first.
    mutating func run(_ body: ([UInt8]) -> Void) {
        for departures in 0...Self.mostDepartures {
            path.removeAll(keepingCapacity: true)
            extend(departures: departures, body)
            guard readingsLeft > 0, workLeft > 0 else { return }
        }
    }

    /// Reads on from the end of the path, with exactly so many departures.
    private mutating func extend(departures: Int, _ body: ([UInt8]) -> Void) {
        let place = path.count
        var rank = 0
        if place < end {
            for choice in choices(at: place) {
                guard rank <= departures, readingsLeft > 0, workLeft > 0 else { return }
                workLeft -= choice.count + Self.stepCost
                path += choice
                extend(departures: departures - rank, body)
                path.removeLast(path.count - place)
                rank += 1
            }
        }
        // The end, or a gap.
        guard rank == 0, departures == 0, place > 0, seen.insert(path.hashValue).inserted else { return }
        readingsLeft -= 1
        body(path)
    }

    /// The bytes that may follow at `place`, the best guess first.
    private func choices(at place: Int) -> [ArraySlice<UInt8>] {
        var choices: [ArraySlice<UInt8>] = []
        var older: [ArraySlice<UInt8>] = []
        var next = end
        for rival in rivals {
            guard rival.start <= place else {
                next = min(next, rival.start)
                break
            }
            let from = place - rival.start
            guard from < rival.bytes.count else { continue }
            let rest = rival.bytes[from..<min(rival.bytes.count, end - rival.start)]
            if from == 0 { choices.append(rest) } else { older.append(rest) }
        }
        if let piece = stream.piece(at: place) { choices.append(stream.bytes[place..<min(piece.upperBound, next)]) }
        return choices + older
    }
}
