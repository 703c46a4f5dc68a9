import Bytes

/// One message of a gRPC or Connect stream: five bytes of flags and length, then the message.
package struct MessageEnvelope: Sendable, Equatable {
    /// The flags: bit 0 says that the message is compressed, bit 1 that it ends a Connect stream, bit 7 that it holds the
    /// trailers of gRPC-Web.
    package var flags: UInt8
    /// The message, decompressed if it was compressed with a coding that is known.
    package var bytes: [UInt8]
    /// Whether `bytes` are the whole message, decompressed.
    package var isComplete: Bool

    /// Whether the message holds the status of the stream and no message of the application.
    package var isEnd: Bool { flags & 0x82 != 0 }
}

/// Reads the envelopes of gRPC (HTTP/2 protocol), gRPC-Web and Connect.
package enum MessageEnvelopes {
    /// The most messages that are read.
    package static let limit = 1 << 16

    /// Whether the content of a message is a sequence of envelopes, by its content type.
    package static func hasEnvelopes(_ fields: [HTTPField]) -> Bool {
        guard let value = FieldText.value("content-type", in: fields) else { return false }
        let type = FieldText.lowercased(value)
        return type.rawSpan.hasASCII("application/grpc") || type.rawSpan.hasASCII("application/connect+")
    }

    /// The messages of `bytes`. The fields name the compression of single messages.
    package static func read(
        _ bytes: [UInt8], fields: [HTTPField], decoder: ContentDecoder = ContentDecoder()
    ) -> [MessageEnvelope] {
        let coding =
            FieldText.value("grpc-encoding", in: fields) ?? FieldText.value("connect-content-encoding", in: fields)
        let name = coding.map { String(decoding: FieldText.lowercased($0), as: UTF8.self) }
        var reader = ByteReader(bytes.rawSpan)
        var messages: [MessageEnvelope] = []
        while messages.count < limit, let flags = try? reader.uint8(), let length = try? reader.uint32() {
            let count = min(Int(length), reader.count)
            guard let span = try? reader.span(count) else { break }
            messages.append(
                message(flags, bytes: span.copied(), isWhole: count == Int(length), coding: name, decoder: decoder))
        }
        return messages
    }

    private static func message(
        _ flags: UInt8, bytes: [UInt8], isWhole: Bool, coding: String?, decoder: ContentDecoder
    ) -> MessageEnvelope {
        guard flags & 0x01 != 0, let coding else {
            return MessageEnvelope(flags: flags, bytes: bytes, isComplete: isWhole && flags & 0x01 == 0)
        }
        let content = decoder.decode(bytes, codings: [coding], isComplete: isWhole)
        return MessageEnvelope(flags: flags, bytes: content.bytes, isComplete: content.state == .complete)
    }
}
