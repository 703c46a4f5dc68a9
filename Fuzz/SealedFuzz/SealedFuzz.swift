import Bytes
import Decryption
import FuzzSupport
import StreamReassembly
import TestSupport

/// What is inside sealed records and packets, whose keys are known: the target seals it, so that every change of the input
/// reaches the readers behind the AEAD.
///
/// The input's first byte chooses: even TLS 1.3, odd QUIC. The rest is parts behind two bytes of length; the top bit says
/// which end sent it. A part of TLS is a content type, a number of bytes of padding, and the content. A part of QUIC is the
/// frames of a packet. Application data comes out as it went in, as long as no handshake message changes the keys; streams hold no more than was sent.
@c(LLVMFuzzerTestOneInput)
public func testSealed(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 3 else { return 0 }
    let input = unsafe copied(bytes, count)
    let pieces = parts(of: input, from: 1).map {
        (sender: $0.word & 0x8000 == 0 ? Sender.client : .server, bytes: $0.bytes)
    }
    let ring = KeyRing()
    let log = Array(keyLog.utf8)
    ring.read(log.rawSpan)
    if input[0] % 2 == 0 { testRecords(pieces, ring) } else { testPackets(pieces, ring) }
    return 0
}

private typealias Part = (sender: Sender, bytes: [UInt8])

private func testRecords(_ parts: [Part], _ ring: KeyRing) {
    let log = Log()
    let session = TLSSession(ring: ring, output: log)
    put(session, hello(clientHello), .client)
    put(session, hello(serverHello), .server)
    var sealers = [TrafficSealer(secret: secrets[0]), TrafficSealer(secret: secrets[1])]
    var sent: [[UInt8]] = [[], []]
    var isPlain = true
    for part in parts {
        let type = part.bytes.first ?? 23
        let content = Array(part.bytes.dropFirst(2))
        guard type != 0,
            let record = try? sealers[part.sender.rawValue].record(
                type: type, content, padding: Int(part.bytes.dropFirst().first ?? 0))
        else { continue }
        if type == 22 { isPlain = false }
        if type == 23 { sent[part.sender.rawValue] += content.prefix(16_384) }
        put(session, record, part.sender)
    }
    session.finish()
    if isPlain { require(log.bytes == sent, "what was opened is not what was sealed") }
}

private func testPackets(_ parts: [Part], _ ring: KeyRing) {
    let log = Log()
    let session = QUICSession(ring: ring, output: log)
    let (first, client, server): ([UInt8], [UInt8], [UInt8]) = ([1, 2, 3, 4, 5, 6, 7, 8], [9, 9, 9, 9], [7, 7, 7, 7])
    let position = StreamPosition(time: .distantPast, packet: 1)
    guard
        let opening = try? QUICSealer(destination: first).initial(
            to: first, from: client, frames: QUICSealer.crypto(clientHello, at: 0)),
        let answer = try? QUICSealer(destination: first, sender: .server).initial(
            to: client, from: server, frames: QUICSealer.crypto(serverHello, at: 0))
    else { return }
    session.receive(opening.rawSpan, from: .client, at: position)
    session.receive(answer.rawSpan, from: .server, at: position)
    var sealers = [TrafficSealer(secret: secrets[0], isQUIC: true), TrafficSealer(secret: secrets[1], isQUIC: true)]
    var sent = 0
    for part in parts {
        let id = part.sender == .client ? server : client
        guard let packet = try? sealers[part.sender.rawValue].packet(to: id, frames: part.bytes) else { continue }
        sent += part.bytes.count
        session.receive(packet.rawSpan, from: part.sender, at: position)
    }
    session.finish()
    require(session.outcome.state == .opened || session.outcome.state == .partial, "packets were not opened")
    require(log.streamed <= sent, "streams hold more than was sent")
}

private func put(_ session: TLSSession, _ bytes: [UInt8], _ sender: Sender) {
    session.receive(bytes.rawSpan, from: sender, at: StreamPosition(time: .distantPast, packet: 1))
}

/// A handshake message in a record.
private func hello(_ message: [UInt8]) -> [UInt8] { [22, 3, 3, 0, UInt8(message.count)] + message }

private let secrets = [[UInt8](repeating: 0x11, count: 32), [UInt8](repeating: 0x22, count: 32)]
private let keyLog = """
    CLIENT_TRAFFIC_SECRET_0 cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 \
    1111111111111111111111111111111111111111111111111111111111111111
    SERVER_TRAFFIC_SECRET_0 cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 \
    2222222222222222222222222222222222222222222222222222222222222222

    """
/// The hellos of RFC 8448 section 3.
private let clientHello = bytes(
    hex: """
        010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000
        910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024
        001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603
        020308040805080604010501060102010402050206020202002d00020101001c00024001
        """)
private let serverHello = bytes(
    hex: """
        020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d
        0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304
        """)

/// Keeps what is opened.
private final class Log: StreamReceiver, MultiplexReceiver {
    var bytes: [[UInt8]] = [[], []]
    var streamed = 0
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        self.bytes[sender.rawValue] += bytes.copied()
    }
    func lose(_ count: Int?, from sender: Sender) {}
    func close(_ sender: Sender) {}
    func receive(_ bytes: RawSpan, on stream: UInt64, from sender: Sender, at position: StreamPosition) {
        streamed += bytes.byteCount
    }
    func lose(_ count: Int?, on stream: UInt64, from sender: Sender) {}
    func close(_ stream: UInt64, from sender: Sender, isAborted: Bool) {}
    func finish() {}
}
