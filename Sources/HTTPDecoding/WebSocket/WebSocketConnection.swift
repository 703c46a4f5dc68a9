import Bytes
package import StreamReassembly

/// A WebSocket connection (RFC 6455), with permessage-deflate (RFC 7692) with and without context takeover.
///
/// Each message that the client sends is an exchange of its own, with the method `WS`. Its body is the message as it was
/// before compression: the message itself. Memory: one message, at most `messageLimit` bytes, a direction.
package final class WebSocketConnection: StreamReceiver {
    /// The most bytes of a message that are decompressed; longer ones are cut and marked incomplete.
    static let messageLimit = 64 << 20

    private let owner: any HTTPOwner
    private let opening: HTTPMessage
    private let stream: UInt64?
    private var client: WebSocketSide
    private var server: WebSocketSide

    /// Creates the decoder of a connection that `opening` asked for and whose answer has the fields `answer`.
    init(owner: any HTTPOwner, opening: HTTPMessage, answer: [HTTPField], stream: UInt64? = nil) {
        self.owner = owner
        self.opening = opening
        self.stream = stream
        let compression = WebSocketCompression(answer)
        client = WebSocketSide(compression: compression, takesOver: compression?.clientTakesOver ?? false)
        server = WebSocketSide(compression: compression, takesOver: compression?.serverTakesOver ?? false)
    }

    /// Reads the next bytes of a direction; they are borrowed for the call.
    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        if sender == .client {
            client.receive(bytes, at: position, budget: owner.budget) { self.take($0, at: $1) }
        } else {
            // Read for its framing alone: what a server sends is no request.
            server.receive(bytes, at: position, budget: nil) { _, _ in }
        }
    }

    /// Continues after `count` bytes that are missing, or after an unknown number of them.
    package func lose(_ count: Int?, from sender: Sender) {
        if sender == .client {
            client.lose(count, budget: owner.budget) { self.take($0, at: $1) }
        } else {
            server.lose(count, budget: nil) { _, _ in }
        }
    }

    /// Notes that `sender` sends no more.
    package func close(_ sender: Sender) {}
    /// Emits what is left: no more bytes come.
    package func finish() { client.finish { self.take($0, at: $1) } }

    private func take(_ body: HTTPBody, at position: StreamPosition) {
        var message = HTTPMessage(
            method: "WS", scheme: owner.isSecure ? "wss" : "ws", authority: opening.authority, path: opening.path,
            query: opening.query)
        message.body = body
        owner.take(
            HTTPExchange(
                number: 0, connection: owner.connectionID, version: .webSocket, stream: stream, time: position.time,
                packet: position.packet, request: message))
    }
}

/// The parameters of permessage-deflate that a server accepted (RFC 7692 section 7.1).
struct WebSocketCompression {
    /// Whether the client's messages use those before as context.
    var clientTakesOver = true
    /// Whether the server's messages use those before as context.
    var serverTakesOver = true

    /// The parameters in the answer's fields; `nil` if the extension was not accepted.
    init?(_ fields: [HTTPField]) {
        guard let value = FieldText.value("sec-websocket-extensions", in: fields) else { return nil }
        let parts = value.split(separator: UInt8(ascii: ";")).map { FieldText.trimmed(Array($0)) }
        guard let name = parts.first, FieldText.matches(name, "permessage-deflate") else { return nil }
        for part in parts.dropFirst() {
            if FieldText.matches(part, "client_no_context_takeover") { clientTakesOver = false }
            if FieldText.matches(part, "server_no_context_takeover") { serverTakesOver = false }
        }
    }
}
