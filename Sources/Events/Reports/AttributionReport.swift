public import Flows
public import Protocols
public import Vendors

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
    /// UDP flows to port 443 that begin with what may be a QUIC packet after its handshake: a connection that migrated to
    /// other ends, or one that is older than the capture. They have no name.
    public var quicMidstream: UInt64 = 0
    /// QUIC connections that began on a flow which was known as something else.
    public var quicLate: UInt64 = 0
    /// QUIC packets with a long header of a version that is not read.
    public var quicUnsupportedVersion: UInt64 = 0
    /// QUIC packets that end past the captured bytes.
    public var quicTruncated: UInt64 = 0
    /// CRYPTO frames of streams that had reached their bound.
    public var quicOverLimit: UInt64 = 0
    /// DNS messages that were read.
    public var dnsMessages: UInt64 = 0
    /// DNS answers that no one was seen to ask for.
    public var unaskedAnswers: UInt64 = 0
    /// DNS questions that were forgotten because too many of one flow waited.
    public var forgottenQuestions: UInt64 = 0
    /// What passive DNS learned, refused and evicted.
    public var passiveDNS = PassiveDNS.Counters()
    /// Flows whose encrypted_client_hello is taken for a real one.
    public var echLikelyReal: UInt64 = 0
    /// Flows that concern an AI vendor.
    public var aiFlows: UInt64 = 0
    /// The catalog's version.
    public var catalog = ""
    /// Bytes to and from AI vendors by what for, in the order of vendors and roles; live only, and in no event.
    public var vendorBytes: [VendorBytes] = []
    /// The age of its newest entry at the moment of the report, in nanoseconds; live only, and in no event.
    public var catalogAge: Int64?

    /// The bytes of flows to one vendor in one role, as far as they were reported.
    public struct VendorBytes: Equatable, Sendable {
        /// The vendor's id.
        public var vendor: String
        /// What the hosts are for.
        public var role: Role
        /// Layer-3 bytes from clients.
        public var up: UInt64
        /// Layer-3 bytes to clients.
        public var down: UInt64

        /// Bytes of these parts.
        public init(vendor: String, role: Role, up: UInt64, down: UInt64) {
            self.vendor = vendor
            self.role = role
            self.up = up
            self.down = down
        }
    }

    /// Nothing named yet.
    public init() {}

    /// The share of ended flows with payload that had a name, from 0 to 1; `nil` if there was none.
    public var namedRatio: Double? {
        let all = Double(named) + Double(unnamed)
        return all > 0 ? Double(named) / all : nil
    }
}
