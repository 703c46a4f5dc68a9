import Bytes

/// LDAP messages up to the extended request that asks for TLS (RFC 4511 section 4.14).
struct LDAPDialogue {
    /// Where the message begins that was not passed over yet.
    private var position = 0

    /// By the frame of the first message and its operation: bind, unbind, search or extended request.
    static func probe(_ bytes: RawSpan) -> Probe {
        do throws(ParseError) {
            let message = try Message(bytes, at: 0)
            return [0x60, 0x42, 0x63, 0x77].contains(message.operation) ? .yes : .no
        } catch {
            return error == .truncated ? .unsure : .no
        }
    }

    mutating func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        do throws(ParseError) {
            while position < StartTLS.longestDialogue {
                let message = try Message(bytes, at: position)
                if message.asksForTLS {
                    let outcome = StartTLS.handshake(bytes, at: message.end)
                    if outcome != .none { return outcome }
                }
                position = message.end
            }
            return .none
        } catch {
            return error == .truncated ? .more(atLeast: Swift.max(bytes.byteCount, position) &+ 1) : .none
        }
    }

    /// The frame of one message, `SEQUENCE { INTEGER id, operation ... }` in BER.
    private struct Message {
        let operation: UInt8
        let asksForTLS: Bool
        let end: Int

        init(_ bytes: RawSpan, at start: Int) throws(ParseError) {
            var reader = ByteReader(bytes.clamped(start..<Swift.max(start, bytes.byteCount)))
            guard try reader.uint8() == 0x30 else { throw .malformed }
            let length = try Self.length(&reader)
            let body = reader.position
            self.end = start &+ body &+ length
            guard try reader.uint8() == 0x02 else { throw .malformed }
            let idLength = try reader.uint8()
            guard idLength >= 1, idLength <= 4 else { throw .malformed }
            try reader.skip(Int(idLength))
            self.operation = try reader.uint8()
            // Application class, and all of what was read inside the message's own length.
            guard operation & 0xC0 == 0x40, reader.position &- body <= length else { throw .malformed }
            self.asksForTLS = operation == 0x77 ? try Self.namesStartTLS(&reader) : false
        }

        /// Whether the request's name, `[0] LDAPOID`, is that of StartTLS.
        private static func namesStartTLS(_ reader: inout ByteReader) throws(ParseError) -> Bool {
            _ = try length(&reader)
            guard try reader.uint8() == 0x80, try length(&reader) == objectIdentifier.utf8CodeUnitCount else {
                return false
            }
            guard objectIdentifier.utf8CodeUnitCount <= reader.count else { throw .truncated }
            return reader.remaining.hasASCII(objectIdentifier)
        }

        /// A definite length in at most four bytes (X.690 section 8.1.3).
        private static func length(_ reader: inout ByteReader) throws(ParseError) -> Int {
            let first = try reader.uint8()
            guard first & 0x80 != 0 else { return Int(first) }
            let count = first & 0x7F
            guard count >= 1, count <= 4 else { throw .malformed }
            var length = 0
            for _ in 0..<count { length = length << 8 | Int(try reader.uint8()) }
            guard length <= StartTLS.longestDialogue else { throw .unsupported }
            return length
        }

        private static let objectIdentifier: StaticString = "1.3.6.1.4.1.1466.20037"
    }
}
