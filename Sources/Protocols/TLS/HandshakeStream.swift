import Bytes

/// The first handshake message of a TLS stream, joined over as many records as it was cut into (RFC 8446 section 5.1).
///
/// It looks at the stream from its first byte and remembers how far it has read. A message that is in one record is
/// read where it is; only one that is spread over several is copied. Work is linear in the stream, whatever the
/// sizes of the pieces.
struct HandshakeStream: Sendable {
    /// What is at the front of the stream.
    enum Front: Equatable {
        /// A whole message in place: this range of the stream.
        case message(ByteRange)
        /// A whole message, joined in `joined`.
        case joined
        /// More of the stream is needed: at least this many bytes in all.
        case more(atLeast: Int)
        /// No handshake, or not any more.
        case malformed
        /// Longer than `limit`.
        case overLimit
    }

    /// The longest message that is joined, with its header; and a bound on what its records may add.
    static var limit: Int { 65_536 }

    /// Bytes of earlier messages in the same stream that are passed over.
    private let skipped: Int

    /// A stream whose first message is wanted; or the one behind `skipped` bytes of messages, which is always joined.
    init(skipping skipped: Int = 0) {
        self.skipped = skipped
    }

    /// The message as far as it was joined, if it is spread over records.
    private(set) var joined: [UInt8] = []
    /// The records the message began in and was continued in.
    private(set) var records = 0
    /// The bytes of the stream that were read: where the next record begins.
    private(set) var position = 0

    /// Where in `joined` the message is.
    var joinedRange: Range<Int> { min(skipped, joined.count)..<joined.count }

    /// Whether `bytes` could begin a stream whose first message is of `type`.
    ///
    /// Records that servers pass over before a hello are passed over: warning alerts, ChangeCipherSpec, empty handshake
    /// records, at most `probeLimit` bytes of them. The version of the first record need not be one of TLS: servers
    /// look at the hello's own.
    static func probe(_ bytes: RawSpan, type: UInt8) -> Probe {
        var position = 0
        while position <= probeLimit {
            let record = bytes.clamped(position...)
            guard let first = record.byte(at: 0) else { return .unsure }
            guard first == TLSNumber.handshakeRecord || isIgnorable(first) else { return .no }
            guard let major = record.byte(at: 1) else { return .unsure }
            guard major == 3 || first == TLSNumber.handshakeRecord && major < 0x10 else { return .no }
            guard let length = record.uint16(at: 3) else { return .unsure }
            if first == TLSNumber.handshakeRecord, length > 0 {
                guard Int(length) <= TLSNumber.recordLimit else { return .no }
                return probeMessage(record, type: type, isOdd: major != 3)
            }
            switch isIgnored(record, type: first, length: Int(length)) {
            case true?: position &+= 5 &+ Int(length)
            case false?: return .no
            case nil: return .unsure
            }
        }
        return .no
    }

    private static func probeMessage(_ record: RawSpan, type: UInt8, isOdd: Bool) -> Probe {
        guard let message = record.byte(at: 5) else { return .unsure }
        guard message == type else { return .no }
        guard isOdd else { return .yes }
        // By a record of another version alone no one is known: the body's own version has to be one of TLS.
        guard let version = record.byte(at: 9) else { return .unsure }
        return version == 3 ? .yes : .no
    }

    /// Whether records of `type` may come before or between those of a hello.
    private static func isIgnorable(_ type: UInt8) -> Bool {
        type == TLSNumber.alertRecord || type == TLSNumber.changeCipherRecord
    }

    /// Whether `record`, whose header is there, is passed over by servers; `nil` while that is not sure.
    private static func isIgnored(_ record: RawSpan, type: UInt8, length: Int) -> Bool? {
        switch type {
        case TLSNumber.handshakeRecord: return length == 0
        case TLSNumber.changeCipherRecord:
            // ChangeCipherSpec is one byte of 1 (RFC 8446 section 5).
            guard length == 1 else { return false }
            return record.byte(at: 5).map { $0 == 1 }
        case TLSNumber.alertRecord:
            // A warning; a fatal alert ends the connection (RFC 5246 section 7.2).
            guard length == 2 else { return false }
            return record.byte(at: 5).map { $0 == 1 }
        default: return false
        }
    }

    /// How many bytes of records that are passed over are looked at before a hello.
    private static var probeLimit: Int { 512 }

