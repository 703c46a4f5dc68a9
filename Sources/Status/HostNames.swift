/// The names by which a server may be asked (RFC 9110 section 7.2): addresses, `localhost`, and those that were given.
///
/// A page that someone opens in a browser can be made to ask this machine under a name of the page's owner (DNS rebinding), and
/// would then read the answer. A browser always says the name, so that it is enough to refuse names that no one gave.
struct HostNames: Sendable {
    private let names: Set<String>

    /// The `names`, in any case.
    init(_ names: [String]) {
        self.names = Set(names.map { Self.normal($0) }.filter { !$0.isEmpty } + ["localhost"])
    }

    /// Whether a request with these values of `Host` is answered; one without any is, as in HTTP/1.0.
    func allow(_ values: [String]) -> Bool {
        values.count <= 1
            && values.allSatisfy { value in
                let host = Self.host(of: value)
                return names.contains(host) || Self.isAddress(host)
            }
    }

    /// The host of `value`, without its port.
    private static func host(of value: String) -> String {
        if value.hasPrefix("["), let end = value.firstIndex(of: "]") {
            return String(value[value.index(after: value.startIndex)..<end])
        }
        return normal(String(value.prefix { $0 != ":" }))
    }

    private static func normal(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    /// Whether `host` is made as an address of either kind is: a name has a letter past `f` or no colon, and no digit alone at
    /// its end.
    private static func isAddress(_ host: String) -> Bool {
        if host.contains(":") { return host.utf8.allSatisfy { Self.isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { UInt8($0) != nil && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }
}
