import Bytes
import Protocols
import TestSupport
import Testing

/// A ServerHello of `suite` with these extensions; without any, it ends before them.
private func serverHello(_ suite: Int, _ extensions: [ClientHelloBuilder.Extension]?) -> [UInt8] {
    var body = PacketBuilder.word(0x0303) + [UInt8](repeating: 0x5A, count: 32) + [32]
    body += [UInt8](repeating: 0x5E, count: 32) + PacketBuilder.word(suite) + [0]
    if let extensions {
        let bytes = extensions.map { PacketBuilder.word($0.type) + ClientHelloBuilder.list16($0.body) }
        body += ClientHelloBuilder.list16(Array(bytes.joined()))
    }
    return ClientHelloBuilder.message(type: 2, body)
}

private func findings(_ stream: [UInt8], _ findings: Findings = Findings()) -> (Progress, Findings) {
    var found = findings
    var parser = ServerHelloParser()
    let progress = parser.parse(stream.rawSpan, into: &found)
    return (progress, found)
}

@Test func theServersChoiceIsRead() {
    let newer = serverHello(0x1302, [.init(51, [0, 29, 0, 1, 9]), .init(43, [3, 4])])
    let stream = ClientHelloBuilder.records(newer, sizes: [])
    let (progress, found) = findings(stream)
    #expect(progress == .done(consumed: stream.count))
    #expect(found.tls?.version == 0x0304 && found.tls?.versionIsChosen == true && found.tls?.cipherSuite == 0x1302)
    let older = serverHello(0xC02F, [.alpn(["h2"])])
    let found12 = findings(ClientHelloBuilder.records(older, sizes: [])).1
    #expect(found12.tls?.version == 0x0303 && found12.tls?.chosenALPN == "h2")
    let bare = findings(ClientHelloBuilder.records(serverHello(0x2F, nil), sizes: [])).1
    #expect(bare.tls?.cipherSuite == 0x2F)
}

@Test func theChoiceStandsWhicheverSideIsReadFirst() throws {
    let answer = ClientHelloBuilder.records(serverHello(0x1301, [.init(43, [3, 4])]), sizes: [])
    let hello = ClientHelloBuilder().record
    var serverFirst = findings(answer).1
    var parser = ClientHelloParser()
    _ = parser.parse(hello.rawSpan, into: &serverFirst)
    let clientFirst = findings(answer, parseStream(ClientHelloParser.self, hello).findings).1
    #expect(serverFirst == clientFirst)
    #expect(clientFirst.tls?.serverName == "api.example.com" && clientFirst.tls?.versionIsChosen == true)
}

@Test func aServerHelloOverManyRecordsReadsTheSame() {
    let message = serverHello(0x1301, [.init(43, [3, 4])])
    let whole = findings(ClientHelloBuilder.records(message, sizes: [])).1
    for cut in 1..<message.count {
        #expect(findings(ClientHelloBuilder.records(message, sizes: [cut])).1 == whole)
    }
}

@Test func probesTellTheSidesApart() {
    let hello = ClientHelloBuilder().record
    let answer = ClientHelloBuilder.records(serverHello(0x1301, nil), sizes: [])
    #expect(ClientHelloParser.probe(hello.rawSpan) == .yes && ServerHelloParser.probe(hello.rawSpan) == .no)
    #expect(ClientHelloParser.probe(answer.rawSpan) == .no && ServerHelloParser.probe(answer.rawSpan) == .yes)
    for length in 0..<6 { #expect(ClientHelloParser.probe(Array(hello[..<length]).rawSpan) == .unsure) }
    // An empty record, and any version, may precede a hello: servers accept both.
    #expect(ClientHelloParser.probe([22, 3, 1, 0, 0].rawSpan) == .unsure)
    #expect(ClientHelloParser.probe([22, 3, 1, 0xFF, 0xFF].rawSpan) == .no)
    #expect(ClientHelloParser.probe([22, 2].rawSpan) == .unsure)
    #expect(ClientHelloParser.probe(Array("GET / HTTP/1.1".utf8).rawSpan) == .no)
}

@Test func noTruncationAndNoFlippedByteOfAServerHelloTraps() {
    let message = serverHello(0x1301, [.init(43, [3, 4]), .alpn(["h2"])])
    for sizes in [[], [1, 2, 3], [40]] as [[Int]] {
        let stream = ClientHelloBuilder.records(message, sizes: sizes)
        runStreamParserSuite(ServerHelloParser.self, input: stream)
        let runs = runHostileBytes(stream) { _ = try? ServerHello($0) }
        #expect(runs > stream.count)
    }
}

@Test func aHelloThatEndsBeforeItsRecordIsReadHoweverItWasCut() {
    // The record says 85 bytes, the message in it one.
    let stream: [UInt8] = [22, 3, 1, 0, 85, 1, 0, 0, 1, 3]
    let whole = parseStream(ClientHelloParser.self, stream)
    #expect(whole.findings.tls?.helloState == .malformed)
    for step in 1..<stream.count {
        let pieces = parseStream(ClientHelloParser.self, stream, step: step)
        #expect(pieces.findings == whole.findings, "in pieces of \(step)")
    }
}
