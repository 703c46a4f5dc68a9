public import Bytes

/// The public resolvers that answer hidden DNS questions, by name and address: an immutable value.
public struct KnownResolvers: Sendable {
    /// One resolver of a list.
    public struct Entry: Sendable {
        /// Its name in lower case; `*.example` stands for every name below `example`.
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

    /// The resolvers of `entries`; where one is listed twice, the ways to ask it are joined.
    public init(entries: [Entry]) {
        for entry in entries {
            let name = entry.name.lowercased()
            if name.hasPrefix("*.") {
                parents[String(name.dropFirst(2)), default: []].formUnion(entry.protocols)
            } else if !name.isEmpty {
                names[name, default: []].formUnion(entry.protocols)
            }
            for address in entry.addresses { addresses[address, default: []].formUnion(entry.protocols) }
        }
    }

    /// The number of names and addresses known.
    public var count: Int { names.count + parents.count + addresses.count }

    /// The ways in which the resolver `name`, in lower case, may be asked; nothing where it is not known. A look-up for
    /// each label.
    public func protocols(name: String) -> Set<EncryptedDNS>? {
        if let found = names[name] { return found }
        guard !parents.isEmpty else { return nil }
        var rest = Substring(name)
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if let found = parents[String(rest)] { return found }
        }
        return nil
    }

    /// The ways in which the resolver at `address` may be asked; nothing where it is not known.
    public func protocols(address: IPAddress) -> Set<EncryptedDNS>? { addresses[address] }
}
