import Bytes
import StreamReassembly

/// Where the reading of one direction of HTTP/1.1 stands.
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

/// The bytes of one direction that were not read yet. At most one head, or one line of a chunked body.
struct HTTP1Side {
    var state = HTTP1State.head
    var buffer: [UInt8] = []
    /// The packet that holds the first byte of the head that is read.
    var headPosition = StreamPosition(time: .distantPast, packet: 0)
}
