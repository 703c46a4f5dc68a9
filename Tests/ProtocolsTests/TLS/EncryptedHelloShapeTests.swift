import Bytes
import TestSupport
import Testing

@testable import Protocols

/// An outer encrypted_client_hello extension.
private func outer(kdf: Int = 1, aead: Int = 1, key: Int = 32, payload: Int = 176) -> ClientHelloBuilder.Extension {
    let parts = PacketBuilder.word(kdf) + PacketBuilder.word(aead) + [77]
    let lists =
        ClientHelloBuilder.list16([UInt8](repeating: 5, count: key))
        + ClientHelloBuilder.list16([UInt8](repeating: 6, count: payload))
    return .init(0xFE0D, [0] + parts + lists)
}

private func shapeFacts(_ builder: ClientHelloBuilder, isQUIC: Bool = false) throws -> TLSFacts {
    let bytes = builder.handshake
    let hello = try ClientHello(bytes.rawSpan)
    return TLSFacts(hello, bytes: bytes.rawSpan, isQUIC: isQUIC)
}

/// A hello with reserved values among its cipher suites, as Chrome's has.
private func chrome(_ encrypted: ClientHelloBuilder.Extension) -> ClientHelloBuilder {
    var builder = ClientHelloBuilder()
    builder.cipherSuites.insert(0x1A1A, at: 0)
    builder.extensions?.append(encrypted)
    return builder
}

/// A hello with delegated credentials and a record size limit, as Firefox's has.
private func firefox(_ encrypted: ClientHelloBuilder.Extension) -> ClientHelloBuilder {
    var builder = ClientHelloBuilder()
    builder.extensions? += [.init(34, [0, 2, 4, 3]), .init(28, [0x40, 1]), encrypted]
    return builder
}

/// A hello with the extensions of Go's crypto/tls in its order.
private func go(_ encrypted: ClientHelloBuilder.Extension) -> ClientHelloBuilder {
    var builder = ClientHelloBuilder()
    builder.extensions = [
        .serverName("front.example"), .pointFormats([0]), .init(0xFF01, [0]), .init(23), .init(18), encrypted,
        .init(5, [1, 0, 0, 0, 0]), .groups([29, 23]), .signatureAlgorithms([0x0403]), .alpn(["h2"]),
        .versions([0x0304]), .keyShare(29, length: 32),
    ]
    return builder
}

@Test func aBrowsersFillerIsTakenForOneByItsLength() throws {
    for payload in [144, 176, 208, 240] {
        for aead in [1, 3] { #expect(try shapeFacts(chrome(outer(aead: aead, payload: payload))).ech == .grease) }
    }
    for payload in [143, 112, 177, 272, 304, 1000] {
        #expect(try shapeFacts(chrome(outer(payload: payload))).ech == .likelyReal, "\(payload)")
    }
    #expect(try shapeFacts(chrome(outer(aead: 2))).ech == .likelyReal)
    #expect(try shapeFacts(chrome(outer(key: 65))).ech == .likelyReal)
    for payload in [176, 239, 240, 272] { #expect(try shapeFacts(firefox(outer(payload: payload))).ech == .grease) }
    #expect(try shapeFacts(firefox(outer(key: 97))).ech == .likelyReal)
}

@Test func aClientThatSendsNoFillerSendsARealOne() throws {
    for payload in [112, 144, 176, 208, 240, 272] {
        #expect(try shapeFacts(go(outer(payload: payload))).ech == .likelyReal)
    }
    // The same extensions in another order are some other library's.
    var shuffled = go(outer())
    shuffled.extensions?.swapAt(1, 8)
    #expect(try shapeFacts(shuffled).ech == .unsure)
}

@Test func anUnknownClientOrAnOddFormIsUnsure() throws {
    var plain = ClientHelloBuilder()
    plain.extensions?.append(outer())
    #expect(try shapeFacts(plain).ech == .unsure)
    for body in [[], [1], [0, 0, 1], [0, 0, 1, 0, 1, 7, 0, 9], [0, 0, 1, 0, 1, 7, 0, 0, 0, 0]] as [[UInt8]] {
        let read = try shapeFacts(chrome(.init(0xFE0D, body)))
        #expect(read.ech == .unsure && read.echConfigID == nil, "\(body)")
    }
    #expect(try shapeFacts(ClientHelloBuilder()).ech == .none)
}

@Test func aSecondHelloWithoutAKeyIsARealOne() throws {
    #expect(try shapeFacts(chrome(outer(key: 0))).ech == .likelyReal)
    #expect(try shapeFacts(firefox(outer(key: 0))).ech == .likelyReal)
}

@Test func hellosOfOneShapeKeepTheirOwnKeyAndLength() throws {
    var cache = ClientHelloCache()
    for (payload, state) in [(176, TLSFacts.ECHState.grease), (304, .likelyReal), (176, .grease)] {
        let bytes = chrome(outer(payload: payload)).handshake
        let hello = try ClientHello(bytes.rawSpan)
        let read = cache.facts(hello, bytes: bytes.rawSpan, isQUIC: false)
        #expect(read.ech == state && read.echConfigID == 77)
    }
}

@Test("The version of a hello of which only the beginning was seen is absent, and QUIC is never 1.2")
func versionOfAPartialHello() throws {
    let whole = ClientHelloBuilder().handshake
    for count in stride(from: 45, to: whole.count, by: 5) {
        let bytes = Array(whole[..<count])
        let hello = try ClientHello(bytes.rawSpan)
        let read = TLSFacts(hello, bytes: bytes.rawSpan, isQUIC: false)
        #expect(read.version == nil || read.version == 0x0304, "\(count)")
    }
    var old = ClientHelloBuilder()
    old.extensions?.removeAll { $0.type == 43 }
    #expect(try shapeFacts(old).version == 0x0303)
    #expect(try shapeFacts(old, isQUIC: true).version == nil)
}
