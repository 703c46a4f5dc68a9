import Bytes
import Decryption
import FuzzSupport
import StreamReassembly

/// Key logs, TLS records and QUIC datagrams of a connection whose keys are known or not.
///
/// The input's first byte chooses: 0 the rest is a key log; 1 the client's TLS stream; 2 the server's; 3 the client's stream
/// after a loss; 4 a QUIC datagram. The second byte is the size of the pieces. What a key log opens is bounded by what came.
@c(LLVMFuzzerTestOneInput)
public func testRecords(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe copied(bytes, count)
    let rest = Array(input.dropFirst(2))
    let ring = KeyRing()
    guard input[0] % 5 != 0 else {
        ring.read(rest.rawSpan)
        require(ring.unusedLines <= ring.counters.lines, "more lines are unused than were read")
        return 0
    }
    let sink = Sink()
    guard input[0] % 5 != 4 else {
        let session = QUICSession(ring: ring, output: sink)
        session.receive(rest.rawSpan, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
        session.finish()
        return 0
    }
    let session = TLSSession(ring: ring, output: sink)
    if input[0] % 5 == 3 { session.lose(nil, from: .client) }
    let sender: Sender = input[0] % 5 == 2 ? .server : .client
    let step = 1 + Int(input[1])
    for start in stride(from: 0, to: rest.count, by: step) {
        let piece = Array(rest[start..<min(start + step, rest.count)])
        session.receive(piece.rawSpan, from: sender, at: StreamPosition(time: .distantPast, packet: start))
    }
    session.finish()
    require(sink.count == 0, "records opened without a key")
    return 0
}

/// Counts what is opened.
private final class Sink: StreamReceiver, MultiplexReceiver {
    var count = 0
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) { count += bytes.byteCount }
    func lose(_ count: Int?, from sender: Sender) {}
    func close(_ sender: Sender) {}
    func receive(_ bytes: RawSpan, on stream: UInt64, from sender: Sender, at position: StreamPosition) {}
    func lose(_ count: Int?, on stream: UInt64, from sender: Sender) {}
    func close(_ stream: UInt64, from sender: Sender, isAborted: Bool) {}
    func finish() {}
}
