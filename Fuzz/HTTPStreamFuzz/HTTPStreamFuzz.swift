import Bytes
import FuzzSupport
import HTTPDecoding
import StreamReassembly

/// Plain text of HTTP/1.1, HTTP/2, HTTP/3 and WebSocket, both directions.
///
/// The input's first byte chooses the protocol, the second one the size of pieces, the third where a loss is. The rest is cut
/// in two: the client's bytes and the server's. Requests must not depend on the pieces unless bytes are lost, or HTTP/1.1 is
/// malformed: the next message is then searched for at the beginning of a piece.
@c(LLVMFuzzerTestOneInput)
public func testStreams(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 4 else { return 0 }
    let input = unsafe copied(bytes, count)
    let rest = Array(input.dropFirst(4))
    let cut = min(rest.count, rest.count * Int(input[3]) / 255)
    let (client, server) = (Array(rest[..<cut]), Array(rest[cut...]))
    let step = 1 + Int(input[1])
    let whole = run(input[0], client, server, step: .max, lossAt: nil)
    let pieces = run(input[0], client, server, step: step, lossAt: nil)
    require(whole == pieces || input[0] % 4 == 0, "the requests depend on the pieces of the stream")
    _ = run(input[0], client, server, step: step, lossAt: Int(input[2]))
    return 0
}

private func run(_ kind: UInt8, _ client: [UInt8], _ server: [UInt8], step: Int, lossAt: Int?) -> [String] {
    let log = Log()
    let opening = "GET / HTTP/1.1\r\n\r\n"
    let answer = "HTTP/1.1 101 \r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    switch kind % 4 {
    case 0: feed(HTTP1Connection(owner: log), client, server, step, lossAt)
    case 1: feed(HTTP2Connection(owner: log), client, server, step, lossAt)
    case 2: feed(HTTP3Adapter(HTTP3Connection(owner: log)), client, server, step, lossAt)
    default:
        let connection = HTTP1Connection(owner: log)
        put(connection, Array(opening.utf8), .client, .max, nil)
        put(connection, Array(answer.utf8), .server, .max, nil)
        feed(connection, client, server, step, lossAt)
    }
    return log.requests
}

private func feed(_ receiver: any StreamReceiver, _ client: [UInt8], _ server: [UInt8], _ step: Int, _ lossAt: Int?) {
    put(receiver, client, .client, step, lossAt)
    put(receiver, server, .server, step, lossAt)
    receiver.finish()
}

private func put(_ receiver: any StreamReceiver, _ bytes: [UInt8], _ sender: Sender, _ step: Int, _ lossAt: Int?) {
    var start = 0
    var piece = 0
    while start < bytes.count {
        let end = step < bytes.count - start ? start + step : bytes.count
        if piece == lossAt { receiver.lose(step == 1 ? nil : step, from: sender) }
        let part = Array(bytes[start..<end])
        receiver.receive(part.rawSpan, from: sender, at: StreamPosition(time: .distantPast, packet: 1))
        start = end
        piece += 1
    }
}

/// Puts both directions of a stream on request stream 0, and the client's bytes on its encoder stream as well.
private final class HTTP3Adapter: StreamReceiver {
    private let connection: HTTP3Connection
    init(_ connection: HTTP3Connection) { self.connection = connection }
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        connection.receive(bytes, on: 0, from: sender, at: position)
        connection.receive(bytes, on: sender == .client ? 2 : 3, from: sender, at: position)
    }
    func lose(_ count: Int?, from sender: Sender) { connection.lose(count, on: 0, from: sender) }
    func close(_ sender: Sender) { connection.close(0, from: sender, isAborted: false) }
    func finish() { connection.finish() }
}

/// Keeps what was requested.
private final class Log: HTTPOwner {
    let connectionID = HTTPConnectionID(client: "a", server: "b")
    let isSecure = true
    let budget = BodyBudget(total: 1 << 20, bodyLimit: 1 << 18)
    var requests: [String] = []
    func take(_ exchange: HTTPExchange) {
        require(exchange.request.body.bytes.count <= 1 << 18, "a body is kept past its bound")
        let body = exchange.request.body
        // Of damaged compressed data, what comes out before the damage depends on the pieces.
        requests.append("\(exchange.request.method) \(exchange.request.path) \(body.isComplete ? body.sha256 : "cut")")
    }
    func openTunnel() -> (any StreamReceiver)? { nil }
}
