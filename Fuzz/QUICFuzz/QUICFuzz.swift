import Bytes
import FuzzSupport
import Protocols
import TestSupport

/// The beginning of a QUIC connection, from its datagrams.
///
/// Bytes behind a tag cannot be reached by changing a datagram: one changed bit and the packet stays shut. So there are
/// two ways in, which the lowest bit of the input's first byte chooses. 0: the rest are datagrams. 1: the rest are frames,
/// which are sealed under the right keys, of version 1 or, where the next bit is set, 2. Each part is behind two
/// bytes of length, whose top bit says which end sent it.
///
/// After each part the handshakes' bytes have only grown, unless the connection began again, and keep within their
/// bounds; what is said to have come has come. Behind the end nothing is kept.
@c(LLVMFuzzerTestOneInput)
public func testConnection(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 3 else { return 0 }
    let input = unsafe copied(bytes, count)
    var watch = Watch()
    let isSealed = input[0] & 1 == 1
    for (index, part) in parts(of: input, from: 1).prefix(256).enumerated() {
        let isInitiator = part.word & 0x8000 == 0
        guard isSealed else {
            _ = QUICConnection.probe(part.bytes.rawSpan)
            watch.receive(part.bytes, isInitiator: isInitiator)
            continue
        }
        let sealer = sealers[(input[0] & 2 == 0 ? 0 : 2) + (isInitiator ? 0 : 1)]
        let (destination, source) = isInitiator ? (serverID, clientID) : (clientID, serverID)
        let frames = Array(part.bytes.prefix(16_000))
        let packet = try? sealer.initial(to: destination, from: source, number: UInt32(index), frames: frames)
        watch.receive(packet ?? [], isInitiator: isInitiator)
    }
    watch.finish()
    return 0
}

private let clientID: [UInt8] = [1, 2, 3, 4]
private let serverID: [UInt8] = [8, 7, 6, 5, 4, 3, 2, 1]
private let sealers = [QUICVersion.version1, .version2].flatMap { version in
    [
        QUICSealer(version, destination: serverID),
        QUICSealer(version, destination: serverID, sender: .server),
    ]
}

/// A connection, and what must be true of it.
private struct Watch {
    private var connection = QUICConnection(readsServer: true)
    private var decryptor = QUICDecryptor()

    mutating func receive(_ datagram: [UInt8], isInitiator: Bool) {
        let client = connection.clientHandshake.contiguous
        let server = connection.serverHandshake.contiguous
        let opened = decryptor.counters.opened
        let outcome = connection.receive(datagram.rawSpan, fromInitiator: isInitiator, with: &decryptor)
        if outcome.contains(.newConnection) {
            connection = QUICConnection(readsServer: true)
            _ = connection.receive(datagram.rawSpan, fromInitiator: isInitiator, with: &decryptor)
            return
        }
        let hasOpened = decryptor.counters.opened > opened
        require(!outcome.contains(.clientBytes) || hasOpened, "bytes of a packet that was not opened")
        if !outcome.contains(.restarted) {
            // Google's own handshake is no TLS, and is not told of as such.
            let isSaid = outcome.contains(.clientBytes) || connection.version.isGoogle
            hold(connection.clientHandshake, grewFrom: client, said: isSaid)
            hold(connection.serverHandshake, grewFrom: server, said: outcome.contains(.serverBytes))
        }
        require(connection.memory <= 4 * QUICCryptoStream.limit + 16_384, "memory without a bound")
    }

    mutating func finish() {
        let message = connection.clientHandshake.contiguous
        if let hello = try? ClientHello(message.rawSpan) {
            let facts = TLSFacts(hello, bytes: message.rawSpan, isQUIC: true)
            require(facts.serverName != "", "a name that is none")
        }
        if let name = connection.googleName { require(!name.isEmpty, "a name that is none") }
        connection.finish()
        let kept = connection.clientHandshake.contiguous.count + connection.serverHandshake.contiguous.count
        require(kept == 0, "bytes were kept behind the end")
    }

    private func hold(_ stream: QUICCryptoStream, grewFrom old: [UInt8], said: Bool) {
        require(stream.contiguous.starts(with: old), "bytes that was already changed")
        require(stream.contiguous.count <= QUICCryptoStream.limit, "a handshake without a bound")
        require(said || stream.contiguous.count == old.count, "bytes came that nothing was said of")
    }
}
