public import Bytes

/// DNS over TCP: messages back to back, each behind its length (RFC 1035 section 4.2.2, RFC 7766).
///
/// Both directions have the same form. As a `StreamParser` it reads the client's side: the questions. Who wants the messages of
/// the other side asks `frame` for one after another.
public struct DNSStream: StreamParser {
    /// What is at one place of a stream.
    @frozen
    public enum Frame: Equatable, Sendable {
        /// A whole message, in the bytes given; the next frame begins after it.
        case message(ByteRange)
        /// Ask again when the bytes given reach this far; always farther than they do.
        case more(atLeast: Int)
        /// A length that no message has: the stream is no DNS, or lost bytes, and nothing behind can be read.
        case skip
    }

    /// A question as the client sent it.
    public struct Question: Equatable, Sendable {
        /// The message's number.
        public let id: UInt16
        /// The name asked for, in lower case and without a trailing dot.
        public let name: String
        /// The type asked for.
        public let type: DNSType
    }

    /// Where the next message begins.
    private var offset = 0

    /// The most questions that are kept of one call.
    static var questionLimit: Int { 64 }

    /// A parser at the stream's first byte.
    public init() {}

    /// The frame at `offset` of `bytes`, the contiguous bytes of one direction. Constant cost; no state, no copy.
    ///
    /// A message is at most 65,535 bytes by its length field, which is also the most that must be kept for it.
    @inlinable
    public static func frame(in bytes: RawSpan, at offset: Int) -> Frame {
        guard offset >= 0 else { return .skip }
        guard let length = bytes.uint16(at: offset) else { return .more(atLeast: offset &+ 2) }
        guard Int(length) >= DNSHeader.byteCount else { return .skip }
        let end = offset &+ 2 &+ Int(length)
        guard end <= bytes.byteCount else { return .more(atLeast: end) }
        return .message(ByteRange(offset: offset &+ 2, count: Int(length)))
    }

    /// Whether the stream begins with a DNS message: a plausible header and a whole question of a type in use.
    public static func probe(_ bytes: RawSpan) -> Probe {
        guard let length = bytes.uint16(at: 0) else { return .unsure }
        guard Int(length) >= DNSHeader.byteCount &+ 5 else { return .no }
        let message = bytes.clamped(2..<2 &+ Int(length))
        do throws(ParseError) {
            guard try DNSHeader(message).isPlausibleOverTCP else { return .no }
            let end = try DNSName.end(at: DNSHeader.byteCount, of: message)
            guard message.byteCount >= end &+ 4 else { return message.byteCount < Int(length) ? .unsure : .no }
            return DNSMessage.isPlausibleQuestion(at: end, of: message, anyType: false, isOverTCP: true) ? .yes : .no
        } catch .truncated {
            return message.byteCount < Int(length) ? .unsure : .no
        } catch {
            return .no
        }
    }

    /// Names the flow's application, and adds the questions of the messages that are whole to `findings.questions`. It reads
    /// on as long as the stream has the form of DNS.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        if findings.application != .dns {
            switch Self.probe(bytes) {
            case .no: return .skip
            case .unsure: return .more(atLeast: bytes.byteCount &+ 1)
            case .yes: findings.application = .dns
            }
        }
        while true {
            switch Self.frame(in: bytes, at: offset) {
            case .message(let range):
                if let question = Self.question(bytes.clamped(range.indices)),
                    findings.questions.count < Self.questionLimit
                {
                    findings.questions.append(question)
                }
                offset = range.indices.upperBound
            case .more(let needed): return .more(atLeast: needed)
            case .skip: return .done(consumed: bytes.byteCount)
            }
        }
    }

    /// The question of a message; `nil` if it is not one. Cost: the name's text.
    private static func question(_ message: RawSpan) -> Question? {
        guard let header = try? DNSHeader(message), !header.isResponse, header.isSingleQuestion else { return nil }
        var text: [UInt8] = []
        guard let end = try? DNSName.append(at: DNSHeader.byteCount, of: message, to: &text),
            let type = message.uint16(at: end)
        else { return nil }
        return Question(id: header.id, name: String(decoding: text, as: UTF8.self), type: DNSType(rawValue: type))
    }
}
