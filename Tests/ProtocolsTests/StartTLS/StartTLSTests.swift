import Bytes
import Protocols
import TestSupport
import Testing

@Suite struct StartTLSTests {
    /// The beginning of a hello's record.
    private let hello = bytes(hex: "16 0301 0200 01")

    /// What is found in the dialogue with a hello after it, all at once; one byte a time must give the same.
    private func read(_ dialogue: [UInt8], _ behind: [UInt8]) -> (progress: Progress, findings: Findings) {
        let whole = parseStream(StartTLS.self, dialogue + behind)
        let slow = parseStream(StartTLS.self, dialogue + behind, step: 1)
        #expect(whole.findings == slow.findings)
        if case .done = whole.progress { #expect(whole.progress == slow.progress) }
        return whole
    }

    private func expectTLS(_ dialogue: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        let (progress, findings) = read(dialogue, hello)
        #expect(progress == .done(consumed: dialogue.count), sourceLocation: sourceLocation)
        #expect(findings.isOpportunisticTLS, sourceLocation: sourceLocation)
        #expect(findings.names.isEmpty && findings.application == .unknown, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        "EHLO client.example\r\nSTARTTLS\r\n", "ehlo [192.0.2.1]\r\nXUNKNOWN a b\r\nstarttls  \r\n", "STARTTLS\n",
        "a1 CAPABILITY\r\na2 STARTTLS\r\n", "A.0-1 ID (\"name\" \"x\")\r\nA.0-2 starttls\r\n", "1 STARTTLS\r\n",
        "CAPA\r\nSTLS\r\n", "AUTH\r\nCAPA\r\nSTLS\r\n", "AUTH TLS\r\n", "FEAT\r\nAUTH SSL\r\n",
        "CAP LS 302\r\nSTARTTLS\r\n",
        "MODE READER\r\nSTARTTLS\r\n", "CAPABILITY\r\nSTARTTLS\r\n", "NOOP\r\nSTLS\r\n",
        "EHLO a\r\nSTARTTLS\r\nEHLO a\r\nSTARTTLS\r\n",
        "<?xml version='1.0'?><stream:stream to='a.example' xmlns='jabber:client'>"
            + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "<stream:stream>\n<starttls xmlns='x'></starttls>\n",
    ])
    func tlsBeginsBehindTheCommand(dialogue: String) {
        expectTLS(Array(dialogue.utf8))
    }

    @Test(arguments: [
        "30 1d 02 01 01 77 18 80 16 312e332e362e312e342e312e313436362e3230303337",
        // A search of the root entry before it, and lengths in their long form.
        "30 0c 02 01 01 63 07 04 00 0a 01 00 05 00  30 84 0000001d 02 01 02 77 18 80 16 "
            + "312e332e362e312e342e312e313436362e3230303337",
        "00000008 04d2162f", "00000008 04d21630 00000008 04d2162f",
        "20000001 85ae0f00 00000001 21 00000000000000000000000000000000000000 00000000",
        "0300 0013 0e e0 0000 0000 00 01 00 0800 03000000",
        "0300 002a 25 e0 0000 0000 00 436f6f6b69653a206d737473686173683d610d0a 01 00 0800 0b000000 000000",
        // The Android Debug Bridge: a connection with its banner, then the request for TLS, twice in some versions.
        "434e584e 01000001 00004000 07000000 32020000 bcb1a7b1 686f73743a3a00 "
            + "53544c53 00000001 00000000 00000000 00000000 acabb3ac",
        "53544c53 00000001 00000000 00000000 00000000 acabb3ac 53544c53 00000001 00000000 00000000 00000000 acabb3ac",
        // SQL Server: prelogin, then the header of the packet that carries the hello.
        "12 01 001a 0000 01 00  00 000b 0006 01 0011 0001 ff 0b000000 0000 00  12 01 0206 0000 02 00",
    ])
    func tlsBeginsBehindTheMessage(hex: String) {
        expectTLS(bytes(hex: hex))
    }

    @Test(arguments: [
        "EHLO a\r\nSTARTTLS\r\nMAIL FROM:<someone@a.example>\r\n", "USER someone\r\nPASS secret\r\n",
        "a1 LOGIN someone secret\r\n", "EHLO a\r\nXSTARTTLS\r\n", "<?xml version='1.0'?><stream:stream>",
        "EHLO a\r\nAUTH PLAIN STARTTLS x\r\n",
    ])
    func aDialogueWithoutTLSFindsNothing(dialogue: String) {
        let (progress, findings) = read(Array(dialogue.utf8), [])
        #expect(progress == .more(atLeast: dialogue.utf8.count + 1))
        #expect(findings == Findings())
    }

