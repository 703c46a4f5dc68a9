import Bytes
import Protocols

/// The frames of one direction of a stream of HTTP/3 (RFC 9114 section 7).
///
/// DATA is passed on as it comes; HEADERS and SETTINGS wait until they are whole; any other frame is passed over.
struct HTTP3FrameReader {
    /// The most bytes of a frame that is kept whole.
    static let frameLimit = 1 << 20

    private var buffer: [UInt8] = []
    /// What is left of a frame that is passed on or over, and whether it is DATA.
    private var open: (left: UInt64, isData: Bool)?
    private(set) var isLost = false

    /// Whether so many missing bytes are inside a DATA frame, which then continues after them.
    mutating func skip(_ count: Int?) -> Bool {
        guard let count, buffer.isEmpty, let frame = open, UInt64(count) <= frame.left else {
            // Where the next frame begins is not known, and the frames of a stream hold nothing to find it by.
            isLost = true
            buffer = []
            open = nil
            return false
        }
        open = UInt64(count) == frame.left ? nil : (frame.left - UInt64(count), frame.isData)
        return frame.isData
    }

    /// Takes the next bytes: passes content of DATA to `data`, and whole frames of the kept types to `frame`.
    mutating func take(_ bytes: RawSpan, data: (RawSpan) -> Void, frame: (UInt64, [UInt8]) -> Void) {
        guard !isLost else { return }
        var cursor = 0
        if buffer.isEmpty { cursor = passOpen(bytes, from: 0, data) }
        guard cursor < bytes.byteCount else { return }
        bytes.clamped(cursor...).append(to: &buffer)
        let work = buffer
        buffer = []
        var start = 0
        while start < work.count {
            start = passOpen(work.rawSpan, from: start, data)
            guard start < work.count, let next = takeFrame(work, from: start, frame) else { break }
            start = next
        }
        if start < work.count { buffer = Array(work[start...]) }
    }

    private mutating func passOpen(_ bytes: RawSpan, from start: Int, _ data: (RawSpan) -> Void) -> Int {
        guard let frame = open else { return start }
        let count = Int(clamping: min(frame.left, UInt64(bytes.byteCount - start)))
        if frame.isData, count > 0 { data(bytes.clamped(start..<start + count)) }
        open = UInt64(count) == frame.left ? nil : (frame.left - UInt64(count), frame.isData)
        return start + count
    }

    /// Takes the frame at `start`, or the header of one that is passed; `nil` until enough of it is there.
    private mutating func takeFrame(_ bytes: [UInt8], from start: Int, _ frame: (UInt64, [UInt8]) -> Void) -> Int? {
        var reader = ByteReader(bytes.rawSpan.clamped(start...))
        guard let type = try? reader.variableInteger(), let length = try? reader.variableInteger() else { return nil }
        let body = start + reader.position
        let isKept = (type == HTTP3FrameType.headers || type == HTTP3FrameType.settings) && length <= Self.frameLimit
        guard isKept else {
            if length > 0 { open = (length, type == HTTP3FrameType.data) }
            return body
        }
        guard Int(clamping: length) <= bytes.count - body else { return nil }
        frame(type, Array(bytes[body..<body + Int(length)]))
        return body + Int(length)
    }
}

/// The types of frames (RFC 9114 section 7.2).
enum HTTP3FrameType {
    static let data: UInt64 = 0
    static let headers: UInt64 = 1
    static let settings: UInt64 = 4
}

/// The types of unidirectional streams (RFC 9114 section 6.2, RFC 9204 section 4.2).
enum HTTP3StreamType {
    static let control: UInt64 = 0
    static let encoder: UInt64 = 2
}
