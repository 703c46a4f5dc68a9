public import Bytes

extension EncryptedDNS {
    /// What a TLS or QUIC flow looks like, by its port, the protocols it offers, and whom it goes to; nothing where it
    /// does not look like hidden DNS, or is neither TLS nor QUIC.
    ///
    /// First match: the identifier `dot` (RFC 7858) or `doq` (RFC 9250) among `alpn`; port 853, over TLS or QUIC; the
    /// name of a known resolver on any port; on port 443, where no name was read, its address. A flow to a resolver's
    /// address that names another host is left alone, for such addresses serve others too. HTTPS to a resolver's name
    /// counts as DoH though it may be its web page: the two cannot be told apart.
    public static func classify(
        application: Application, port: UInt16, alpn: [String], host: String?, address: IPAddress,
        resolvers: KnownResolvers
    ) -> EncryptedDNS? {
        guard application == .tls || application == .quic else { return nil }
        let direct: EncryptedDNS = application == .quic ? .doq : .dot
        if alpn.contains(direct.rawValue) { return direct }
        if port == dedicatedPort { return direct }
        // An address in place of a name names nobody.
        let name = host.flatMap { IPAddress($0) == nil ? $0 : nil }
        if let name { return resolvers.protocols(name: name).flatMap { over(direct, $0) } }
        return port == httpsPort ? resolvers.protocols(address: address).flatMap { over(direct, $0) } : nil
    }

    private static func over(_ direct: EncryptedDNS, _ known: Set<EncryptedDNS>) -> EncryptedDNS? {
        if known.contains(.doh) { return .doh }
        return known.contains(direct) ? direct : nil
    }

    /// The port of DNS over TLS and over QUIC alike (RFC 7858 section 3.1, RFC 9250 section 4.1.1).
    private static var dedicatedPort: UInt16 { 853 }
    private static var httpsPort: UInt16 { 443 }
}
