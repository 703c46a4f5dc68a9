import Bytes
import StreamReassembly

/// One stream of HTTP/2 or HTTP/3: an exchange, or a tunnel.
final class HTTPStream {
    let exchange: PendingExchange
    /// What an accepted CONNECT opened; its bytes are no body.
    private(set) var tunnel: (any StreamReceiver)?
    private var isConnect = false
    private var connectProtocol: [UInt8]?
    private var early: [(bytes: [UInt8], position: StreamPosition)] = []
    private var earlyBytes = 0
    private static let earlyLimit = 1 << 20

    init(_ exchange: PendingExchange) { self.exchange = exchange }

    /// Whether both messages are complete.
    var isDone: Bool { exchange.isRequestDone && exchange.isResponseDone }

    /// Notes whether the request opens a tunnel.
    func prepare(_ fields: [HTTPField]) {
        isConnect = exchange.request.method == "CONNECT"
        connectProtocol = isConnect ? FieldSection.connectProtocol(fields) : nil
    }

    /// Takes the field section of a response, an interim response or the trailers.
    func takeResponse(_ fields: [HTTPField], _ owner: any HTTPOwner) {
        guard exchange.response == nil else {
            exchange.response?.trailers = fields
            return
        }
        let response = FieldSection.response(fields, isSecure: owner.isSecure)
        let status = response.status ?? 200
        guard status >= 200 else { return }
        exchange.response = response
        guard isConnect, status < 300 else { return }
        tunnel = receiver(response, owner)
        for piece in early { tunnel?.receive(piece.bytes.rawSpan, from: .client, at: piece.position) }
        early = []
    }

    private func receiver(_ response: HTTPMessage, _ owner: any HTTPOwner) -> any StreamReceiver {
        guard let connectProtocol else { return owner.openTunnel() ?? DiscardingReceiver() }
        guard connectProtocol == Array("websocket".utf8) else { return DiscardingReceiver() }
        return WebSocketConnection(
            owner: owner, opening: exchange.request, answer: response.fields, stream: exchange.stream)
    }

    /// Takes bytes of a body or of a tunnel.
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition, _ id: HTTPConnectionID) {
        if let tunnel { return tunnel.receive(bytes, from: sender, at: position) }
        if isConnect, sender == .client {
            // A client may send before its CONNECT is accepted.
            guard earlyBytes + bytes.byteCount <= Self.earlyLimit else { return }
            earlyBytes += bytes.byteCount
            early.append((bytes.copied(), position))
            return
        }
        if sender == .client { exchange.requestBody.append(bytes) } else { exchange.responseBody.append(bytes) }
    }

    /// Notes that bytes of the stream are missing.
    func lose(_ count: Int?, from sender: Sender) {
        if let tunnel { return tunnel.lose(count, from: sender) }
        if sender == .client {
            if !exchange.isRequestDone { exchange.requestBody.lose(count) }
        } else if !exchange.isResponseDone {
            exchange.responseBody.lose(count)
        }
    }

    /// Notes that a direction of the stream is over.
    func end(from sender: Sender) {
        tunnel?.close(sender)
        if sender == .client { exchange.isRequestDone = true } else { exchange.isResponseDone = true }
    }

    /// Notes that no more of the stream comes.
    func finish() {
        tunnel?.finish()
        tunnel = nil
    }
}

/// The streams of a connection, in the order in which they began.
struct HTTPStreamTable {
    private var streams: [UInt64: HTTPStream] = [:]
    /// The identifiers in the order in which streams began, from `first` on; some are not open any more.
    private var order: [UInt64] = []
    private var first = 0

    /// The stream with the identifier.
    subscript(id: UInt32) -> HTTPStream? { streams[UInt64(id)] }
    /// The stream with the identifier.
    subscript(long id: UInt64) -> HTTPStream? { streams[id] }

    /// The number of streams.
    var count: Int { streams.count }

    /// Adds a stream. Gives the oldest one, removed, if there are more than `limit` then.
    @discardableResult
    mutating func begin(_ stream: HTTPStream, id: UInt32, limit: Int = .max) -> HTTPStream? {
        begin(stream, long: UInt64(id), limit: limit)
    }

    /// Adds a stream. Gives the oldest one, removed, if there are more than `limit` then.
    @discardableResult
    mutating func begin(_ stream: HTTPStream, long id: UInt64, limit: Int = .max) -> HTTPStream? {
        streams[id] = stream
        order.append(id)
        defer { compact() }
        guard streams.count > limit else { return nil }
        while first < order.count {
            first += 1
            if let oldest = streams.removeValue(forKey: order[first - 1]) { return oldest }
        }
        return nil
    }

    /// Drops identifiers of streams that are not open any more.
    private mutating func compact() {
        guard order.count - first > 2 * streams.count + 1_024 || first > order.count / 2 + 1_024 else { return }
        order = order[first...].filter { streams[$0] != nil }
        first = 0
    }

    /// Removes a stream.
    mutating func remove(_ id: UInt32) { streams[UInt64(id)] = nil }
    /// Removes a stream.
    mutating func remove(long id: UInt64) { streams[id] = nil }

    /// Removes all streams and gives them in the order of their identifiers.
    mutating func removeAll() -> [HTTPStream] {
        let all = streams.sorted { $0.key < $1.key }.map(\.value)
        streams = [:]
        return all
    }

    /// Notes that bytes of `sender` are missing, of which stream is not known.
    func loseAll(from sender: Sender) {
        for stream in streams.values { stream.lose(nil, from: sender) }
    }
}
