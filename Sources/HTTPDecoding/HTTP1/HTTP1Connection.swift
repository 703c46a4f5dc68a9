import Bytes
package import StreamReassembly

/// A connection of HTTP/1.0 or HTTP/1.1 (RFC 9112), both directions.
///
/// Responses belong to requests in their order. Interim responses are passed over. After a loss inside a body of known length
/// reading continues after it; otherwise at the next piece of the stream that begins with a start line.
/// Memory: one head a direction, the requests that wait for a response (`outstandingLimit`), and responses that came before
/// their request was read (`earlyLimit`).
package final class HTTP1Connection: StreamReceiver {
    /// The most requests that wait for a response.
    static let outstandingLimit = 1_024
    /// The most bytes of responses that wait for their request.
    static let earlyLimit = 1 << 20

    let owner: any HTTPOwner
    var client = HTTP1Side()
    var server = HTTP1Side()
    /// Requests whose exchange is not complete, in order; the last one may still be read.
    var outstanding: [PendingExchange] = []
    /// The request that is read now.
    var sending: PendingExchange?
    /// The exchange whose response is read now; `nil` inside a response if its request was not recorded.
    var answering: PendingExchange?
    var early: [(bytes: [UInt8], position: StreamPosition)] = []
    var earlyBytes = 0
    var isServerClosed = false
    var upgrade: (any StreamReceiver)?

    /// Creates the decoder of a connection.
    package init(owner: any HTTPOwner) { self.owner = owner }

    /// Whether `bytes` may begin a request of HTTP/1.
    package static func mayBegin(_ bytes: RawSpan) -> Bool { RequestLine.mayBegin(bytes) }

    /// Reads the next bytes of a direction; they are borrowed for the call.
    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        if let upgrade { return upgrade.receive(bytes, from: sender, at: position) }
        if sender == .client {
            readClient(bytes, at: position)
            readEarly()
        } else {
            readServer(bytes, at: position)
        }
    }

    /// Continues after `count` bytes that are missing, or after an unknown number of them.
    package func lose(_ count: Int?, from sender: Sender) {
        if let upgrade { return upgrade.lose(count, from: sender) }
        if sender == .client {
            client.buffer = []
            client.state = afterLoss(count, state: client.state) { sending?.requestBody.lose($0) }
            switch client.state {
            case .lost: endRequest()
            case .head: endRequest(next: client.headPosition)
            default: break
            }
        } else {
            server.buffer = []
            server.state = afterLoss(count, state: server.state) { answering?.responseBody.lose($0) }
            switch server.state {
            case .lost: endResponse()
            case .head: endResponse(next: server.headPosition)
            default: break
            }
        }
    }

    /// Notes that `sender` sends no more.
    package func close(_ sender: Sender) {
        if let upgrade { return upgrade.close(sender) }
        guard sender == .server else { return }
        isServerClosed = true
        if case .untilClose = server.state {
            endResponse()
            server.state = .head
        }
    }

    /// Emits what is left: no more bytes come.
    package func finish() {
        flushEarly()
        upgrade?.finish()
        if case .untilClose = server.state, isServerClosed { endResponse() }
        for exchange in outstanding { emit(exchange) }
        outstanding = []
    }

    // MARK: Exchanges

    func afterLoss(_ count: Int?, state: HTTP1State, _ note: (Int?) -> Void) -> HTTP1State {
        note(nil)
        guard let count else { return .lost }
        switch state {
        case .length(let left) where count <= left:
            note(count)
            return count == left ? .head : .length(left - count)
        case .chunked(var chunked):
            guard chunked.skip(count) else { return .lost }
            note(count)
            return .chunked(chunked)
        case .untilClose:
            note(count)
            return .untilClose
        default: return .lost
        }
    }

    func complete(_ exchange: PendingExchange) {
        guard exchange.isRequestDone, exchange.isResponseDone,
            let index = outstanding.firstIndex(where: { $0 === exchange })
        else { return }
        outstanding.remove(at: index)
        owner.take(exchange.exchange(owner.connectionID))
    }

    func emit(_ exchange: PendingExchange) {
        exchange.abandon()
        owner.take(exchange.exchange(owner.connectionID))
    }
}

/// Takes a stream and does nothing with it.
package final class DiscardingReceiver: StreamReceiver {
    /// Creates a receiver.
    package init() {}
    /// Reads the next bytes of a direction; they are borrowed for the call.
    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {}
    /// Continues after `count` bytes that are missing, or after an unknown number of them.
    package func lose(_ count: Int?, from sender: Sender) {}
    /// Notes that `sender` sends no more.
    package func close(_ sender: Sender) {}
    /// Emits what is left: no more bytes come.
    package func finish() {}
}

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
