import Bytes
import Protocols
import TestSupport
import Testing

/// The facts of a hello that is whole, or as whole as it can be.
func facts(_ builder: ClientHelloBuilder, isQUIC: Bool = false) throws -> TLSFacts {
    let handshake = builder.handshake
    return TLSFacts(try ClientHello(handshake.rawSpan), bytes: handshake.rawSpan, isQUIC: isQUIC)
}

@Test func aHelloTellsAllThatItOffers() throws {
    let facts = try facts(ClientHelloBuilder())
    #expect(facts.helloState == .complete)
    #expect(facts.serverName == "api.example.com")
    #expect(facts.offeredALPN == ["h2", "http/1.1"])
    #expect(facts.offeredVersions == [0x0304, 0x0303] && facts.version == 0x0304 && !facts.versionIsChosen)
    #expect(facts.groups == [0x11EC, 29, 23] && facts.offersPostQuantum)
    #expect(!facts.offersResumption && facts.ech == .none)
    #expect(facts.ja3 == "39ededfbc14574096d2991708d40bba7")
    #expect(facts.ja4 == "t13d0309h2_55b375c5d22e_db6b47df1f28")
}

@Test func aHelloOfTLS12EndsBeforeItsExtensions() throws {
    var builder = ClientHelloBuilder()
    builder.extensions = nil
    let bare = try facts(builder)
    #expect(bare.helloState == .complete && bare.serverName == nil)
    #expect(bare.version == 0x0303 && bare.offeredVersions == [0x0303])
    builder.extensions = []
    #expect(try facts(builder).helloState == .complete)
}

@Test func namesAreWrittenInLowerCaseAndNeverTrap() throws {
    #expect(try facts(ClientHelloBuilder(serverName: "API.Example.COM")).serverName == "api.example.com")
    #expect(try facts(ClientHelloBuilder(serverName: nil)).serverName == nil)
    #expect(try facts(ClientHelloBuilder(serverName: "")).serverName == nil)
    var builder = ClientHelloBuilder()
    builder.extensions?[0] = .init(0, [0, 5, 0, 0, 2, 0xFF, 0xFE])
    #expect(try facts(builder).serverName == "\u{FFFD}\u{FFFD}")
    // A list whose first entry is of another type; the host name is the second.
    builder.extensions?[0] = .init(0, [0, 10, 9, 0, 1, 65, 0, 0, 3] + Array("a.b".utf8))
    #expect(try facts(builder).serverName == "a.b")
}

@Test func resumptionAndEncryptedHelloAreSeen() throws {
    var ticket = ClientHelloBuilder()
    // In place of the empty one that the builder writes: no type may occur twice.
    ticket.extensions?.removeAll { $0.type == 35 }
    ticket.extensions?.append(.init(35, [1, 2, 3]))
    #expect(try facts(ticket).offersResumption)
    var key = ClientHelloBuilder()
    key.extensions?.append(.init(41, [0, 0]))
    #expect(try facts(key).offersResumption)
    var encrypted = ClientHelloBuilder()
    encrypted.extensions?.append(.init(0xFE0D, [0, 0, 1, 0, 1, 7]))
    let facts = try facts(encrypted)
    #expect(facts.ech == .unsure && !facts.echEvidence.isEmpty)
}

@Test("An odd length of the cipher list hides neither the name nor what follows")
func oddCipherLengthKeepsTheName() throws {
    var handshake = ClientHelloBuilder().handshake
    // Header 4, version 2, random 32, session 1 + 32: the list's length is at 71. One byte more in the list.
    #expect(handshake[72] == 6)
    handshake[72] = 7
    handshake.insert(0x13, at: 79)
    handshake[3] += 1
    let odd = TLSFacts(try ClientHello(handshake.rawSpan), bytes: handshake.rawSpan, isQUIC: false)
    #expect(odd.serverName == "api.example.com")
    #expect(odd.ja4 == (try facts(ClientHelloBuilder())).ja4)
}

