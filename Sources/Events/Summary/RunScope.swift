public import Bytes
import Rules
import Text

/// What a run read: the first line of its summary.
public struct RunScope: Equatable, Sendable {
    /// The time of the first packet; `nil` without any.
    public var first: Timestamp?
    /// The time of the last one.
    public var last: Timestamp?
    /// The files that were read.
    public var files: Int

    /// The scope of a run over `files` files, with packets from `first` to `last`.
    public init(first: Timestamp?, last: Timestamp?, files: Int) {
        self.first = first
        self.last = last
        self.files = files
    }

    /// `2026-11-22 19:01:45 to 19:12:03 UTC, 1 file`.
    var text: String {
        let count = "\(TextTable.count(UInt64(clamping: files))) \(files == 1 ? "file" : "files")"
        guard let first, let last else { return "no packets, \(count)" }
        let (begin, end) = (Self.words(first), Self.words(last))
        let isOneDay = begin.date == end.date
        return "\(begin.date) \(begin.time) to \(isOneDay ? "" : end.date + " ")\(end.time) UTC, \(count)"
    }

    private static func words(_ time: Timestamp) -> (date: String, time: String) {
        let text = time.rfc3339
        return (String(text.prefix(10)), String(text.dropFirst(11).prefix(8)))
    }
}
