import Bytes
import Decryption
import HTTPDecoding
import StreamReassembly

/// Collects what the layers of one connection find.
final class ConnectionRecorder: HTTPOwner {
    let ends: ConnectionEnds
    let reading: AuditCollection
    let start: StreamPosition
    let isQUIC: Bool
    /// Whether the roles of the ends turned out to be the other way round.
    var isSwapped = false
    var isSecure: Bool
    var bytes: UInt64 = 0
    private(set) var requests = 0
    private(set) var version: HTTPExchange.Version?
    private(set) var firstAuthority: String?

    /// The most connections one inside another that are followed.
    static let depthLimit = 4

    init(_ ends: ConnectionEnds, _ reading: AuditCollection, at start: StreamPosition, isQUIC: Bool = false) {
        self.ends = ends
        self.reading = reading
        self.start = start
        self.isQUIC = isQUIC
        isSecure = isQUIC
    }

    var budget: BodyBudget { reading.budget }
    var ring: KeyRing { reading.ring }

    var connectionID: HTTPConnectionID {
        let (client, server) = isSwapped ? (ends.server, ends.client) : (ends.client, ends.server)
        return HTTPConnectionID(client: client.description, server: server.description)
    }

    func take(_ exchange: HTTPExchange) {
        requests += 1
        if firstAuthority == nil, !exchange.request.authority.isEmpty { firstAuthority = exchange.request.authority }
        version = exchange.version == .webSocket ? .webSocket : version ?? exchange.version
        reading.exchanges.append(exchange)
    }

    func openTunnel() -> (any StreamReceiver)? { nil }

    /// Reports the connection with what became of it.
    func finish(_ outcome: DecryptionOutcome) {
        reading.connections.append(
            AuditConnection(
                id: connectionID, host: firstAuthority ?? outcome.serverName, state: outcome.state, outcome: outcome,
                version: version, requests: requests, firstPacket: start.packet, time: start.time, bytes: bytes,
                isQUIC: isQUIC))
    }
}

/// What was found so far in a recording.
final class AuditCollection {
    let ring: KeyRing
    let budget: BodyBudget
    var exchanges: [HTTPExchange] = []
    var connections: [AuditConnection] = []

    init(ring: KeyRing, budget: BodyBudget) {
        self.ring = ring
        self.budget = budget
    }
}
