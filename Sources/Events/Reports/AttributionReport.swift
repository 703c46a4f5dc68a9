public import Protocols

/// What was named and what was not: `attribution` of a `stats` event.
public struct AttributionReport: Sendable {
    /// Ended flows that had a name.
    public var named: UInt64 = 0
    /// Ended flows that carried payload and had none.
    public var unnamed: UInt64 = 0
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
    /// The age of its newest entry at the moment of the report, in nanoseconds; live only, and in no event.
    public var catalogAge: Int64?

    /// Nothing named yet.
    public init() {}

    /// The share of ended flows with payload that had a name, from 0 to 1; nothing where there was none.
    public var namedRatio: Double? {
        let all = Double(named) + Double(unnamed)
        return all > 0 ? Double(named) / all : nil
    }
}
