import Bytes
import Flows
import TestSupport
import Wire

/// A TLS connection of which only the sizes of its records are given, as segments of a capture at the client.
struct Conversation: ~Copyable {
    /// A segment that was not sent yet.
    struct Segment {
        var bytes: [UInt8]
        var isUp: Bool
        var sequence: UInt32
        var acknowledgment: UInt32
    }

    var replay = Replay()
    /// The round trip in seconds.
    var roundTrip = 0.02
    private var next: (up: UInt32, down: UInt32) = (1001, 9001)
    private var overhead = 17
    /// What the client adds to each record.
    private var padding = 0

    init() {
        replay.observer.interest = .whole
    }

    /// The handshake of TLS 1.3 with a client that offers `alpn`.
    mutating func open(alpn: [String] = ["h2", "http/1.1"], padding: Int = 0) {
        replay.handshake(client: 1000, server: 9000)
        send(up: [clientHello(alpn: alpn)])
        replay.wait(roundTrip)
        send(down: [serverHello(suite: 0x1301), record(20, 1)] + [98, 1000, 78, 36].map { record(23, $0 + 17) })
        send(up: [record(20, 1), record(23, 36 + padding + 17)])
        self.padding = padding
    }

    /// The handshake of TLS 1.2 under AES-GCM.
    mutating func openTLS12(alpn: [String]) {
        overhead = 24
        replay.handshake(client: 1000, server: 9000)
        send(up: [clientHello(alpn: alpn)])
        replay.wait(roundTrip)
        send(down: [record(22, 72, first: 2), record(22, 1007), record(22, 4)])
        send(up: [record(22, 37), record(20, 1), record(22, 40)])
        replay.wait(roundTrip)
        send(down: [record(20, 1), record(22, 40)])
    }

    /// Records of the client's with so many application bytes each.
    mutating func up(_ sizes: Int...) { send(up: records(sizes, padding: padding)) }

    /// Records of the server's.
    mutating func down(_ sizes: Int...) { send(down: records(sizes)) }

    /// A round trip passes.
    mutating func wait() { replay.wait(roundTrip) }

    /// The segments of records that are not sent by this call.
    mutating func held(up sizes: [Int]) -> [Segment] {
        segments(of: records(sizes).flatMap { $0 }, isUp: true)
    }

    /// The segments of records of the server's that are not sent by this call.
    mutating func held(down sizes: [Int]) -> [Segment] {
        segments(of: records(sizes).flatMap { $0 }, isUp: false)
    }

    mutating func send(_ segment: Segment) {
        replay.segment(
            segment.bytes, isUp: segment.isUp, sequence: segment.sequence, acknowledgment: segment.acknowledgment,
            flags: [.ack, .psh])
    }

    /// What was counted of the one flow.
    mutating func traffic() -> FlowTraffic? { replay.finish().last?.traffic }

    /// A record for each size; several where one cannot hold so much.
    private func records(_ sizes: [Int], padding: Int = 0) -> [[UInt8]] {
        sizes.flatMap { size in
            stride(from: 0, to: size, by: 16_384).map { record(23, min(16_384, size - $0) + overhead + padding) }
        }
    }

    private mutating func send(up records: [[UInt8]]) {
        for segment in segments(of: records.flatMap { $0 }, isUp: true) { send(segment) }
    }

    private mutating func send(down records: [[UInt8]]) {
        for segment in segments(of: records.flatMap { $0 }, isUp: false) { send(segment) }
    }

    private mutating func segments(of bytes: [UInt8], isUp: Bool) -> [Segment] {
        var made: [Segment] = []
        for start in stride(from: 0, to: bytes.count, by: 1400) {
            let piece = Array(bytes[start..<min(start + 1400, bytes.count)])
            made.append(
                Segment(
                    bytes: piece, isUp: isUp, sequence: isUp ? next.up : next.down,
                    acknowledgment: isUp ? next.down : next.up))
            if isUp { next.up &+= UInt32(piece.count) } else { next.down &+= UInt32(piece.count) }
        }
        return made
    }

    private func serverHello(suite: Int) -> [UInt8] {
        let versions: [UInt8] = [0, 43, 0, 2, 3, 4]
        let body: [UInt8] = [3, 3] + [UInt8](repeating: 0xA5, count: 32) + [0] + PacketBuilder.word(suite) + [0]
        let message = ClientHelloBuilder.message(type: 2, body + PacketBuilder.word(versions.count) + versions)
        return [22, 3, 3] + PacketBuilder.word(message.count) + message
    }

    private func clientHello(alpn: [String]) -> [UInt8] {
        ClientHelloBuilder(serverName: "api.example.com", alpn: alpn).record
    }

    /// A record whose bytes are no header's, wherever one looks.
    private func record(_ type: UInt8, _ length: Int, first: UInt8 = 0xA5) -> [UInt8] {
        [type, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF), first]
            + [UInt8](repeating: 0xA5, count: max(0, length - 1))
    }
}
