public import Protocols

/// What was named and what was not: `attribution` of a `stats` event.
public struct AttributionReport: Sendable {
    /// The share of flows that could carry a name and got one, from 0 to 1; nothing where there was none.
    public var namedRatio: Double?
    /// TLS ClientHellos by how much of each was read.
    public var tlsHellos = CounterSet<TLSFacts.HelloState>()
    /// QUIC connections whose Initial packets were read.
    public var quicInitials: UInt64 = 0
    /// QUIC Initial packets that could not be decrypted.
    public var quicDecryptFailed: UInt64 = 0
    /// Flows whose encrypted_client_hello is taken for a real one.
    public var echLikelyReal: UInt64 = 0
    /// Flows that concern an AI vendor.
    public var aiFlows: UInt64 = 0
    /// The catalogue's version.
    public var catalog = ""

    /// Nothing named yet.
    public init() {}
}
