import Bytes
package import StreamReassembly

/// A connection of HTTP/1.0 or HTTP/1.1 (RFC 9112), both directions.
///
/// Responses belong to requests in their order. Interim responses are passed over. After a loss inside a body of known length
/// reading goes on behind it; otherwise at the next piece of the stream that begins with a start line.
/// Memory: one head a direction, the requests that wait for a response (`outstandingLimit`), and responses that came before
/// their request was read (`earlyLimit`).
package final class HTTP1Connection: StreamReceiver {
    /// The most requests that wait for a response.
    static let outstandingLimit = 1_024
    /// The most bytes of responses that wait for their request.
    static let earlyLimit = 1 << 20

    let owner: any HTTPOwner
    private var client = HTTP1Side()
    private var server = HTTP1Side()
    /// Requests whose exchange is not complete, in order; the last one may still be read.
    private var outstanding: [PendingExchange] = []
    /// The request that is read now.
    private var sending: PendingExchange?
    /// The exchange whose response is read now; `nil` inside a response if its request was not recorded.
    private var answering: PendingExchange?
    private var early: [(bytes: [UInt8], position: StreamPosition)] = []
    private var earlyBytes = 0
    private var isServerClosed = false
    private var upgrade: (any StreamReceiver)?

    /// Creates the decoder of a connection.
    package init(owner: any HTTPOwner) { self.owner = owner }

    /// Whether `bytes` may begin a request of HTTP/1.
    package static func mayBegin(_ bytes: RawSpan) -> Bool { RequestLine.mayBegin(bytes) }

    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        if let upgrade { return upgrade.receive(bytes, from: sender, at: position) }
        if sender == .client {
            readClient(bytes, at: position)
            readEarly()
        } else {
            readServer(bytes, at: position)
        }
    }

    package func lose(_ count: Int?, from sender: Sender) {
        if let upgrade { return upgrade.lose(count, from: sender) }
        if sender == .client {
            client.buffer = []
            client.state = afterLoss(count, client.state) { sending?.requestBody.lose($0) }
            switch client.state {
            case .lost: endRequest()
            case .head: endRequest(next: client.headPosition)
            default: break
            }
        } else {
            server.buffer = []
            server.state = afterLoss(count, server.state) { answering?.responseBody.lose($0) }
            switch server.state {
            case .lost: endResponse()
            case .head: endResponse(next: server.headPosition)
            default: break
            }
        }
    }

    package func close(_ sender: Sender) {
        if let upgrade { return upgrade.close(sender) }
        guard sender == .server else { return }
        isServerClosed = true
        if case .untilClose = server.state {
            endResponse()
            server.state = .head
        }
    }

    package func finish() {
        flushEarly()
        if let upgrade { return upgrade.finish() }
        if case .untilClose = server.state, isServerClosed { endResponse() }
        for exchange in outstanding { emit(exchange) }
        outstanding = []
    }

    // MARK: Client

    private func readClient(_ bytes: RawSpan, at position: StreamPosition) {
        let wasEmpty = client.buffer.isEmpty
        var work = client.buffer
        client.buffer = []
        if wasEmpty { client.headPosition = position }
        if case .lost = client.state, wasEmpty, RequestLine.mayBegin(bytes) { client.state = .head }
        bytes.append(to: &work)
        let taken = readRequests(work.rawSpan, at: position)
        guard taken < work.count else { return }
        if let upgrade {
            upgrade.receive(work.rawSpan.clamped(taken...), from: .client, at: position)
        } else {
            work.removeFirst(taken)
            // Only what follows a CONNECT whose answer does not come can grow past a head.
            client.buffer = work.count <= 2 * MessageHead.limit ? work : []
        }
    }

    private func readRequests(_ bytes: RawSpan, at position: StreamPosition) -> Int {
        var cursor = 0
        while cursor < bytes.byteCount {
            let before = cursor
            switch client.state {
            case .head:
                guard let next = readRequestHead(bytes, from: cursor) else { return cursor }
                cursor = next
            case .length(let left):
                let count = min(left, bytes.byteCount - cursor)
                sending?.requestBody.append(bytes.clamped(cursor..<cursor + count))
                cursor += count
                client.state = .length(left - count)
                if left == count { endRequest(next: position) }
            case .chunked(var chunked):
                cursor = chunked.read(bytes, from: cursor) { sending?.requestBody.append($0) }
                client.state = .chunked(chunked)
                if chunked.state == .done {
                    sending?.request.trailers = chunked.trailers
                    endRequest(next: position)
                } else if chunked.state == .malformed {
                    sending?.requestBody.lose()
                    endRequest()
                    client.state = .lost
                } else if cursor == before {
                    return cursor
                }
            case .untilClose, .lost: return bytes.byteCount
            case .upgraded: return cursor
            }
        }
        return cursor
    }

    /// Reads a head; `nil` until it is whole.
    private func readRequestHead(_ bytes: RawSpan, from start: Int) -> Int? {
        // Empty lines before a request are passed over (RFC 9112 section 2.2).
        if let byte = bytes.byte(at: start), byte == 0x0D || byte == 0x0A { return start + 1 }
        guard let length = MessageHead.length(bytes, from: start) else {
            if bytes.byteCount - start > MessageHead.limit {
                client.state = .lost
                return bytes.byteCount
            }
            return nil
        }
        let head = MessageHead(bytes.clamped(start..<start + length))
        guard let line = RequestLine(head.startLine) else {
            client.state = .lost
            return bytes.byteCount
        }
        begin(line, head.fields)
        return start + length
    }

    private func begin(_ line: RequestLine, _ fields: [HTTPField]) {
        let request = HTTP1Request.message(line, fields, isSecure: owner.isSecure)
        let exchange = PendingExchange(request, version: .http1, at: client.headPosition, owner.budget)
        if outstanding.count >= Self.outstandingLimit { emit(outstanding.removeFirst()) }
        outstanding.append(exchange)
        sending = exchange
        switch BodyFraming.request(fields) {
        case .none, .untilClose: endRequest(next: client.headPosition)
        case .length(let count): client.state = .length(count)
        case .chunked: client.state = .chunked(ChunkedBody())
        }
        // What follows a request that asks for another protocol waits for the answer.
        if request.method == "CONNECT" { client.state = .upgraded }
    }

    private func endRequest(next position: StreamPosition? = nil) {
        if let sending {
            if position == nil { sending.requestBody.lose() }
            sending.isRequestDone = true
            complete(sending)
        }
        sending = nil
        if let position {
            client.state = .head
            client.headPosition = position
        }
    }

    // MARK: Server

    private func readServer(_ bytes: RawSpan, at position: StreamPosition) {
        if !early.isEmpty || isEarly(position) { return keepEarly(bytes, at: position) }
        let wasEmpty = server.buffer.isEmpty
        var work = server.buffer
        server.buffer = []
        if wasEmpty { server.headPosition = position }
        if case .lost = server.state, wasEmpty, bytes.hasASCII("HTTP/1.") { server.state = .head }
        bytes.append(to: &work)
        let taken = readResponses(work.rawSpan, at: position)
        guard taken < work.count else { return }
        if let upgrade {
            upgrade.receive(work.rawSpan.clamped(taken...), from: .server, at: position)
        } else {
            work.removeFirst(taken)
            server.buffer = work
        }
    }

    /// Whether a response begins here whose request may still come: a loss in the client's direction is noticed late.
    private func isEarly(_ position: StreamPosition) -> Bool {
        guard case .head = server.state, server.buffer.isEmpty else { return false }
        return !outstanding.contains { $0.response == nil }
    }

    private func keepEarly(_ bytes: RawSpan, at position: StreamPosition) {
        early.append((bytes.copied(), position))
        earlyBytes += bytes.byteCount
        if earlyBytes > Self.earlyLimit { flushEarly() }
    }

    private func readEarly() {
        guard !early.isEmpty, outstanding.contains(where: { $0.response == nil }) else { return }
        flushEarly()
    }

    private func flushEarly() {
        let waiting = early
        early = []
        earlyBytes = 0
        for piece in waiting {
            let wasEmpty = server.buffer.isEmpty
            var work = server.buffer
            server.buffer = []
            if wasEmpty { server.headPosition = piece.position }
            work += piece.bytes
            let taken = readResponses(work.rawSpan, at: piece.position)
            server.buffer = upgrade == nil ? Array(work.dropFirst(taken)) : []
            upgrade?.receive(work.rawSpan.clamped(taken...), from: .server, at: piece.position)
        }
    }

    private func readResponses(_ bytes: RawSpan, at position: StreamPosition) -> Int {
        var cursor = 0
        while cursor < bytes.byteCount, upgrade == nil {
            let before = cursor
            switch server.state {
            case .head:
                guard let next = readResponseHead(bytes, from: cursor) else { return cursor }
                cursor = next
            case .length(let left):
                let count = min(left, bytes.byteCount - cursor)
                answering?.responseBody.append(bytes.clamped(cursor..<cursor + count))
                cursor += count
                server.state = .length(left - count)
                if left == count { endResponse(next: position) }
            case .chunked(var chunked):
                cursor = chunked.read(bytes, from: cursor) { answering?.responseBody.append($0) }
                server.state = .chunked(chunked)
                if chunked.state == .done {
                    answering?.response?.trailers = chunked.trailers
                    endResponse(next: position)
                } else if chunked.state == .malformed {
                    answering?.responseBody.lose()
                    endResponse()
                    server.state = .lost
                } else if cursor == before {
                    return cursor
                }
            case .untilClose:
                answering?.responseBody.append(bytes.clamped(cursor...))
                return bytes.byteCount
            case .lost, .upgraded: return bytes.byteCount
            }
        }
        return cursor
    }

    private func readResponseHead(_ bytes: RawSpan, from start: Int) -> Int? {
        if let byte = bytes.byte(at: start), byte == 0x0D || byte == 0x0A { return start + 1 }
        guard let length = MessageHead.length(bytes, from: start) else {
            if bytes.byteCount - start > MessageHead.limit {
                server.state = .lost
                return bytes.byteCount
            }
            return nil
        }
        let head = MessageHead(bytes.clamped(start..<start + length))
        guard let status = statusCode(ofLine: head.startLine) else {
            server.state = .lost
            return bytes.byteCount
        }
        begin(status, head.fields)
        return start + length
    }

    private func begin(_ status: Int, _ fields: [HTTPField]) {
        let exchange = outstanding.first { $0.response == nil && $0.position.packet <= server.headPosition.packet }
        if status == 101, let exchange, takeUpgrade(exchange, fields) { return }
        guard status >= 200 else { return }
        answering = exchange
        exchange?.response = HTTPMessage(scheme: owner.isSecure ? "https" : "http", status: status, fields: fields)
        let method = exchange?.request.method ?? "GET"
        if method == "CONNECT" {
            if (200..<300).contains(status), let exchange {
                return takeTunnel(exchange)
            }
            // Refused: what the client sends next is another request.
            client.state = .head
        }
        switch BodyFraming.response(status, to: method, fields) {
        case .none: endResponse(next: server.headPosition)
        case .length(let count): server.state = .length(count)
        case .chunked: server.state = .chunked(ChunkedBody())
        case .untilClose: server.state = .untilClose
        }
    }

    private func endResponse(next position: StreamPosition? = nil) {
        if let answering {
            answering.isResponseDone = true
            complete(answering)
        }
        answering = nil
        if let position {
            server.state = .head
            server.headPosition = position
        }
    }

    // MARK: Other protocols

    private func takeTunnel(_ exchange: PendingExchange) {
        exchange.isRequestDone = true
        sending = nil
        endResponse(next: server.headPosition)
        begin(upgrade: owner.openTunnel() ?? DiscardingReceiver())
    }

    private func takeUpgrade(_ exchange: PendingExchange, _ fields: [HTTPField]) -> Bool {
        sending = nil
        exchange.isRequestDone = true
        if FieldText.lists("websocket", "upgrade", in: fields) {
            exchange.response = HTTPMessage(scheme: owner.isSecure ? "https" : "http", status: 101, fields: fields)
            exchange.isResponseDone = true
            complete(exchange)
            begin(upgrade: WebSocketConnection(owner: owner, opening: exchange.request, answer: fields))
            return true
        }
        guard FieldText.lists("h2c", "upgrade", in: fields) else { return false }
        // The request becomes stream 1, and is answered there (RFC 7540 section 3.2).
        outstanding.removeAll { $0 === exchange }
        begin(upgrade: HTTP2Connection(owner: owner, upgraded: exchange))
        return true
    }

    private func begin(upgrade receiver: any StreamReceiver) {
        upgrade = receiver
        let waiting = client.buffer
        client.buffer = []
        if !waiting.isEmpty { receiver.receive(waiting.rawSpan, from: .client, at: client.headPosition) }
    }

    // MARK: Exchanges

    private func afterLoss(_ count: Int?, _ state: HTTP1State, _ note: (Int?) -> Void) -> HTTP1State {
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

    private func complete(_ exchange: PendingExchange) {
        guard exchange.isRequestDone, exchange.isResponseDone,
            let index = outstanding.firstIndex(where: { $0 === exchange })
        else { return }
        outstanding.remove(at: index)
        owner.take(exchange.exchange(owner.connectionID))
    }

    private func emit(_ exchange: PendingExchange) {
        exchange.abandon()
        owner.take(exchange.exchange(owner.connectionID))
    }
}

/// Takes a stream and does nothing with it.
package final class DiscardingReceiver: StreamReceiver {
    /// Creates a receiver.
    package init() {}
    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {}
    package func lose(_ count: Int?, from sender: Sender) {}
    package func close(_ sender: Sender) {}
    package func finish() {}
}
