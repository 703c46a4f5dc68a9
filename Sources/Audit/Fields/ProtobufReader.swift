/// Walks Protocol Buffers (the wire format) without a schema: members are named by field number.
///
/// A length-delimited field can be a text, a message or bytes. Readable text is a text, what parses as a whole is a message,
/// anything else is bytes. That can be wrong; the path shows the layer so that a reader can check.
package struct ProtobufReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The message that `bytes` is as a whole.
    package static func read(_ bytes: [UInt8], budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        guard !bytes.isEmpty else { throw .malformed(at: 0) }
        return try message(bytes, 0..<bytes.count, depth: 0, budget: &budget)
    }

    private static func message(
        _ bytes: [UInt8], _ range: Range<Int>, depth: Int, budget: inout FieldBudget
    ) throws(FieldError) -> FieldNode {
        guard depth < min(budget.limits.depth, 48) else { throw .limit }
        var reader = ProtobufReader(bytes, range)
        var members: [FieldNode.Member] = []
        while reader.position < reader.end {
            try budget.takeNode()
            members.append(try reader.member(depth: depth, budget: &budget))
        }
        return FieldNode(.object(members), offset: range.lowerBound)
    }

    private mutating func member(depth: Int, budget: inout FieldBudget) throws(FieldError) -> FieldNode.Member {
        let tag = try varint()
        let number = tag >> 3
        guard (1...0x1FFF_FFFF).contains(number) else { throw .malformed(at: position) }
        let start = position
        let value: FieldNode
        switch tag & 7 {
        case 0: value = FieldNode(.number(String(try varint())), offset: start)
        case 1: value = FieldNode(.number(String(try fixed(8))), offset: start)
        case 5: value = FieldNode(.number(String(try fixed(4))), offset: start)
        case 2: value = try delimited(depth: depth, budget: &budget)
        default: throw .malformed(at: start)
        }
        return .init(name: String(number), value: value)
    }

    private mutating func delimited(depth: Int, budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        let length = try varint()
        guard length <= UInt64(end - position) else { throw .malformed(at: position) }
        let range = position..<(position + Int(length))
        position = range.upperBound
        let content = Array(bytes[range])
        if let text = content.readableText, !text.utf8.contains(where: { $0 < 0x20 }) || content.count > 64 {
            return FieldNode(.text(text), offset: range.lowerBound)
        }
        // A message inside is tried with the same budget: what a failed attempt took is bounded by the bytes that it read.
        if !content.isEmpty, let inner = try? Self.message(bytes, range, depth: depth + 1, budget: &budget) {
            return inner
        }
        return FieldNode(content.readableText.map { .text($0) } ?? .bytes(content), offset: range.lowerBound)
    }

    private mutating func varint() throws(FieldError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw .malformed(at: position) }
            let byte = bytes[position]
            position += 1
            if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
            if byte < 0x80 { return value }
        }
        throw .malformed(at: position)
    }

    private mutating func fixed(_ count: Int) throws(FieldError) -> UInt64 {
        guard count <= end - position else { throw .malformed(at: position) }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }
}

/// Reads the envelopes of gRPC (its HTTP/2 protocol) and Connect: a byte of flags, four bytes of length, a message.
package enum EnvelopeReader {
    /// One message: its flags, its bytes, and their offset.
    struct Envelope {
        var flags: UInt8
        var message: [UInt8]
        var offset: Int

        /// Whether the message is compressed with the coding that a header names.
        var isCompressed: Bool { flags & 1 != 0 }
    }

    /// The number of envelopes of `bytes`, or 0 if they are none.
    package static func count(_ bytes: [UInt8]) -> Int { (try? read(bytes))?.count ?? 0 }

    /// The most envelopes that are read of one body.
    static let mostEnvelopes = 100_000

    /// The envelopes of `bytes`; a last one that is cut is an error.
    static func read(_ bytes: [UInt8]) throws(FieldError) -> [Envelope] {
        var envelopes: [Envelope] = []
        var position = 0
        while position < bytes.count {
            guard envelopes.count < mostEnvelopes else { throw .limit }
            guard bytes.count - position >= 5 else { throw .malformed(at: position) }
            let length = bytes[(position + 1)..<(position + 5)].reduce(0) { $0 << 8 | Int($1) }
            let start = position + 5
            guard length <= bytes.count - start else { throw .malformed(at: position) }
            envelopes.append(
                .init(flags: bytes[position], message: Array(bytes[start..<(start + length)]), offset: start))
            position = start + length
        }
        return envelopes
    }
}
