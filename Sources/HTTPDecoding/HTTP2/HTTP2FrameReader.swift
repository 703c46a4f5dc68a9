import Bytes
import StreamReassembly

/// The header of a frame (RFC 9113 section 4.1).
struct HTTP2FrameHeader {
    static let count = 9

    var length: Int
    var type: UInt8
    var flags: UInt8
    var stream: UInt32

    init?(_ bytes: RawSpan, at offset: Int) {
        guard let word = bytes.uint32(at: offset), let flags = bytes.byte(at: offset + 4),
            let stream = bytes.uint32(at: offset + 5)
        else { return nil }
        length = Int(word >> 8)
        type = UInt8(truncatingIfNeeded: word)
        self.flags = flags
        self.stream = stream & 0x7FFF_FFFF
    }

    /// Whether this may be the header of a frame, for a search after a loss: a known type with a length and a stream that fit.
    var isPlausible: Bool {
        guard length <= 16_384 else { return false }
        switch type {
        case HTTP2FrameType.data: return stream != 0 && flags & ~0x09 == 0
        case HTTP2FrameType.headers: return stream != 0 && length > 0 && flags & ~0x2D == 0
        case HTTP2FrameType.priority: return stream != 0 && length == 5
        case HTTP2FrameType.reset: return stream != 0 && length == 4 && flags == 0
        case HTTP2FrameType.settings: return stream == 0 && length % 6 == 0 && flags & ~1 == 0
        case HTTP2FrameType.ping: return stream == 0 && length == 8 && flags & ~1 == 0
        case HTTP2FrameType.goAway: return stream == 0 && length >= 8
        case HTTP2FrameType.windowUpdate: return length == 4 && flags == 0
        case HTTP2FrameType.continuation: return stream != 0 && flags & ~0x04 == 0
        default: return false
        }
    }
}

/// The types of frames (RFC 9113 section 6).
enum HTTP2FrameType {
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let priority: UInt8 = 2
    static let reset: UInt8 = 3
    static let settings: UInt8 = 4
    static let pushPromise: UInt8 = 5
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
    static let windowUpdate: UInt8 = 8
    static let continuation: UInt8 = 9
}

/// One direction of HTTP/2: the bytes of frames, and the block that is being put together.
///
/// DATA is passed on as it comes; any other frame waits until it is whole, at most `frameLimit` bytes.
struct HTTP2Side {
    /// The most bytes of a frame other than DATA; longer ones are passed over.
    static let frameLimit = 1 << 20
    /// The most bytes of a field block.
    static let blockLimit = 1 << 20

    var buffer: [UInt8] = []
    var fields = FieldBlockDecoder()
    /// The DATA frame that is being read: its stream, what is left of it, its padding at the end, and its flags.
    var data: (stream: UInt32, left: Int, padding: Int, isLast: Bool)?
    /// The field block that is being put together.
    var block: (stream: UInt32, bytes: [UInt8], isLast: Bool, isPromise: Bool)?
    /// Bytes of a frame that is too long to be kept.
    var skipping = 0
    var isSynchronized = true
    var hasPreface = false
    var framePosition = StreamPosition(time: .distantPast, packet: 0)
}
