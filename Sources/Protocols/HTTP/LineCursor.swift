import Bytes

/// The lines of a stream that grows, each found once: it remembers how far it has looked.
///
/// A line ends with LF; a CR before it is no part of it (RFC 9112 section 2.2). Trivial; the bytes are never copied.
/// Looking costs one comparison a byte over the whole life of the stream, however often it is called.
struct LineCursor: Sendable {
    /// Where the line that is not complete yet begins.
    private(set) var lineStart = 0
    /// Every byte before this one is known to be no end of the current line.
    private var looked = 0

    /// The next complete line without its ending, or nothing where the bytes hold no further line's end.
    mutating func next(in bytes: RawSpan) -> Range<Int>? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n"), in: looked..<Swift.max(looked, bytes.byteCount)) else {
            looked = Swift.max(looked, bytes.byteCount)
            return nil
        }
        let start = lineStart
        lineStart = end &+ 1
        looked = lineStart
        let hasReturn = end > start && bytes.byte(at: end &- 1) == UInt8(ascii: "\r")
        return start..<(hasReturn ? end &- 1 : end)
    }
}
