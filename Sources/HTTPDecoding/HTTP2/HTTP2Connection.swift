import Bytes
package import StreamReassembly

/// A connection of HTTP/2 (RFC 9113), both directions.
///
/// Streams may be interleaved in any way. After a loss frames are searched for by their shape, and fields that referred to
/// what was lost are marked unknown. Memory: one frame and one field block a direction, two tables, and the exchanges of at
/// most `streamLimit` streams.
package final class HTTP2Connection: StreamReceiver {
    /// The most streams whose exchanges are kept; above it the oldest is given out as it is.
    static let streamLimit = 32_768

    let owner: any HTTPOwner
    private var client = HTTP2Side()
    private var server = HTTP2Side()
    private var streams = HTTPStreamTable()
    private var isFinished = false

    /// Creates the decoder of a connection that begins with the preface.
    package init(owner: any HTTPOwner) { self.owner = owner }

    /// Creates the decoder of a connection that `upgraded` from HTTP/1.1: that request is stream 1 (RFC 7540 section 3.2).
    init(owner: any HTTPOwner, upgraded request: PendingExchange) {
        self.owner = owner
        request.version = .http2
        request.stream = 1
        streams.begin(HTTPStream(request), id: 1)
    }

    /// Whether `bytes` begin with the preface, or with as much of it as there is.
    package static func mayBegin(_ bytes: RawSpan) -> Bool {
        let count = min(bytes.byteCount, preface.count)
        return count > 0 && bytes.clamped(0..<count).hasSameBytes(as: preface.rawSpan.clamped(0..<count))
    }

    /// Whether `bytes` may begin with a frame, in a connection whose beginning was not recorded.
    package static func mayContinue(_ bytes: RawSpan) -> Bool {
        HTTP2FrameHeader(bytes, at: 0)?.isPlausible ?? false
    }

    /// Reads the next bytes of a direction; they are borrowed for the call.
    package func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        var side = take(sender)
        if side.buffer.isEmpty { side.framePosition = position }
        if side.buffer.isEmpty, side.isSynchronized, side.data != nil || side.skipping > 0 {
            // What belongs to a frame that is passed on needs no copy.
            let used = pass(bytes, side: &side, from: sender, at: position)
            bytes.clamped(used...).append(to: &side.buffer)
        } else {
            bytes.append(to: &side.buffer)
        }
        read(&side, from: sender, at: position)
        put(side, sender)
    }

    /// Continues after `count` bytes that are missing, or after an unknown number of them.
    package func lose(_ count: Int?, from sender: Sender) {
        var side = take(sender)
        defer { put(side, sender) }
        if let count, side.buffer.isEmpty, var data = side.data, count <= data.left - data.padding {
            data.left -= count
            side.data = data
            streams[data.stream]?.lose(count, from: sender)
            if data.left == 0 { finishData(&side, sender) }
            return
        }
        if let data = side.data { streams[data.stream]?.lose(nil, from: sender) }
        // Which streams the missing frames belonged to is not known: none that is open can be called complete.
        streams.loseAll(from: sender)
        side = HTTP2Side()
        side.fields.lose()
        side.hasPreface = true
        side.isSynchronized = false
    }

    /// Notes that `sender` sends no more.
    package func close(_ sender: Sender) {}

    /// Emits what is left: no more bytes come.
    package func finish() {
        guard !isFinished else { return }
        isFinished = true
        for stream in streams.removeAll() { emit(stream) }
    }

    // MARK: Frames

    private func take(_ sender: Sender) -> HTTP2Side {
        if sender == .client {
            defer { client = HTTP2Side() }
            return client
        }
        defer { server = HTTP2Side() }
        return server
    }

    private func put(_ side: HTTP2Side, _ sender: Sender) {
        if sender == .client { client = side } else { server = side }
    }

    /// Passes on the bytes of DATA, or passes over those of a frame that is too long; gives how many those were.
    private func pass(_ bytes: RawSpan, side: inout HTTP2Side, from sender: Sender, at position: StreamPosition) -> Int
    {
        if side.skipping > 0 {
            let count = min(side.skipping, bytes.byteCount)
            side.skipping -= count
            return count
        }
        guard var data = side.data else { return 0 }
        let count = min(data.left, bytes.byteCount)
        let content = max(0, min(count, data.left - data.padding))
        if content > 0 {
            streams[data.stream]?.receive(bytes.clamped(0..<content), from: sender, at: position, owner.connectionID)
        }
        data.left -= count
        side.data = data
        if data.left == 0 { finishData(&side, sender) }
        return count
    }

    private func finishData(_ side: inout HTTP2Side, _ sender: Sender) {
        guard let data = side.data else { return }
        side.data = nil
        if data.isLast { end(data.stream, from: sender) }
    }

    private func read(_ side: inout HTTP2Side, from sender: Sender, at position: StreamPosition) {
        let work = side.buffer
        side.buffer = []
        let bytes = work.rawSpan
        var cursor = 0
        if sender == .client, !side.hasPreface {
            guard bytes.byteCount >= Self.preface.count || !Self.mayBegin(bytes) else {
                side.buffer = work
                return
            }
            side.hasPreface = true
            if Self.mayBegin(bytes) { cursor = Self.preface.count }
        }
        while cursor < bytes.byteCount {
            if side.skipping > 0 || side.data != nil {
                cursor += pass(bytes.clamped(cursor...), side: &side, from: sender, at: position)
                side.framePosition = position
                continue
            }
            guard let next = readFrame(bytes, at: cursor, side: &side, from: sender, position: position) else { break }
            cursor = next
        }
        if cursor < bytes.byteCount { side.buffer = Array(work[cursor...]) }
    }

    /// Reads the frame at `start`, or the header of one that is passed on; `nil` until enough of it is there.
    private func readFrame(
        _ bytes: RawSpan, at start: Int, side: inout HTTP2Side, from sender: Sender, position: StreamPosition
    ) -> Int? {
        guard let header = HTTP2FrameHeader(bytes, at: start) else { return nil }
        if !side.isSynchronized {
            guard header.isPlausible, isPlausible(bytes, after: start + HTTP2FrameHeader.count + header.length) else {
                return start + 1
            }
            side.isSynchronized = true
        }
        let body = start + HTTP2FrameHeader.count
        if header.type == HTTP2FrameType.data {
            let isPadded = header.flags & 0x08 != 0 && header.length > 0
            guard !isPadded || body < bytes.byteCount else { return nil }
            let padding = isPadded ? Int(bytes.byte(at: body) ?? 0) : 0
            let left = header.length - (isPadded ? 1 : 0)
            side.data = (header.stream, left, min(padding, left), header.flags & 0x01 != 0)
            if left == 0 { finishData(&side, sender) }
            return body + (isPadded ? 1 : 0)
        }
        guard header.length <= HTTP2Side.frameLimit else {
            side.skipping = header.length
            return body
        }
        guard body + header.length <= bytes.byteCount else { return nil }
        take(header, body: bytes.clamped(body..<body + header.length), side: &side, from: sender)
        side.framePosition = position
        return body + header.length
    }

    private func isPlausible(_ bytes: RawSpan, after offset: Int) -> Bool {
        guard let next = HTTP2FrameHeader(bytes, at: offset) else { return true }
        return next.isPlausible
    }

    private func take(_ header: HTTP2FrameHeader, body: RawSpan, side: inout HTTP2Side, from sender: Sender) {
        switch header.type {
        case HTTP2FrameType.headers, HTTP2FrameType.pushPromise:
            let isPromise = header.type == HTTP2FrameType.pushPromise
            let extra = isPromise ? 4 : header.flags & 0x20 != 0 ? 5 : 0
            let isLast = !isPromise && header.flags & 0x01 != 0
            side.block = (header.stream, Self.unpadded(header, body, skipping: extra), isLast, isPromise)
            if header.flags & 0x04 != 0 { finishBlock(&side, sender) }
        case HTTP2FrameType.continuation:
            guard var block = side.block, block.stream == header.stream,
                block.bytes.count + body.byteCount <= HTTP2Side.blockLimit
            else {
                side.block = nil
                side.fields.lose()
                return
            }
            body.append(to: &block.bytes)
            side.block = block
            if header.flags & 0x04 != 0 { finishBlock(&side, sender) }
        case HTTP2FrameType.reset: reset(header.stream)
        default: break
        }
    }

    private static func unpadded(_ header: HTTP2FrameHeader, _ body: RawSpan, skipping extra: Int) -> [UInt8] {
        guard header.flags & 0x08 != 0 else { return body.clamped(extra...).copied() }
        let padding = Int(body.byte(at: 0) ?? 0)
        let end = max(1 + extra, body.byteCount - padding)
        return body.clamped(1 + extra..<end).copied()
    }

    private func finishBlock(_ side: inout HTTP2Side, _ sender: Sender) {
        guard let block = side.block else { return }
        side.block = nil
        let fields: [HTTPField]
        do throws(ParseError) {
            fields = try side.fields.decode(block.bytes.rawSpan)
        } catch {
            // The tables of both ends do not agree any more, as after a loss.
            side.fields.lose()
            streams.loseAll(from: sender)
            return
        }
        guard !block.isPromise else { return }
        if sender == .client {
            takeRequest(fields, block.stream, isLast: block.isLast, at: side.framePosition)
        } else {
            streams[block.stream]?.takeResponse(fields, owner)
        }
        if block.isLast { end(block.stream, from: sender) }
    }

    // MARK: Streams

    private func takeRequest(_ fields: [HTTPField], _ id: UInt32, isLast: Bool, at position: StreamPosition) {
        if let known = streams[id] {
            known.exchange.request.trailers = fields
            return
        }
        let exchange = PendingExchange(
            FieldSection.request(fields, isSecure: owner.isSecure), version: .http2, stream: UInt64(id), at: position,
            owner.budget)
        let stream = HTTPStream(exchange)
        stream.prepare(fields)
        if let evicted = streams.begin(stream, id: id, limit: Self.streamLimit) { emit(evicted) }
    }

    private func end(_ id: UInt32, from sender: Sender) {
        guard let stream = streams[id] else { return }
        stream.end(from: sender)
        guard stream.isDone else { return }
        streams.remove(id)
        emit(stream)
    }

    private func reset(_ id: UInt32) {
        guard let stream = streams[id] else { return }
        streams.remove(id)
        emit(stream)
    }

    private func emit(_ stream: HTTPStream) {
        stream.finish()
        stream.exchange.abandon()
        owner.take(stream.exchange.exchange(owner.connectionID))
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
}
