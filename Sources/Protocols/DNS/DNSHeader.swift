public import Bytes

/// The twelve bytes that every DNS message begins with (RFC 1035 section 4.1.1).
@frozen
public struct DNSHeader: Equatable, Sendable, BitwiseCopyable {
    /// The number that joins an answer to its question.
    public var id: UInt16
    /// The flags as sent.
    public var flags: UInt16
    /// The number of questions that the message says it holds.
    public var questionCount: UInt16
    /// The number of records in the answer section.
    public var answerCount: UInt16
    /// The number of records in the authority section.
    public var authorityCount: UInt16
    /// The number of records in the additional section.
    public var additionalCount: UInt16

    /// The header at the start of `message`; `truncated` if there are fewer than twelve bytes.
    @inlinable
    public init(_ message: RawSpan) throws(ParseError) {
        var reader = ByteReader(message)
        let bytes = try reader.take(FixedBytes<12>.self)
        id = bytes.uint16(at: 0)
        flags = bytes.uint16(at: 2)
        questionCount = bytes.uint16(at: 4)
        answerCount = bytes.uint16(at: 6)
        authorityCount = bytes.uint16(at: 8)
        additionalCount = bytes.uint16(at: 10)
    }

    /// The header of no message.
    init() {
        (id, flags, questionCount, answerCount, authorityCount, additionalCount) = (0, 0, 0, 0, 0, 0)
    }

    /// The number of bytes of a header.
    @inlinable public static var byteCount: Int { 12 }

    /// Whether the message is an answer.
    @inlinable public var isResponse: Bool { flags & 0x8000 != 0 }
    /// What is asked of the server; 0 is an ordinary question.
    @inlinable public var opcode: UInt8 { UInt8(truncatingIfNeeded: flags >> 11) & 0xF }
    /// How it went: 0 no error, 2 the server failed, 3 no such name, 5 refused (RFC 6895 section 2.3).
    @inlinable public var responseCode: UInt8 { UInt8(truncatingIfNeeded: flags) & 0xF }

    /// The number of records in all three sections.
    @inlinable
    public var recordCount: Int { Int(answerCount) &+ Int(authorityCount) &+ Int(additionalCount) }

    /// Whether it is an ordinary operation with exactly one question, as RFC 9619 demands.
    @inlinable public var isSingleQuestion: Bool { opcode == 0 && questionCount == 1 }

    /// Whether a resolver or its client could have sent this by the letter: one question alone, or the answer to one.
    ///
    /// A question has no answers, no error and none of the server's flags; after it come at most EDNS and a signature.
    /// The reserved bit is zero in both.
    public var isPlausible: Bool { isPlausible(authorities: 0, answers: 0) }

    /// The same over TCP, where a question for a transfer may hold the record that the client has (RFC 1995 section 3), and
    /// one for a key that key (RFC 2930 section 3), which some clients put into the answer section.
    public var isPlausibleOverTCP: Bool { isPlausible(authorities: 1, answers: 1) }

    private func isPlausible(authorities: UInt16, answers: UInt16) -> Bool {
        guard isSingleQuestion, flags & 0x0040 == 0 else { return false }
        if isResponse { return responseCode <= 11 }
        return flags & 0x068F == 0 && answerCount <= answers && authorityCount <= authorities && additionalCount <= 2
    }
}