@Test("A length that is inside one extension leaves the others alone")
func lyingExtensionsAreFenced() throws {
    // Each list claims 200 bytes more than it has.
    for type in [10, 13, 16, 43, 11] {
        var builder = ClientHelloBuilder()
        let index = try #require(builder.extensions?.firstIndex { $0.type == type })
        let place = type == 43 || type == 11 ? 0 : 1
        builder.extensions?[index].body[place] = 200
        let facts = try facts(builder)
        #expect(facts.helloState == .malformed, "\(type)")
        #expect(facts.serverName == "api.example.com")
        if type != 16 { #expect(facts.offeredALPN == ["h2", "http/1.1"]) }
        if type != 10 { #expect(facts.groups == [0x11EC, 29, 23]) }
    }
    // The name's own length is: no part of it is taken for the name.
    var builder = ClientHelloBuilder()
    builder.extensions?[0].body[4] = 200
    let lying = try facts(builder)
    #expect(lying.helloState == .malformed && lying.serverName == nil)
    #expect(lying.offeredALPN == ["h2", "http/1.1"])
}

@Test func aTruncatedHelloKeepsAWholeNameAndNeverAPartOfOne() {
    let stream = ClientHelloBuilder().record
    let name = Array("api.example.com".utf8)
    let end = (0..<stream.count - name.count).first { Array(stream[$0..<$0 + name.count]) == name }.map {
        $0 + name.count
    }
    var names: [Int: String] = [:]
    for length in 0..<stream.count {
        var parser = ClientHelloParser()
        var findings = Findings()
        let part = Array(stream[..<length])
        if length > 0 { _ = parser.parse(part.rawSpan, into: &findings) }
        #expect(findings.tls == nil)
        parser.abandon(part.rawSpan, into: &findings)
        names[length] = findings.names.first?.name
        #expect(findings.tls?.helloState == .truncated)
        #expect(findings.tls?.ja3 == nil && findings.tls?.ja4 == nil)
    }
    for length in 0..<stream.count {
        let isWhole = end.map { length >= $0 } ?? false
        #expect(names[length] == (isWhole ? "api.example.com" : nil), "\(length)")
    }
}

@Test("A hello over several records reads the same, down to records of one byte")
func helloOverManyRecords() throws {
    let handshake = ClientHelloBuilder().handshake
    let whole = try facts(ClientHelloBuilder())
    let ones = [Int](repeating: 1, count: handshake.count)
    for (sizes, count) in [([100], 2), ([1], 2), ([3, 1, 2], 4), ([50, 50, 50], 4), (ones, handshake.count)] {
        let stream = ClientHelloBuilder.records(handshake, sizes: sizes)
        for step in [Int.max, 1, 7] {
            let (progress, findings) = parseStream(ClientHelloParser.self, stream, step: step)
            #expect(progress == .done(consumed: stream.count))
            var expected = whole
            expected.helloRecords = count
            #expect(findings.tls == expected)
            #expect(findings.tls?.isFragmented == true)
            #expect(findings.names == [NameEvidence(name: "api.example.com", source: .tlsSNI)])
        }
    }
}

@Test func recordsCutAtEveryByteReadTheSame() throws {
    let handshake = ClientHelloBuilder().handshake
    for cut in 1..<handshake.count {
        let findings = parseStream(ClientHelloParser.self, ClientHelloBuilder.records(handshake, sizes: [cut])).findings
        #expect(findings.tls?.serverName == "api.example.com" && findings.tls?.helloRecords == 2)
    }
}

@Test func aHelloPastTheBoundIsSaidToBe() {
    let large = ClientHelloBuilder.message(type: 1, [UInt8](repeating: 0, count: 65_533))
    for sizes in [[Int](), [16_000, 16_000, 16_000, 16_000], [2]] {
        let stream = ClientHelloBuilder.records(large, sizes: sizes + [16_000])
        let (progress, findings) = parseStream(ClientHelloParser.self, stream)
        #expect(progress == .skip)
        #expect(findings.tls?.helloState == .overLimit)
    }
    var builder = ClientHelloBuilder()
    builder.pad(to: 65_536)
    #expect(builder.handshake.count == 65_536)
    let stream = ClientHelloBuilder.records(builder.handshake, sizes: [Int](repeating: 16_384, count: 4))
    #expect(parseStream(ClientHelloParser.self, stream).findings.tls?.helloState == .complete)
}

@Test func anotherRecordInTheMiddleOfAHelloIsMalformed() {
    let handshake = ClientHelloBuilder().handshake
    var stream = ClientHelloBuilder.records(Array(handshake[..<100]), sizes: [])
    stream += [23, 3, 3, 0, 2, 1, 2]
    let (progress, findings) = parseStream(ClientHelloParser.self, stream)
    #expect(progress == .skip)
    #expect(findings.tls?.helloState == .malformed)
}

@Test func feedingByteByByteAsksNoMoreThanTheStreamIsLong() {
    var builder = ClientHelloBuilder()
    builder.pad(to: 20_000)
    let stream = ClientHelloBuilder.records(builder.handshake, sizes: [Int](repeating: 1, count: 20_000))
    var parser = ClientHelloParser()
    var findings = Findings()
    var calls = 0
    var needed = 1
    // Only what was asked for is given: the calls are then at most two a record.
    while needed <= stream.count {
        calls += 1
        let part = needed >= stream.count ? stream : Array(stream[..<needed])
        guard case .more(let atLeast) = parser.parse(part.rawSpan, into: &findings) else { break }
        #expect(atLeast > needed)
        needed = atLeast
    }
    #expect(findings.tls?.helloState == .complete && findings.tls?.helloRecords == 20_000)
    #expect(calls <= 40_001)
}
