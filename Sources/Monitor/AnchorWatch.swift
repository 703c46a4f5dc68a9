import Bytes
import Events

/// Schedules the anchoring of sealed logs outside the machine, and makes the text of each anchor.
struct AnchorWatch {
    private var logs: [(output: String, board: HeadBoard, last: LogHead?)] = []
    private var lastTime: Timestamp?
    private let interval: Int64
    private let key: String

    /// A watch that is due every `interval` nanoseconds, for logs sealed by the public key `key`.
    init(interval: Int64, key: String) {
        self.interval = interval
        self.key = key
    }

    /// Adds the log of the output called `name`, whose heads are told on `board`.
    mutating func add(_ name: String, _ board: HeadBoard) { logs.append((name, board, nil)) }

    /// The anchors that are due at `time`: the first at once, and none of a log that did not grow. `isLast` is for the end of a
    /// run, at which all are due.
    mutating func due(at time: Timestamp, isLast: Bool = false) -> [AnchorReport] {
        if !isLast, let lastTime, time.nanoseconds(since: lastTime).magnitude < interval.magnitude { return [] }
        var reports: [AnchorReport] = []
        for index in logs.indices {
            guard let head = logs[index].board.newest, head != logs[index].last else { continue }
            logs[index].last = head
            reports.append(AnchorReport(time: time, output: logs[index].output, head: head, key: key))
        }
        if !reports.isEmpty { lastTime = time }
        return reports
    }
}
