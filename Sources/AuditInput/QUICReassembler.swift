import Bytes
import Decryption
import HTTPDecoding
import Protocols
import StreamReassembly
import Wire

/// Finds the QUIC connection that a datagram belongs to: by its addresses, and by its connection ID if a client has moved
/// to another address (RFC 9000 section 9).
///
/// Memory: `connectionLimit` connections are open at once; above it the least recently active ones are finished.
final class QUICReassembler {
    /// The most connections that are open at once.
    static let connectionLimit = 65_536

    /// The port of HTTP/3.
    private static let port: UInt16 = 443

    private struct Path: Hashable {
        var low: Endpoint
        var high: Endpoint
    }

    fileprivate final class Connection {
        let recorder: ConnectionRecorder
        let session: QUICSession
        let owner: LayerOwner
        /// Kept for the session, which refers to the connection through it.
        var box: ConnectionBox?
        var server: Endpoint
        var latest: Timestamp

        init(
            _ recorder: ConnectionRecorder, session: QUICSession, owner: LayerOwner, server: Endpoint,
            time: Timestamp
        ) {
            self.recorder = recorder
            self.session = session
            self.owner = owner
            self.server = server
            latest = time
        }
    }

    /// The connections that were finished early to stay within `connectionLimit`.
    private(set) var evicted = 0
    private let collection: AuditCollection
    private let waiting = WaitingBudget()
    private var paths: [Path: Connection] = [:]
    private var byID: [[UInt8]: Connection] = [:]
    private var idLengths: Set<Int> = []
    private var connections: [Connection] = []

    init(_ collection: AuditCollection) { self.collection = collection }

    /// Takes a UDP packet whose headers are decoded into `packet`; its payload is a range of `frame`.
    func receive(_ packet: Packet, _ frame: RawSpan, at position: StreamPosition) {
        let datagram = frame.clamped(packet.payload.indices)
        let source = Endpoint(address: packet.source, port: packet.sourcePort)
        let destination = Endpoint(address: packet.destination, port: packet.destinationPort)
        guard datagram.byteCount >= 21, let first = datagram.byte(at: 0) else { return }
        let isLow = (source.address, source.port) <= (destination.address, destination.port)
        let path = isLow ? Path(low: source, high: destination) : Path(low: destination, high: source)
        let isLong = first & 0x80 != 0
        guard
            let connection = isLong
                ? connection(longHeader: datagram, path, source: source, destination: destination, at: position)
                : paths[path] ?? moved(datagram, path)
                    ?? middle(first, path: path, source: source, destination: destination, at: position)
        else { return }
        connection.latest = max(connection.latest, position.time)
        connection.recorder.bytes &+= UInt64(datagram.byteCount)
        connection.session.receive(datagram, from: source == connection.server ? .server : .client, at: position)
    }

    /// Ends all connections.
    func finish() {
        for connection in connections { finish(connection) }
        (paths, byID, connections) = ([:], [:], [])
    }

    private func finish(_ connection: Connection) {
        connection.session.finish()
        let outcome = connection.owner.tunnels.reduce(connection.session.outcome) { $0.combined(with: $1.outcome) }
        connection.recorder.finish(outcome)
    }

    private func connection(
        longHeader datagram: RawSpan, _ path: Path, source: Endpoint, destination: Endpoint,
        at position: StreamPosition
    ) -> Connection? {
        guard let header = try? QUICLongHeader(datagram), header.kind != .other else { return nil }
        let target = datagram.clamped(header.destinationID.indices).copied()
        let from = datagram.clamped(header.sourceID.indices).copied()
        if let known = paths[path] {
            let sender: Sender = source == known.server ? .server : .client
            // Only a client's Initial packet begins another connection on the same addresses.
            let isAnother =
                header.kind == .initial && sender == .client
                && !known.session.isKnown(destination: target, source: from, from: sender)
            if !isAnother { return known }
        }
        guard header.kind == .initial || header.kind == .handshake || header.kind == .zeroRTT else {
            return paths[path]
        }
        return begin(path, source: source, destination: destination, at: position)
    }

    /// A connection whose beginning is not in the recording, by the port and the form of its packets.
    private func middle(
        _ first: UInt8, path: Path, source: Endpoint, destination: Endpoint, at position: StreamPosition
    ) -> Connection? {
        guard first & 0xC0 == 0x40, source.port == Self.port || destination.port == Self.port else { return nil }
        let connection = begin(path, source: source, destination: destination, at: position)
        connection.session.beginInTheMiddle()
        return connection
    }

    private func begin(
        _ path: Path, source: Endpoint, destination: Endpoint, at position: StreamPosition
    ) -> Connection {
        if connections.count >= Self.connectionLimit { evict() }
        // The first packet is the client's, unless its port suggests otherwise.
        let isFromServer = source.port < 1_024 && destination.port >= 1_024
        let ends = ConnectionEnds(
            client: isFromServer ? destination : source, server: isFromServer ? source : destination,
            isCertain: !isFromServer)
        let recorder = ConnectionRecorder(ends, collection, at: position, isQUIC: true)
        let owner = LayerOwner(recorder, depth: 0, isSecure: true)
        let http = HTTP3Connection(owner: owner)
        let box = ConnectionBox()
        let session = QUICSession(ring: collection.ring, output: http, waiting: waiting) {
            [weak self, weak box] id, _ in
            if let connection = box?.connection { self?.register(id, connection) }
        }
        let connection = Connection(recorder, session: session, owner: owner, server: ends.server, time: position.time)
        box.connection = connection
        connection.box = box
        paths[path] = connection
        connections.append(connection)
        return connection
    }

    private func register(_ id: [UInt8], _ connection: Connection) {
        guard id.count >= 4, byID.count < Self.connectionLimit * 4 else { return }
        byID[id] = connection
        idLengths.insert(id.count)
    }

    /// The connection of a packet from an address that is new: by the connection ID that it carries.
    private func moved(_ datagram: RawSpan, _ path: Path) -> Connection? {
        for length in idLengths.sorted(by: >) {
            guard let known = byID[datagram.clamped(1..<1 + length).copied()] else { continue }
            paths[path] = known
            return known
        }
        return nil
    }

    private func evict() {
        let oldest = connections.sorted { $0.latest < $1.latest }.prefix(max(1, connections.count / 10))
        let gone = Set(oldest.map { ObjectIdentifier($0) })
        for connection in oldest { finish(connection) }
        evicted += oldest.count
        connections.removeAll { gone.contains(ObjectIdentifier($0)) }
        paths = paths.filter { !gone.contains(ObjectIdentifier($0.value)) }
        byID = byID.filter { !gone.contains(ObjectIdentifier($0.value)) }
    }
}

/// Refers to the connection that a session belongs to, which is made after it.
private final class ConnectionBox {
    weak var connection: QUICReassembler.Connection?
}
