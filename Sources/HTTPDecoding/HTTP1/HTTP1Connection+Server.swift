import Bytes
import StreamReassembly

/// The responses of a connection of HTTP/1.1.
extension HTTP1Connection {
    func readServer(_ bytes: RawSpan, at position: StreamPosition) {
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
    func isEarly(_ position: StreamPosition) -> Bool {
        guard case .head = server.state, server.buffer.isEmpty else { return false }
        return !outstanding.contains { $0.response == nil }
    }

    func keepEarly(_ bytes: RawSpan, at position: StreamPosition) {
        early.append((bytes.copied(), position))
        earlyBytes += bytes.byteCount
        if earlyBytes > Self.earlyLimit { flushEarly() }
    }

    func readEarly() {
        guard !early.isEmpty, outstanding.contains(where: { $0.response == nil }) else { return }
        flushEarly()
    }

    func flushEarly() {
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

    func readResponses(_ bytes: RawSpan, at position: StreamPosition) -> Int {
        var cursor = 0
        while cursor < bytes.byteCount, upgrade == nil {
            switch server.state {
            case .head:
                guard let next = readResponseHead(bytes, from: cursor) else { return cursor }
                cursor = next
            case .length, .chunked:
                guard readResponseBody(bytes, from: &cursor, at: position) else { return cursor }
            case .untilClose:
                answering?.responseBody.append(bytes.clamped(cursor...))
                return bytes.byteCount
            case .lost, .upgraded: return bytes.byteCount
            }
        }
        return cursor
    }

    /// Reads a part of a body; `false` if more bytes are needed first.
    private func readResponseBody(_ bytes: RawSpan, from cursor: inout Int, at position: StreamPosition) -> Bool {
        let body = answering
        switch server.readBody(bytes, from: &cursor, append: { body?.responseBody.append($0) }) {
        case .ended(let trailers):
            if !trailers.isEmpty { answering?.response?.trailers = trailers }
            endResponse(next: position)
        case .malformed:
            answering?.responseBody.lose()
            endResponse()
            server.state = .lost
        case .incomplete: return false
        case .more, nil: break
        }
        return true
    }

    /// Reads a head; `nil` until it is whole.
    func readResponseHead(_ bytes: RawSpan, from start: Int) -> Int? {
        switch HTTP1Side.headStep(bytes, from: start) {
        case .emptyLine: return start + 1
        case .incomplete: return nil
        case .head(let length):
            let head = MessageHead(bytes.clamped(start..<start + length))
            guard let status = statusCode(ofLine: head.startLine) else { break }
            begin(status, head.fields)
            return start + length
        case .tooLong: break
        }
        server.state = .lost
        return bytes.byteCount
    }

    func begin(_ status: Int, _ fields: [HTTPField]) {
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

    func endResponse(next position: StreamPosition? = nil) {
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
}