    /// Reads on in `stream`, which is the whole stream from its first byte.
    mutating func advance(_ stream: RawSpan) -> Front {
        while true {
            guard let type = stream.byte(at: position), let length = stream.uint16(at: position &+ 3) else {
                return .more(atLeast: max(position &+ 5, stream.byteCount &+ 1))
            }
            guard type == TLSNumber.handshakeRecord, length > 0 else {
                guard Self.isIgnorable(type) || type == TLSNumber.handshakeRecord else { return .malformed }
                guard let isIgnored = Self.isIgnored(stream.clamped(position...), type: type, length: Int(length))
                else {
                    return .more(atLeast: max(position &+ 6, stream.byteCount &+ 1))
                }
                guard isIgnored else { return .malformed }
                position &+= 5 &+ Int(length)
                guard position <= 6 &* Self.limit else { return .overLimit }
                continue
            }
            guard Int(length) <= TLSNumber.recordLimit else { return .malformed }
            let start = position &+ 5
            let end = start &+ Int(length)
            if joined.isEmpty, skipped == 0, let front = inPlace(stream, from: start, to: end) { return front }
            guard end <= stream.byteCount else { return .more(atLeast: end) }
            guard position <= 6 &* Self.limit else { return .overLimit }
            records &+= 1
            position = end
            stream.clamped(start..<end).append(to: &joined)
            if let front = front(of: joined.rawSpan.clamped(skipped...)) { return front }
        }
    }

    /// The message, where the first record holds all of it.
    private mutating func inPlace(_ stream: RawSpan, from start: Int, to end: Int) -> Front? {
        guard let size = Self.messageSize(stream.clamped(start..<end)) else {
            // The message's own length says how much is needed; the record's, which may be, only where it cuts that.
            let header = start &+ 4
            return stream.byteCount < header && header <= end ? .more(atLeast: header) : nil
        }
        guard size <= Self.limit else { return .overLimit }
        guard start &+ size <= end else { return nil }
        guard start &+ size <= stream.byteCount else { return .more(atLeast: start &+ size) }
        records = 1
        position = end
        return .message(ByteRange(offset: start, count: size))
    }

    private func front(of message: RawSpan) -> Front? {
        guard let size = Self.messageSize(message) else { return nil }
        if size > Self.limit { return .overLimit }
        return size <= message.byteCount ? .joined : nil
    }

    /// A handshake message's length with its header, as soon as that is there.
    private static func messageSize(_ bytes: RawSpan) -> Int? {
        guard let header = bytes.uint32(at: 0) else { return nil }
        return Int(header & 0x00FF_FFFF) &+ 4
    }
}

/// The five bytes in front of a TLS record (RFC 8446 section 5.1): all that is ever read of an encrypted one.
public struct RecordHeader: Equatable, Sendable {
    /// What a record says it holds. From TLS 1.3 on everything that is encrypted says `applicationData`.
    public enum Content: UInt8, Sendable {
        case changeCipherSpec = 20
        case alert = 21
        case handshake = 22
        case applicationData = 23
    }

    /// The bytes of a header.
    @inlinable public static var size: Int { 5 }
    /// What encryption may add to a fragment of 2^14 bytes (RFC 5246 section 6.2.3; 256 in RFC 8446 section 5.2).
    public static var longest: Int { TLSNumber.recordLimit }

    /// What the record says it holds.
    public let content: Content
    /// The bytes after the header.
    public let length: Int

    /// The header at `offset`; `nil` if its bytes are not all there, or are no header's. Never traps.
    public init?(_ bytes: RawSpan, at offset: Int = 0) {
        guard let type = bytes.byte(at: offset), let rest = bytes.uint32(at: offset &+ 1) else { return nil }
        self.init(packed: UInt64(type) << 32 | UInt64(rest))
    }

    /// The header of five bytes as one number, the first of them the highest; `nil` if they are no header's.
    public init?(packed: UInt64) {
        let length = Int(packed & 0xFFFF)
        guard let content = Content(rawValue: UInt8(truncatingIfNeeded: packed >> 32)),
            packed >> 24 & 0xFF == 3, packed >> 16 & 0xFF <= 3, length > 0, length <= Self.longest
        else { return nil }
        // A change of cipher is one byte, and an alert two (RFC 8446 sections 5 and 6), before it is encrypted.
        if content == .changeCipherSpec, length != 1 { return nil }
        self.content = content
        self.length = length
    }
}
