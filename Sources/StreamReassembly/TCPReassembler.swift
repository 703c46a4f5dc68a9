package import Bytes
package import Wire

/// An address and a port.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    package var address: IPAddress
    /// The port.
    package var port: UInt16

    /// Creates an endpoint.
    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `ADDRESS:PORT`; an IPv6 address is in brackets.
    package var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

/// The two ends of a connection, and whether it is known which of them is the client.
package struct ConnectionEnds: Hashable, Sendable {
    /// The client.
    package var client: Endpoint
    /// The server.
    package var server: Endpoint
    /// Whether a SYN named the client; otherwise the ports suggested it.
    package var isCertain: Bool

    /// Creates the ends of a connection.
    package init(client: Endpoint, server: Endpoint, isCertain: Bool) {
        self.client = client
        self.server = server
        self.isCertain = isCertain
    }
}

/// Follows every TCP connection of a recording from its first packet to its last, and delivers whole streams.
///
/// `FlowTracker` of the sensor reads only the beginning of a stream; this reads all of it. Memory is bounded: `connectionLimit`
/// connections are open at once, and `waitingLimit` bytes wait beyond gaps in all of them.
package final class TCPReassembler {
    /// The most connections that are open at once; above it the least recently active ones are finished.
    package static let connectionLimit = 65_536
    /// The most bytes that wait beyond gaps in all connections.
    package static let waitingLimit = 96 << 20

    private struct Key: Hashable {
        var low: Endpoint
        var high: Endpoint
    }

    private final class Connection {
        let ends: ConnectionEnds
        var receiver: (any StreamReceiver)?
        var client = SegmentQueue(sender: .client)
        var server = SegmentQueue(sender: .server)
        var latest: Timestamp

        init(_ ends: ConnectionEnds, into receiver: any StreamReceiver, time: Timestamp) {
            self.ends = ends
            self.receiver = receiver
            latest = time
        }
    }

    /// The bytes that no packet of the recording holds, over all finished connections.
    package private(set) var lostBytes: UInt64 = 0
    /// The connections that were finished early to stay within `connectionLimit`.
    package private(set) var evicted = 0

    private let open: (ConnectionEnds, StreamPosition) -> any StreamReceiver
    private var connections: [Key: Connection] = [:]
    private var waitingBytes = 0

    /// Creates a reassembler. `open` makes the receiver of each new connection.
    package init(open: @escaping (ConnectionEnds, StreamPosition) -> any StreamReceiver) { self.open = open }

    /// Takes a TCP packet whose headers are decoded into `packet`; its payload is a range of `frame`.
    package func receive(_ packet: Packet, _ frame: RawSpan, at position: StreamPosition) {
        let source = Endpoint(address: packet.source, port: packet.sourcePort)
        let destination = Endpoint(address: packet.destination, port: packet.destinationPort)
        guard let connection = connection(packet, source: source, destination: destination, at: position) else {
            return
        }
        connection.latest = max(connection.latest, position.time)
        guard let receiver = connection.receiver else { return }
        let payload = frame.clamped(packet.payload.indices)
        let before = connection.client.waitingBytes + connection.server.waitingBytes
        let sender: Sender = source == connection.ends.client ? .client : .server
        deliver(packet, payload, of: connection, from: sender, at: position, into: receiver)
        waitingBytes += connection.client.waitingBytes + connection.server.waitingBytes - before
        // A reset ends nothing here: anyone on the path can send one, and what follows it must not be hidden.
        if connection.client.isClosed, connection.server.isClosed { finish(connection) }
    }

    /// Finishes every connection, in the order of their ends.
    package func finish() {
        let open = connections.values.filter { $0.receiver != nil }
        for connection in open.sorted(by: { Self.precedes($0.ends, $1.ends) }) { finish(connection) }
        connections = [:]
    }

    private func deliver(
        _ packet: Packet, _ payload: RawSpan, of connection: Connection, from sender: Sender,
        at position: StreamPosition, into receiver: any StreamReceiver
    ) {
        let flags = SegmentFlags(
            isSynchronizing: packet.flags.contains(.syn), isFinal: packet.flags.contains(.fin))
        if sender == .client {
            if packet.flags.contains(.ack) { connection.server.acknowledge(packet.acknowledgment) }
            connection.client.receive(
                payload, length: packet.payloadLength, sequence: packet.sequence, flags: flags, at: position,
                into: receiver)
        } else {
            if packet.flags.contains(.ack) { connection.client.acknowledge(packet.acknowledgment) }
            connection.server.receive(
                payload, length: packet.payloadLength, sequence: packet.sequence, flags: flags, at: position,
                into: receiver)
        }
        if waitingBytes > Self.waitingLimit {
            connection.client.passGap(into: receiver)
            connection.server.passGap(into: receiver)
        }
    }

    private func connection(
        _ packet: Packet, source: Endpoint, destination: Endpoint, at position: StreamPosition
    ) -> Connection? {
        let isLow = (source.address, source.port) <= (destination.address, destination.port)
        let key = isLow ? Key(low: source, high: destination) : Key(low: destination, high: source)
        let isOpening = packet.flags.contains(.syn) && !packet.flags.contains(.ack)
        if let known = connections[key] {
            guard isOpening, source == known.ends.client ? isAnother(packet, known) : known.receiver == nil else {
                return known
            }
            finish(known)
        } else if packet.flags.contains(.rst) {
            return nil
        }
        if connections.count >= Self.connectionLimit { evict() }
        let ends = Self.ends(packet, source: source, destination: destination)
        let fresh = Connection(ends, into: open(ends, position), time: position.time)
        connections[key] = fresh
        return fresh
    }

    /// Whether a SYN begins another connection on the ports of `known`, rather than being sent again.
    private func isAnother(_ packet: Packet, _ known: Connection) -> Bool {
        guard let first = known.client.firstSequence else { return true }
        return first != packet.sequence &+ 1
    }

    private static func ends(_ packet: Packet, source: Endpoint, destination: Endpoint) -> ConnectionEnds {
        if packet.flags.contains(.syn) {
            return packet.flags.contains(.ack)
                ? ConnectionEnds(client: destination, server: source, isCertain: true)
                : ConnectionEnds(client: source, server: destination, isCertain: true)
        }
        return source.port < destination.port
            ? ConnectionEnds(client: destination, server: source, isCertain: false)
            : ConnectionEnds(client: source, server: destination, isCertain: false)
    }

    private func finish(_ connection: Connection) {
        guard let receiver = connection.receiver else { return }
        waitingBytes -= connection.client.waitingBytes + connection.server.waitingBytes
        connection.client.flush(into: receiver)
        connection.server.flush(into: receiver)
        connection.receiver = nil
        lostBytes &+= connection.client.lostBytes &+ connection.server.lostBytes
        receiver.finish()
    }

    /// Finishes and forgets the tenth of the connections that was silent for longest.
    private func evict() {
        let oldest = connections.sorted { ($0.value.latest, $0.key.low.port) < ($1.value.latest, $1.key.low.port) }
        for (key, connection) in oldest.prefix(max(1, oldest.count / 10)) {
            if connection.receiver != nil { evicted += 1 }
            finish(connection)
            connections[key] = nil
        }
    }

    private static func precedes(_ left: ConnectionEnds, _ right: ConnectionEnds) -> Bool {
        (left.client.address, left.client.port, left.server.address, left.server.port)
            < (right.client.address, right.client.port, right.server.address, right.server.port)
    }
}
