package import Bytes
package import Decryption
package import HTTPDecoding

/// A connection of a recording, and what could be read of it.
package struct AuditConnection: Sendable {
    /// The ends.
    package var id: HTTPConnectionID
    /// The host that the client asked for: the authority of its first request, or the name in its TLS hello; `nil` if
    /// neither is known.
    package var host: String?
    /// How much could be read.
    package var state: ConnectionState
    /// Why, and of what not, if some could not be read.
    package var outcome: DecryptionOutcome
    /// The protocol of its requests, or `nil` if it carried none that is known.
    package var version: HTTPExchange.Version?
    /// The number of requests.
    package var requests: Int
    /// The first packet of the connection.
    package var firstPacket: Int
    /// The time of that packet.
    package var time: Timestamp
    /// The bytes of the connection on the wire, above TCP or UDP, that the recording holds.
    package var bytes: UInt64
    /// Whether the connection was seen to use QUIC.
    package var isQUIC: Bool

    /// Creates the description of a connection.
    package init(
        id: HTTPConnectionID, host: String?, state: ConnectionState, outcome: DecryptionOutcome,
        version: HTTPExchange.Version?, requests: Int, firstPacket: Int, time: Timestamp, bytes: UInt64, isQUIC: Bool
    ) {
        self.id = id
        self.host = host
        self.state = state
        self.outcome = outcome
        self.version = version
        self.requests = requests
        self.firstPacket = firstPacket
        self.time = time
        self.bytes = bytes
        self.isQUIC = isQUIC
    }
}
