import Bytes
import StreamReassembly

/// What one direction of HTTP/1.1 reads next.
enum HTTP1State {
    /// A start line and fields come next.
    case head
    /// So many bytes of a body come next.
    case length(Int)
    case chunked(ChunkedBody)
    case untilClose
    /// The rest of the direction is another protocol.
    case upgraded
    /// The beginning of the next message is not known.
    case lost
}

/// One direction of a connection of HTTP/1.1: what it reads next, and the bytes that were not read yet, at most one head or one
/// line of a chunked body. Both directions are read by the same steps; what they do with the messages is in
/// `HTTP1Connection`.
struct HTTP1Side {
    var state = HTTP1State.head
    var buffer: [UInt8] = []
    /// The packet that holds the first byte of the head that is read.
    var headPosition = StreamPosition(time: .distantPast, packet: 0)

    /// What looking for a head found.
    enum HeadStep {
        /// An empty line before the head, of one byte.
        case emptyLine
        /// A whole head, of so many bytes.
        case head(length: Int)
        /// A part of a head.
        case incomplete
        /// More bytes than a head may have, and no end.
        case tooLong
    }

    /// What reading a part of a body came to.
    enum BodyStep {
        /// The body continues after these bytes.
        case more
        /// A line of a chunked body is not whole yet.
        case incomplete
        /// The body ended; a chunked one may have had fields after it.
        case ended(trailers: [HTTPField])
        /// The chunks contradict RFC 9112 section 7.1.
        case malformed
    }

    /// Looks for a head at `start`. Empty lines before a start line are passed over (RFC 9112 section 2.2).
    static func headStep(_ bytes: RawSpan, from start: Int) -> HeadStep {
        if let byte = bytes.byte(at: start), byte == 0x0D || byte == 0x0A { return .emptyLine }
        if let length = MessageHead.length(bytes, from: start) { return .head(length: length) }
        return bytes.byteCount - start > MessageHead.limit ? .tooLong : .incomplete
    }

    /// Reads what `bytes` has of a body of known length or in chunks from `cursor` on, moves `cursor` past it and passes the content
    /// to `append`; `nil` if no such body is being read.
    mutating func readBody(_ bytes: RawSpan, from cursor: inout Int, append: (RawSpan) -> Void) -> BodyStep? {
        switch state {
        case .length(let left):
            let count = min(left, bytes.byteCount - cursor)
            append(bytes.clamped(cursor..<cursor + count))
            cursor += count
            state = .length(left - count)
            return left == count ? .ended(trailers: []) : .more
        case .chunked(var chunked):
            let before = cursor
            cursor = chunked.read(bytes, from: cursor, append)
            state = .chunked(chunked)
            switch chunked.state {
            case .done: return .ended(trailers: chunked.trailers)
            case .malformed: return .malformed
            default: return cursor == before ? .incomplete : .more
            }
        case .head, .untilClose, .upgraded, .lost: return nil
        }
    }
}
