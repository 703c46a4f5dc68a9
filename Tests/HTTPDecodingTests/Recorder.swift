import Bytes
import HTTPDecoding
import StreamReassembly

/// Keeps the exchanges of a connection.
final class ExchangeLog: HTTPOwner {
    let connectionID = HTTPConnectionID(client: "192.0.2.1:1000", server: "192.0.2.2:443")
    let isSecure = true
    let budget: BodyBudget
    var exchanges: [HTTPExchange] = []
    var tunnel: TunnelLog?

    init(budget: BodyBudget = BodyBudget()) { self.budget = budget }

    func take(_ exchange: HTTPExchange) { exchanges.append(exchange) }
    func openTunnel() -> (any StreamReceiver)? {
        tunnel = TunnelLog()
        return tunnel
    }

    var paths: [String] { exchanges.map(\.request.path) }
    var bodies: [String] { exchanges.map { String(decoding: $0.request.body.bytes, as: UTF8.self) } }
    var answers: [String] { exchanges.map { String(decoding: $0.response?.body.bytes ?? [], as: UTF8.self) } }
}

/// Keeps the bytes inside a tunnel.
final class TunnelLog: StreamReceiver {
    var bytes: [[UInt8]] = [[], []]
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        self.bytes[sender.rawValue] += bytes.copied()
    }
    func lose(_ count: Int?, from sender: Sender) {}
    func close(_ sender: Sender) {}
    func finish() {}
}

extension StreamReceiver {
    /// Passes bytes of `sender` on in pieces of `step` bytes, all of one packet.
    func put(_ bytes: [UInt8], from sender: Sender, packet: Int = 1, step: Int = .max) {
        var start = 0
        while start < bytes.count {
            let end = step < bytes.count - start ? start + step : bytes.count
            let piece = Array(bytes[start..<end])
            receive(piece.rawSpan, from: sender, at: StreamPosition(time: .distantPast, packet: packet))
            start = end
        }
    }

    /// Passes text of `sender` on.
    func put(_ text: String, from sender: Sender, packet: Int = 1, step: Int = .max) {
        put(Array(text.utf8), from: sender, packet: packet, step: step)
    }
}
