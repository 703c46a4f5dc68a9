import Bytes
public import Protocols

/// Holds what must be true of every name, whatever it was read from.
public func holdNames(_ findings: Findings) {
    for name in findings.names { holdName(name) }
    if let path = findings.http?.path {
        require(!path.utf8.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }, "a query was kept")
        // A byte that is no UTF-8 becomes three.
        require(path.utf8.count <= 3 * 256, "a path without a bound")
    }
    for name in findings.tls?.certificateNames ?? [] { holdHost(name, allowsWildcard: true) }
}

/// Holds that a name is no empty one, has a length that a name can have, and is in the one form names have.
public func holdName(_ name: NameEvidence) {
    require(!name.name.isEmpty, "an empty name")
    require(name.name.utf8.count <= 3 * 65_536, "a name without a bound")
    require(!name.name.utf8.contains { (0x41...0x5A).contains($0) }, "a name in upper case")
    switch name.source {
    case .connect, .httpHost, .socks, .dns, .certificate: holdHost(name.name, allowsWildcard: false)
    case .tlsSNI, .quicSNI, .echOuter, .ipRange, .none: break
    }
}

/// Holds that `name` is an address or a host's name in lower case.
public func holdHost(_ name: String, allowsWildcard: Bool) {
    let isName = DNSName.isHostName(Array(name.utf8).rawSpan, allowsWildcard: allowsWildcard)
    require(isName || IPAddress(name) != nil, "a name that no host can have")
    require(!name.utf8.contains { (0x41...0x5A).contains($0) }, "a host's name in upper case")
}