    @Test(arguments: [
        "00000008 04d2162f 00000020 00030000", "00000008 04d21630 6082 0100 06062b06",
        "0300 0013 0e e0 000000000001000800 03000000 0300",
        "12 01 001a 0000 01 00  00 000b 0006 01 0011 0001 ff 0b000000 0000 00  10 01",
        "30 05 02 01 01 42 00 16",
    ])
    func aRefusedRequestEndsTheReading(hex: String) {
        let (progress, findings) = read(bytes(hex: hex), [])
        #expect(progress == .skip)
        #expect(findings == Findings())
    }

    @Test func aRefusedCommandMayBeGivenAgain() {
        expectTLS(
            bytes(hex: "30 1d 02 01 01 77 18 80 16 312e332e362e312e342e312e313436362e3230303337")
                + bytes(hex: "30 1d 02 01 02 77 18 80 16 312e332e362e312e342e312e313436362e3230303337"))
    }

    @Test(arguments: [
        ("EHLO a", Probe.yes), ("eh", .unsure), ("", .unsure), ("a1 CAP", .unsure), ("a1 capability", .yes),
        ("a1 SOMETHING ELSE", .no), ("GET / HTTP/1.1\r\n", .no), ("SSH-2.0-OpenSSH_9.6\r\n", .no), ("<?xm", .unsure),
        ("<html>", .no), (" EHLO", .no), ("averyveryverylongword x", .no), ("\u{01}\u{02}\u{03}", .no),
    ])
    func probingByTheFirstCommand(text: String, expected: Probe) {
        #expect(StartTLS.probe(Array(text.utf8).rawSpan) == expected)
    }

    @Test(arguments: [
        "160301020001", "00000009 04d2162f", "00000008 04d2162e",
        "20000001 85a60f00" + String(repeating: "00", count: 28),
        "0300 0013 0d e0", "0300 0400 ff e0", "30 0c 02 01 01 04 00", "12 01 0020 0001", "ffffffffffffffff",
    ])
    func otherBinaryStreamsAreNotTakenForIt(hex: String) {
        let stream = bytes(hex: hex) + [UInt8](repeating: 0, count: 16)
        #expect(StartTLS.probe(stream.rawSpan) == .no)
    }

    @Test func everythingIsBounded() {
        #expect(read(Array("EHLO ".utf8) + [UInt8](repeating: 0x61, count: 5000), []).progress == .skip)
        let commands = Array("NOOP\r\n".utf8)
        let long = Array([[UInt8]](repeating: commands, count: 11_000).joined())
        #expect(parseStream(StartTLS.self, long).progress == .skip)
        let xml = Array("<?xml ".utf8) + [UInt8](repeating: 0x3C, count: 70_000)
        #expect(parseStream(StartTLS.self, xml).progress == .skip)
        let message = bytes(hex: "30 05 02 01 01 42 00")
        #expect(
            parseStream(StartTLS.self, Array([[UInt8]](repeating: message, count: 10_000).joined())).progress == .skip)
        #expect(parseStream(StartTLS.self, bytes(hex: "30 84 7fffffff 02 01 01 60")).progress == .skip)
    }

    /// Looking again from the start on each of 60,000 calls would read some two thousand million bytes.
    @Test(.timeLimit(.minutes(15))) func aSlowDialogueCostsOnePass() {
        let stream = Array(("EHLO a\r\n" + String(repeating: "XCOMMAND with its arguments\r\n", count: 2000)).utf8)
        var parser = StartTLS()
        var findings = Findings()
        for length in 8...stream.count {
            #expect(parser.parse(stream.rawSpan.clamped(0..<length), into: &findings) == .more(atLeast: length + 1))
        }
        #expect(findings == Findings())
    }

    @Test func hostileBytesDoNotTrap() {
        let inputs = [
            Array("EHLO a\r\nSTARTTLS\r\n".utf8), Array("a1 CAPABILITY\r\na2 STARTTLS\r\n".utf8),
            Array("<?xml version='1.0'?><starttls xmlns='x'/>".utf8),
            bytes(
                hex:
                    "30 05 02 01 01 42 00 30 84 0000001d 02 01 02 77 18 80 16 312e332e362e312e342e312e313436362e3230303337"
            ),
            bytes(hex: "00000008 04d21630 00000008 04d2162f"),
            bytes(hex: "20000001 85ae0f00 00000001 21 00000000000000000000000000000000000000 00000000"),
            bytes(hex: "0300 0013 0e e0 0000 0000 00 01 00 0800 03000000"),
            bytes(hex: "12 01 001a 0000 01 00  00 000b 0006 01 0011 0001 ff 0b000000 0000 00  12 01 0206 0000 02 00"),
        ]
        for input in inputs { runStreamParserSuite(StartTLS.self, input: input + hello) }
    }
}
