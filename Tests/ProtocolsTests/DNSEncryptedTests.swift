import Bytes
import Protocols
import Testing

private let resolvers = KnownResolvers(entries: [
    .init(name: "dns.example", addresses: [IPAddress(ipv4: 0xC000_0235)], protocols: [.doh, .dot]),
    .init(name: "*.user.example", addresses: [], protocols: [.doh]),
    .init(name: "quick.example", addresses: [IPAddress(ipv4: 0xC000_0236)], protocols: [.doq]),
])
private let known = IPAddress(ipv4: 0xC000_0235)
private let unknown = IPAddress(ipv4: 0xCB00_7101)

private func classify(
    _ application: Application, _ port: UInt16, _ alpn: [String] = ["h2"], host: String? = nil,
    at address: IPAddress = unknown
) -> EncryptedDNS? {
    EncryptedDNS.classify(
        application: application, port: port, alpn: alpn, host: host, address: address, resolvers: resolvers)
}

@Test func thePortOfItsOwnTellsHiddenDNS() {
    #expect(classify(.tls, 853) == .dot)
    #expect(classify(.quic, 853) == .doq)
    #expect(classify(.unknown, 853) == nil)
    #expect(classify(.http, 443, host: "dns.example") == nil)
}

@Test func theProtocolIdentifierTellsHiddenDNSOnAnyPort() {
    #expect(classify(.tls, 443, ["dot"]) == .dot)
    #expect(classify(.quic, 784, ["doq"]) == .doq)
    #expect(classify(.tls, 443, ["doq"]) == nil)
}

@Test func theNameOfAKnownResolverTellsDoH() {
    #expect(classify(.tls, 443, host: "dns.example") == .doh)
    #expect(classify(.quic, 443, ["h3"], host: "dns.example") == .doh)
    #expect(classify(.tls, 8443, host: "dns.example") == .doh)
    #expect(classify(.tls, 443, host: "ab12.user.example") == .doh)
    #expect(classify(.tls, 443, host: "user.example") == nil)
    #expect(classify(.tls, 443, host: "notdns.example") == nil)
    #expect(classify(.tls, 443, host: "quick.example") == nil)
    #expect(classify(.quic, 443, host: "quick.example") == .doq)
}

@Test func theAddressOfAKnownResolverTellsDoHOnlyWhereNoOtherHostIsNamed() {
    #expect(classify(.tls, 443, at: known) == .doh)
    #expect(classify(.tls, 443, host: "192.0.2.53", at: known) == .doh)
    #expect(classify(.tls, 443, host: "blog.example", at: known) == nil)
    #expect(classify(.tls, 8443, at: known) == nil)
    #expect(classify(.tls, 443, at: unknown) == nil)
}

@Test func aResolverListedTwiceJoinsItsWays() {
    let joined = KnownResolvers(entries: [
        .init(name: "DNS.example", addresses: [known], protocols: [.doh]),
        .init(name: "dns.example", addresses: [known], protocols: [.doq]),
    ])
    #expect(joined.protocols(name: "dns.example") == [.doh, .doq])
    #expect(joined.protocols(address: known) == [.doh, .doq])
    #expect(joined.count == 2)
}
