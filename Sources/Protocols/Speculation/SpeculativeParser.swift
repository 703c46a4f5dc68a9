import Bytes

/// Makes previews of payloads that look like the beginning of a TLS or QUIC connection.
///
/// One a thread that reads ahead. It follows no flow: of QUIC it remembers, in a small table that later connections
/// overwrite, which keys a destination id gave and which handshake bytes came under it, so that the datagrams of one
/// hello are opened with one derivation and a hello spread over them is read too.
public struct SpeculativeParser: Sendable {
    private struct Connection: Sendable {
        var keys: QUICInitialKeys
        var stream = QUICCryptoStream()
    }

    private var decryptor = QUICDecryptor()
    private var connections: [Connection?] = Array(repeating: nil, count: 64)
    private var shapes = ClientHelloCache()

    /// A previewer that remembers nothing yet. Memory: at most 64 unfinished handshakes.
    public init() {}

    /// A preview of a TCP segment's payload: of a ClientHello that is in it whole. Nothing for any other.
    public mutating func segment(_ payload: RawSpan) -> SpeculativeParse? {
        guard ClientHelloParser.probe(payload) == .yes else { return nil }
        var stream = HandshakeStream()
        guard case .message(let range) = stream.advance(payload) else { return nil }
        return preview(of: payload.clamped(range.indices), isQUIC: false, opened: nil)
    }

    /// A preview of a datagram from a client: of the Initial packet at its front. Nothing for any other.
    public mutating func datagram(_ payload: RawSpan) -> SpeculativeParse? {
        guard let first = payload.byte(at: 0), first & 0xC0 == 0xC0,
            let view = try? QUICLongHeader(payload), view.kind == .initial, !view.version.hasGoogleHandshake,
            let destination = QUICConnectionID(payload.clamped(view.destinationID.indices)), destination.count >= 8
        else { return nil }
        let place = destination.hashValue & (connections.count - 1)
        guard let keys = keys(view.version, destination, at: place) else { return nil }
        guard let (number, truncated, length) = decryptor.unseal(view, of: payload, with: keys.client, expected: 0)
        else { return nil }
        let opened = SpeculativeParse.Opened(
            keys: keys, start: view.start, end: view.end, truncated: truncated, numberLength: length, number: number,
            plaintext: decryptor.plaintext)
        return take(opened, at: place)
    }

    private mutating func keys(
        _ version: QUICVersion, _ destination: QUICConnectionID, at place: Int
    ) -> QUICInitialKeys? {
        if let known = connections[place]?.keys, known.version == version, known.destinationID == destination {
            return known
        }
        guard let keys = QUICInitialKeys(version: version, destinationID: destination) else { return nil }
        connections[place] = Connection(keys: keys)
        return keys
    }

    /// Adds the packet's handshake bytes to those of its connection, and reads the hello where that is whole now.
    private mutating func take(_ opened: SpeculativeParse.Opened, at place: Int) -> SpeculativeParse {
        guard var connection = connections[place].take() else { return SpeculativeParse(opened: opened) }
        var reader = ByteReader(opened.plaintext.rawSpan)
        var grew = false
        while let frame = try? QUICFrames.nextCrypto(&reader, version: opened.keys.version) {
            let bytes = opened.plaintext.rawSpan.clamped(frame.range.indices)
            grew = connection.stream.insert(bytes, at: frame.offset) || grew
        }
        let message = connection.stream.contiguous
        connections[place] = connection
        guard grew, let header = message.rawSpan.uint32(at: 0), Int(header & 0x00FF_FFFF) &+ 4 <= message.count else {
            return SpeculativeParse(opened: opened)
        }
        return preview(of: message.rawSpan, isQUIC: true, opened: opened)
    }

    private mutating func preview(
        of message: RawSpan, isQUIC: Bool, opened: SpeculativeParse.Opened?
    ) -> SpeculativeParse {
        guard let hello = try? ClientHello(message) else { return SpeculativeParse(opened: opened) }
        return SpeculativeParse(
            message: message.copied(), facts: shapes.facts(hello, bytes: message, isQUIC: isQUIC), opened: opened)
    }
}
