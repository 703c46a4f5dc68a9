import Bytes

/// How the end of a body is known (RFC 9112 section 6.3).
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
    /// Until the connection closes.
    case untilClose

    /// The framing of a request.
    static func request(_ fields: [HTTPField]) -> BodyFraming {
        if isChunked(fields) { return .chunked }
        return contentLength(fields).map { $0 == 0 ? .none : .length($0) } ?? .none
    }

    /// The framing of a response to a request of the method.
    static func response(_ status: Int, to method: String, _ fields: [HTTPField]) -> BodyFraming {
        if method == "HEAD" || status < 200 || status == 204 || status == 304 { return .none }
        if isChunked(fields) { return .chunked }
        return contentLength(fields).map { $0 == 0 ? .none : .length($0) } ?? .untilClose
    }

    private static func isChunked(_ fields: [HTTPField]) -> Bool {
        FieldText.lists("chunked", "transfer-encoding", in: fields)
    }

    /// The first valid length; a list of equal ones counts as one.
    private static func contentLength(_ fields: [HTTPField]) -> Int? {
        guard let value = FieldText.value("content-length", in: fields) else { return nil }
        let first = value.split(separator: UInt8(ascii: ",")).first.map { FieldText.trimmed(Array($0)) } ?? []
        guard !first.isEmpty, first.count <= 18 else { return nil }
        var length = 0
        for byte in first {
            guard (0x30...0x39).contains(byte) else { return nil }
            length = length * 10 + Int(byte - 0x30)
        }
        return length
    }
}

/// Reads a body in the chunked transfer coding (RFC 9112 section 7.1): extensions are passed over, trailers are kept.
struct ChunkedBody {
    enum State: Equatable {
        case size
        case data(Int)
        case dataEnd
        case trailers
        case done
        case malformed
    }

    /// The most bytes of a line or of the trailers.
    static let lineLimit = 65_536

    private(set) var state = State.size
    private(set) var trailers: [HTTPField] = []

    /// Reads on from `start`, passes data to `body`, and gives the offset of the first byte that was not taken.
    mutating func read(_ bytes: RawSpan, from start: Int, _ body: (RawSpan) -> Void) -> Int {
        var cursor = start
        while cursor < bytes.byteCount {
            switch state {
            case .size, .dataEnd:
                guard let end = Self.lineEnd(bytes, from: cursor) else { return checked(bytes, cursor) }
                takeLine(bytes.clamped(cursor..<end))
                cursor = end
            case .data(let left):
                let count = min(left, bytes.byteCount - cursor)
                body(bytes.clamped(cursor..<cursor + count))
                cursor += count
                state = left == count ? .dataEnd : .data(left - count)
            case .trailers:
                guard let length = MessageHead.length(bytes, from: cursor) else { return checked(bytes, cursor) }
                var lines = HeadLines(bytes.clamped(cursor..<cursor + length))
                trailers = lines.fields()
                cursor += length
                state = .done
            case .done, .malformed: return cursor
            }
        }
        return cursor
    }

    /// Skips `count` bytes that are missing, if all of them belong to the data of the current chunk.
    mutating func skip(_ count: Int) -> Bool {
        guard case .data(let left) = state, count <= left else { return false }
        state = left == count ? .dataEnd : .data(left - count)
        return true
    }

    private mutating func checked(_ bytes: RawSpan, _ cursor: Int) -> Int {
        if bytes.byteCount - cursor > Self.lineLimit { state = .malformed }
        return cursor
    }

    private mutating func takeLine(_ line: RawSpan) {
        if state == .dataEnd {
            state = line.byteCount <= 2 ? .size : .malformed
            return
        }
        var size = 0
        var digits = 0
        for offset in 0..<line.byteCount {
            guard let byte = line.byte(at: offset), let digit = Self.digit(byte) else { break }
            guard digits < 15 else {
                state = .malformed
                return
            }
            size = size << 4 | digit
            digits += 1
        }
        guard digits > 0 else {
            state = .malformed
            return
        }
        state = size == 0 ? .trailers : .data(size)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x37
        case 0x61...0x66: Int(byte) - 0x57
        default: nil
        }
    }

    private static func lineEnd(_ bytes: RawSpan, from start: Int) -> Int? {
        var index = start
        while let byte = bytes.byte(at: index) {
            index += 1
            if byte == UInt8(ascii: "\n") { return index }
        }
        return nil
    }
}
