import Bytes
import StreamReassembly

/// The requests of a connection of HTTP/1.1.
extension HTTP1Connection {
    func readClient(_ bytes: RawSpan, at position: StreamPosition) {
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

    func readRequests(_ bytes: RawSpan, at position: StreamPosition) -> Int {
        var cursor = 0
        while cursor < bytes.byteCount {
            switch client.state {
            case .head:
                guard let next = readRequestHead(bytes, from: cursor) else { return cursor }
                cursor = next
            case .length, .chunked:
                guard readRequestBody(bytes, from: &cursor, at: position) else { return cursor }
            case .untilClose, .lost: return bytes.byteCount
            case .upgraded: return cursor
            }
        }
        return cursor
    }

    /// Reads a part of a body; `false` if more bytes are needed first.
    private func readRequestBody(_ bytes: RawSpan, from cursor: inout Int, at position: StreamPosition) -> Bool {
        let body = sending
        switch client.readBody(bytes, from: &cursor, append: { body?.requestBody.append($0) }) {
        case .ended(let trailers):
            if !trailers.isEmpty { sending?.request.trailers = trailers }
            endRequest(next: position)
        case .malformed:
            sending?.requestBody.lose()
            endRequest()
            client.state = .lost
        case .incomplete: return false
        case .more, nil: break
        }
        return true
    }

    /// Reads a head; `nil` until it is whole.
    func readRequestHead(_ bytes: RawSpan, from start: Int) -> Int? {
        switch HTTP1Side.headStep(bytes, from: start) {
        case .emptyLine: return start + 1
        case .incomplete: return nil
        case .head(let length):
            let head = MessageHead(bytes.clamped(start..<start + length))
            guard let line = RequestLine(head.startLine) else { break }
            begin(line, head.fields)
            return start + length
        case .tooLong: break
        }
        client.state = .lost
        return bytes.byteCount
    }

    func begin(_ line: RequestLine, _ fields: [HTTPField]) {
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

    func endRequest(next position: StreamPosition? = nil) {
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
}
