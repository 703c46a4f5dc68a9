public import Bytes

/// The public resolvers that answer hidden DNS questions, by name and address: an immutable value.
public struct KnownResolvers: Equatable, Sendable {
    /// One resolver of a list.
    public struct Entry: Sendable {
        /// Its name in lower case; `*.example` means every name below `example`.
        public var name: String
        /// Its addresses.
        public var addresses: [IPAddress]
        /// The ways it may be asked.
        public var protocols: Set<EncryptedDNS>

        /// A resolver of all its parts.
        public init(name: String, addresses: [IPAddress], protocols: Set<EncryptedDNS>) {
            self.name = name
            self.addresses = addresses
            self.protocols = protocols
        }
    }

    private var names: [String: Set<EncryptedDNS>] = [:]
    private var parents: [String: Set<EncryptedDNS>] = [:]
    private var addresses: [IPAddress: Set<EncryptedDNS>] = [:]
    /// Whether a parent has so many bytes: most names need no look-up among them.
    private var isParentLength: [Bool] = []

    /// The resolvers of `entries`; where one is listed twice, the ways to ask it are joined.
    public init(entries: [Entry]) {
        for entry in entries {
            let name = entry.name.lowercased()
            if name.hasPrefix("*.") {
                Self.add(entry.protocols, of: String(name.dropFirst(2)), to: &parents)
            } else if !name.isEmpty {
                Self.add(entry.protocols, of: name, to: &names)
            }
            for address in entry.addresses { Self.add(entry.protocols, of: address, to: &addresses) }
        }
        isParentLength = Array(repeating: false, count: (parents.keys.map(\.utf8.count).max() ?? 0) + 1)
        for parent in parents.keys { isParentLength[parent.utf8.count] = true }
    }

    /// Most resolvers are listed once, and share the set of the ways to ask them.
    private static func add<Key>(_ ways: Set<EncryptedDNS>, of key: Key, to known: inout [Key: Set<EncryptedDNS>]) {
        if let others = known.updateValue(ways, forKey: key), others != ways { known[key] = others.union(ways) }
    }

    /// The number of names and addresses known.
    public var count: Int { names.count + parents.count + addresses.count }

    /// The ways in which the resolver `name`, in lower case, may be asked; `nil` if it is not known. At most a
    /// look-up for each label.
    public func protocols(name: String) -> Set<EncryptedDNS>? {
        if let found = names[name] { return found }
        let utf8 = name.utf8.span
        for index in utf8.indices where utf8[index] == UInt8(ascii: ".") {
            let length = utf8.count &- index &- 1
            guard length < isParentLength.count, isParentLength[length] else { continue }
            if let found = parents[String(name.utf8.suffix(length)) ?? ""] { return found }
        }
        return nil
    }

    /// The ways in which the resolver at `address` may be asked; `nil` if it is not known.
    public func protocols(address: IPAddress) -> Set<EncryptedDNS>? { addresses[address] }
}

extension EncryptedDNS {
    /// What a TLS or QUIC flow looks like, by its port, the protocols it offers, and whom it goes to; `nil` if it
    /// does not look like hidden DNS, or is neither TLS nor QUIC.
    ///
    /// First match: the identifier `dot` (RFC 7858) or `doq` (RFC 9250) among `alpn`; port 853, over TLS or QUIC; the
    /// name of a known resolver on any port; on port 443, if no name was read, its address. A flow to a resolver's
    /// address that names another host is left alone, for such addresses serve others too. HTTPS to a resolver's name
    /// counts as DoH though it may be its web page: the two cannot be distinguished.
    public static func classify(
        application: Application, port: UInt16, alpn: [String], host: String?, address: IPAddress,
        resolvers: KnownResolvers
    ) -> EncryptedDNS? {
        guard application == .tls || application == .quic else { return nil }
        let direct: EncryptedDNS = application == .quic ? .doq : .dot
        if alpn.contains(direct.rawValue) { return direct }
        if port == dedicatedPort { return direct }
        // An address in place of a name names no one.
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
