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
        reading.append(exchange)
    }

    func openTunnel() -> (any StreamReceiver)? { nil }

    /// Reports the connection with its outcome.
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
    private(set) var exchanges: [HTTPExchange] = []
    var connections: [AuditConnection] = []
    private let examine: AuditReader.Examiner?

    init(ring: KeyRing, budget: BodyBudget, examine: AuditReader.Examiner?) {
        self.ring = ring
        self.budget = budget
        self.examine = examine
    }

    /// Takes an exchange. One that is examined now leaves its bodies, so that a recording may be larger than the memory.
    func append(_ whole: HTTPExchange) {
        var exchange = whole
        exchange.number = exchanges.count
        if let examine {
            examine(exchange)
            budget.release(exchange.request.body.bytes.count + (exchange.response?.body.bytes.count ?? 0))
            exchange.request.body.bytes = []
            exchange.response?.body.bytes = []
        }
        exchanges.append(exchange)
    }
}
