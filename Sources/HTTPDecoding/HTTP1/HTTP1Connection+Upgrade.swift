import Bytes
import StreamReassembly

/// Protocols that a connection of HTTP/1.1 changes to.
extension HTTP1Connection {
    func takeTunnel(_ exchange: PendingExchange) {
        exchange.isRequestDone = true
        sending = nil
        endResponse(next: server.headPosition)
        begin(upgrade: owner.openTunnel() ?? DiscardingReceiver())
    }

    func takeUpgrade(_ exchange: PendingExchange, _ fields: [HTTPField]) -> Bool {
        sending = nil
        exchange.isRequestDone = true
        if FieldText.lists("websocket", "upgrade", in: fields) {
            exchange.response = HTTPMessage(scheme: owner.isSecure ? "https" : "http", status: 101, fields: fields)
            exchange.isResponseDone = true
            complete(exchange)
            begin(upgrade: WebSocketConnection(owner: owner, opening: exchange.request, answer: fields))
            return true
        }
        guard FieldText.lists("h2c", "upgrade", in: fields) else {
            // Another protocol, which is not read.
            exchange.response = HTTPMessage(scheme: owner.isSecure ? "https" : "http", status: 101, fields: fields)
            exchange.isResponseDone = true
            complete(exchange)
            begin(upgrade: DiscardingReceiver())
            return true
        }
        // The request becomes stream 1, and is answered there (RFC 7540 section 3.2).
        outstanding.removeAll { $0 === exchange }
        begin(upgrade: HTTP2Connection(owner: owner, upgraded: exchange))
        return true
    }

    func begin(upgrade receiver: any StreamReceiver) {
        upgrade = receiver
        let waiting = client.buffer
        client.buffer = []
        if !waiting.isEmpty { receiver.receive(waiting.rawSpan, from: .client, at: client.headPosition) }
    }
}
