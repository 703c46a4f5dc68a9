import Synchronization

/// A value of a log's chain, and the lines up to which it reaches.
public struct LogHead: Equatable, Sendable {
    /// The log file.
    public var file: String
    /// Lines of that file.
    public var lines: Int
    /// The chain after them, 64 hexadecimal digits.
    public var value: String

    /// The chain's `value` after so many `lines` of the log file called `file`.
    public init(file: String, lines: Int, value: String) {
        self.file = file
        self.lines = lines
        self.value = value
    }
}

/// The newest head of a log, told by the thread that writes it and read by the one that anchors it elsewhere.
public final class HeadBoard: Sendable {
    private let head = Mutex<LogHead?>(nil)

    /// A board of a log that has not begun.
    public init() {}

    /// The newest head; `nil` before the first line.
    public var newest: LogHead? { head.withLock { $0 } }

    func note(_ head: LogHead) { self.head.withLock { $0 = head } }
}
