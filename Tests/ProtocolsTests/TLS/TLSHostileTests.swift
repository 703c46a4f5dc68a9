import Bytes
import TestSupport
import Testing

@testable import Protocols

/// A hello with every extension that is read.
private var full: ClientHelloBuilder {
    var builder = ClientHelloBuilder()
    builder.extensions?.append(.init(35, [1, 2, 3]))
    builder.extensions?.append(.init(0xFE0D, [0, 0, 1, 0, 1, 7]))
    builder.extensions?.append(.init(0x1A1A))
    builder.extensions?.append(.init(41, [0, 6, 0, 1, 9, 0, 0, 0, 0, 4, 3, 1, 2, 3]))
    return builder
}

@Test func hostileHellosKeepTheContractOfAParser() {
    for sizes in [[], [1, 1, 1, 1, 1, 1], [60, 70]] as [[Int]] {
        runStreamParserSuite(ClientHelloParser.self, input: ClientHelloBuilder.records(full.handshake, sizes: sizes))
    }
}

@Test func hostileHellosKeepTheirRangesInside() {
    let handshake = full.handshake
    var failures = 0
    runHostileBytes(handshake) { bytes in
        guard let hello = try? ClientHello(bytes) else { return }
        let ranges = [
            hello.cipherSuites, hello.extensions, hello.serverName, hello.alpn, hello.supportedVersions, hello.groups,
            hello.pointFormats, hello.signatureAlgorithms, hello.encryptedHello ?? .empty,
        ]
        for range in ranges where range.indices.upperBound > bytes.byteCount { failures += 1 }
        let facts = TLSFacts(hello, bytes: bytes, isQUIC: false)
        if (facts.ja4 == nil) != (hello.state == .truncated) { failures += 1 }
    }
    #expect(failures == 0)
}

@Test func hostileHellosFeedByteByByteAsAllAtOnce() {
    let stream = ClientHelloBuilder.records(full.handshake, sizes: [90, 1])
    var random = Xorshift(seed: 41)
    for _ in 0..<400 {
        var bytes = stream
        for _ in 0...random.below(2) { bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next()) }
        let whole = parseStream(ClientHelloParser.self, bytes)
        for step in [1, 13] {
            let pieces = parseStream(ClientHelloParser.self, bytes, step: step)
            #expect(pieces.findings == whole.findings)
            if case .done = whole.progress {} else { #expect(pieces.progress == whole.progress) }
        }
    }
}

@Test func handshakeStreamsOfNoiseAskForMoreThanThereIs() {
    var random = Xorshift(seed: 43)
    var messages = 0
    for _ in 0..<3000 {
        var stream: [UInt8] = []
        for _ in 0..<random.below(12) {
            let length = random.below(20)
            let type: UInt8 = random.below(30) == 0 ? 23 : 22
            stream += [type, 3, 3] + PacketBuilder.word(length) + (0..<length).map { _ in UInt8(random.below(3)) }
        }
        var handshake = HandshakeStream()
        switch handshake.advance(stream.rawSpan) {
        case .message(let range):
            messages += 1
            #expect(range.indices.upperBound <= stream.count && handshake.records == 1)
        case .joined:
            messages += 1
            #expect(handshake.joined.count >= 4 && handshake.records > 1)
        case .more(let needed): #expect(needed > stream.count)
        case .malformed, .overLimit: break
        }
        #expect(handshake.position <= stream.count + 5 + 20)
    }
    #expect(messages > 100)
}

@Test func emptyRecordsWithoutEndAreGivenUp() {
    let hello = ClientHelloBuilder.records(Array(ClientHelloBuilder().handshake[..<10]), sizes: [])
    let empty: [UInt8] = [22, 3, 1, 0, 0]
    let stream = hello + Array(repeating: empty, count: 100_000).flatMap { $0 }
    var handshake = HandshakeStream()
    #expect(handshake.advance(stream.rawSpan) == .overLimit)
    #expect(handshake.position <= 7 * HandshakeStream.limit)
}
