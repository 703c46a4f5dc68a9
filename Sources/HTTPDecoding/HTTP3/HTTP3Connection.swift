import Bytes
import Protocols
package import StreamReassembly

/// A connection of HTTP/3 (RFC 9114), both directions.
///
/// Memory: a frame and the exchange of each open stream, two tables, and at most `blockedLimit` bytes of streams whose field
/// sections wait for the encoder stream.
package final class HTTP3Connection: MultiplexReceiver {
    /// The most bytes that wait for entries of a table.
    static let blockedLimit = 16 << 20

    /// One direction of a request stream.
    private struct Direction {
        var frames = HTTP3FrameReader()
        /// Pieces that wait behind a section that is blocked.
        var blocked: [Event] = []
        var isClosed = false
    }

    private enum Event {
        case section([UInt8])
        case data([UInt8])
        case missing(Int?)
    }

    private final class RequestStream {
        var client = Direction()
        var server = Direction()
        var stream: HTTPStream?
        let position: StreamPosition

        init(at position: StreamPosition) { self.position = position }
    }

    /// A unidirectional stream: its type once it is known, and the bytes before.
    private struct OneWay {
        var type: UInt64?
        var start: [UInt8] = []
        var frames = HTTP3FrameReader()
    }

    private let owner: any HTTPOwner
    private var clientTable = QPACKDecoder()
    private var serverTable = QPACKDecoder()
    private var requests: [UInt64: RequestStream] = [:]
    private var oneWay: [UInt64: OneWay] = [:]
    private var blockedBytes = 0
    private var isFinishing = false

    /// Creates the decoder of a connection.
    package init(owner: any HTTPOwner) { self.owner = owner }

    /// Reads the next bytes of a direction; they are borrowed for the call.
    package func receive(_ bytes: RawSpan, on id: UInt64, from sender: Sender, at position: StreamPosition) {
        if id & 0x03 >= 2 { return receiveOneWay(bytes, on: id, from: sender) }
        // Streams that a server opens carry no request.
        guard id & 0x03 == 0 else { return }
        let request = requests[id] ?? RequestStream(at: position)
        requests[id] = request
        var events: [Event] = []
        var frames = sender == .client ? request.client.frames : request.server.frames
        frames.take(bytes, data: { events.append(.data($0.copied())) }) { type, body in
            if type == HTTP3FrameType.headers { events.append(.section(body)) }
        }
        if sender == .client { request.client.frames = frames } else { request.server.frames = frames }
        for event in events { take(event, id: id, request: request, from: sender, at: position) }
    }

    /// Continues after `count` bytes that are missing, or after an unknown number of them.
    package func lose(_ count: Int?, on id: UInt64, from sender: Sender) {
        if id & 0x03 >= 2 { return loseOneWay(id, from: sender) }
        // Of a stream whose beginning is missing nothing can be read.
        let request = requests[id] ?? RequestStream(at: StreamPosition(time: .distantPast, packet: 0))
        requests[id] = request
        let isInside = sender == .client ? request.client.frames.skip(count) : request.server.frames.skip(count)
        take(.missing(isInside ? count : nil), id: id, request: request, from: sender, at: request.position)
    }

    /// Notes that `sender` sends no more.
    package func close(_ id: UInt64, from sender: Sender, isAborted: Bool) {
        guard let request = requests[id] else { return }
        if isAborted { take(.missing(nil), id: id, request: request, from: sender, at: request.position) }
        if sender == .client { request.client.isClosed = true } else { request.server.isClosed = true }
        complete(id, request)
    }

    /// Emits what is left: no more bytes come.
    package func finish() {
        isFinishing = true
        unblock()
        for id in requests.keys.sorted() {
            guard let request = requests.removeValue(forKey: id) else { continue }
            emit(request)
        }
    }

    // MARK: Request streams

    private func take(
        _ event: Event, id: UInt64, request: RequestStream, from sender: Sender, at position: StreamPosition
    ) {
        let isBlocked = sender == .client ? !request.client.blocked.isEmpty : !request.server.blocked.isEmpty
        if isBlocked, !isFinishing { return block(event, request: request, from: sender) }
        switch event {
        case .data(let bytes): request.stream?.receive(bytes.rawSpan, from: sender, at: position, owner.connectionID)
        case .missing(let count): request.stream?.lose(count, from: sender)
        case .section(let section):
            do throws(ParseError) {
                let fields =
                    try sender == .client
                    ? clientTable.decode(section.rawSpan, isLast: isFinishing)
                    : serverTable.decode(section.rawSpan, isLast: isFinishing)
                guard let fields else { return block(event, request: request, from: sender) }
                take(fields, id: id, request: request, from: sender)
            } catch {
                request.stream?.lose(nil, from: sender)
            }
        }
    }

    private func take(_ fields: [HTTPField], id: UInt64, request: RequestStream, from sender: Sender) {
        if sender == .server {
            request.stream?.takeResponse(fields, owner)
        } else if let stream = request.stream {
            stream.exchange.request.trailers = fields
        } else {
            let exchange = PendingExchange(
                FieldSection.request(fields, isSecure: true), version: .http3, stream: id, at: request.position,
                owner.budget)
            let stream = HTTPStream(exchange)
            stream.prepare(fields)
            request.stream = stream
        }
    }

    private func block(_ event: Event, request: RequestStream, from sender: Sender) {
        if case .data(let bytes) = event { blockedBytes += bytes.count }
        if case .section(let bytes) = event { blockedBytes += bytes.count }
        if sender == .client { request.client.blocked.append(event) } else { request.server.blocked.append(event) }
        guard blockedBytes > Self.blockedLimit, !isFinishing else { return }
        // Entries that did not come until now are given up.
        clientTable.lose()
        serverTable.lose()
        unblock()
    }

    /// Takes what waited, as far as entries came.
    private func unblock() {
        blockedBytes = 0
        for id in requests.keys.sorted() {
            guard let request = requests[id] else { continue }
            for sender in Sender.allCases {
                let waiting = sender == .client ? request.client.blocked : request.server.blocked
                if sender == .client { request.client.blocked = [] } else { request.server.blocked = [] }
                for event in waiting { take(event, id: id, request: request, from: sender, at: request.position) }
            }
            complete(id, request)
        }
    }

    private func complete(_ id: UInt64, _ request: RequestStream) {
        guard let stream = request.stream else { return }
        if request.client.isClosed, request.client.blocked.isEmpty { stream.end(from: .client) }
        if request.server.isClosed, request.server.blocked.isEmpty { stream.end(from: .server) }
        guard stream.isDone else { return }
        requests[id] = nil
        emit(request)
    }

    private func emit(_ request: RequestStream) {
        guard let stream = request.stream else { return }
        stream.finish()
        stream.exchange.abandon()
        owner.take(stream.exchange.exchange(owner.connectionID))
    }

    // MARK: Unidirectional streams

    private func receiveOneWay(_ bytes: RawSpan, on id: UInt64, from sender: Sender) {
        var stream = oneWay[id] ?? OneWay()
        defer { oneWay[id] = stream }
        guard stream.type == nil else { return takeOneWay(bytes, &stream, from: sender) }
        bytes.append(to: &stream.start)
        let start = stream.start
        var reader = ByteReader(start.rawSpan)
        guard let type = try? reader.variableInteger() else { return }
        stream.type = type
        stream.start = []
        takeOneWay(start.rawSpan.clamped(reader.position...), &stream, from: sender)
    }

    private func takeOneWay(_ bytes: RawSpan, _ stream: inout OneWay, from sender: Sender) {
        switch stream.type {
        case HTTP3StreamType.encoder:
            if sender == .client { clientTable.takeInstructions(bytes) } else { serverTable.takeInstructions(bytes) }
            unblock()
        case HTTP3StreamType.control:
            var settings: [[UInt8]] = []
            stream.frames.take(bytes, data: { _ in }) { type, body in
                if type == HTTP3FrameType.settings { settings.append(body) }
            }
            for body in settings { takeSettings(body.rawSpan, from: sender) }
        default: break
        }
    }

    private func loseOneWay(_ id: UInt64, from sender: Sender) {
        var stream = oneWay[id] ?? OneWay()
        let type = stream.type
        _ = stream.frames.skip(nil)
        // A stream whose type is missing may be the one that fills the table.
        if type == nil { stream.type = .max }
        oneWay[id] = stream
        guard type == nil || type == HTTP3StreamType.encoder else { return }
        if sender == .client { clientTable.lose() } else { serverTable.lose() }
        unblock()
    }

    /// SETTINGS_QPACK_MAX_TABLE_CAPACITY bounds the table of the other end's encoder (RFC 9204 section 5).
    private func takeSettings(_ body: RawSpan, from sender: Sender) {
        var reader = ByteReader(body)
        while let id = try? reader.variableInteger(), let value = try? reader.variableInteger() {
            guard id == 0x01 else { continue }
            let capacity = Int(clamping: min(value, 1 << 30))
            if sender == .client {
                serverTable.maximumCapacity = capacity
            } else {
                clientTable.maximumCapacity = capacity
            }
        }
    }
}
