/// A label of a key log that is understood (RFC 9850 section 2, and the forms of NSS before it).
package enum SecretLabel: String, Sendable, CaseIterable {
    /// The master secret of TLS 1.2 and earlier.
    case masterSecret = "CLIENT_RANDOM"
    /// The secret of 0-RTT data.
    case clientEarly = "CLIENT_EARLY_TRAFFIC_SECRET"
    /// The secret of the client's handshake messages.
    case clientHandshake = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
    /// The secret of the server's handshake messages.
    case serverHandshake = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
    /// The first secret of the client's application data.
    case clientTraffic = "CLIENT_TRAFFIC_SECRET_0"
    /// The first secret of the server's application data.
    case serverTraffic = "SERVER_TRAFFIC_SECRET_0"
    /// A secret that opens no record.
    case exporter = "EXPORTER_SECRET"
    /// A secret that opens no record.
    case earlyExporter = "EARLY_EXPORTER_SECRET"
    /// The secret of an ECH context, which opens no record.
    case echSecret = "ECH_SECRET"
    /// The configuration of an ECH context.
    case echConfiguration = "ECH_CONFIG"

    /// The label that is in a key log as `text`. The labels of drafts of QUIC have the prefix `QUIC_`.
    init?(keyLog text: Substring) {
        let name = text.hasPrefix("QUIC_") ? text.dropFirst(5) : text
        self.init(rawValue: String(name))
    }
}
