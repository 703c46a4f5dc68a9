import Bytes
import Flows
import TestSupport

/// A client that sends Initial packets, with tricks.
struct QUICClient {
    var id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    var source: [UInt8] = [9, 8, 7, 6]

    /// The handshake message of a hello for `name`.
    static func hello(_ name: String, random: UInt8 = 0xA5) -> [UInt8] {
        var builder = ClientHelloBuilder(serverName: name, alpn: ["h3"])
        builder.sessionID = []
        builder.extensions?.append(.init(57, [1, 2, 0x43, 0xE8]))
        var message = builder.handshake
        for index in 6..<38 { message[index] = random }
        return message
    }

    func initial(_ frames: [UInt8], number: UInt32 = 0, token: [UInt8] = []) throws -> [UInt8] {
        try QUICSealer(destination: id).initial(
            to: id, from: source, token: token, number: number, paddedTo: 1200, frames: frames)
    }

    func initial(hello name: String, number: UInt32 = 0, random: UInt8 = 0xA5) throws -> [UInt8] {
        try initial(QUICSealer.crypto(Self.hello(name, random: random), at: 0), number: number)
    }

    /// Two Initial packets with the parts of `hello` before and after `cut`.
    func halves(of hello: [UInt8], at cut: Int) throws -> [[UInt8]] {
        try [
            initial(QUICSealer.crypto(hello[..<cut], at: 0)),
            initial(QUICSealer.crypto(hello[cut...], at: cut), number: 1),
        ]
    }

    /// What the server sends first: an Initial packet and a Handshake packet, which nobody can read.
    var answer: [UInt8] {
        get throws {
            let initial = try QUICSealer(destination: id, sender: .server).initial(
                to: source, from: [5, 5, 5, 5], frames: QUICSealer.between)
            let handshake: [UInt8] = [0xE0, 0, 0, 0, 1, 4] + source + [4, 5, 5, 5, 5, 0x40, 60]
            return initial + handshake + [UInt8](repeating: 7, count: 60)
        }
    }
}

/// Sends datagrams of the client, the server's answer and the client's next one, and returns the flows that ended.
func quicFlows(_ datagrams: [[UInt8]], answer: [UInt8]? = nil, after late: [[UInt8]] = []) -> [FlowSnapshot] {
    var replay = Replay()
    for datagram in datagrams {
        replay.wait(0.001)
        replay.datagram(datagram, isUp: true, to: 443)
    }
    if let answer {
        replay.wait(0.01)
        replay.datagram(answer, isUp: false, to: 443)
    }
    for datagram in late {
        replay.wait(0.001)
        replay.datagram(datagram, isUp: true, to: 443)
    }
    return replay.finish()
}
