import Bytes
import Protocols
import TestSupport
import Testing

private func read(_ message: [UInt8]) throws -> DNSAnswerSet {
    var answers = DNSAnswerSet()
    try DNSMessage.read(message.rawSpan, into: &answers)
    return answers
}

// A span cannot stand inside the expectation macros, so these take arrays.
private func isHostName(_ text: String, allowsWildcard: Bool = false) -> Bool {
    DNSName.isHostName(Array(text.utf8).rawSpan, allowsWildcard: allowsWildcard)
}

private func appendName(at offset: Int, of message: [UInt8], to text: inout [UInt8]) throws -> Int {
    try DNSName.append(at: offset, of: message.rawSpan, to: &text)
}

private func endOfName(at offset: Int, of message: [UInt8]) throws -> Int {
    try DNSName.end(at: offset, of: message.rawSpan)
}

private func chainMessage() -> [UInt8] {
    var builder = DNSBuilder(question: "WWW.Example.com", type: 1)
    builder.answer(type: 5, ttl: 60, [3] + Array("CDN".utf8) + [0xC0, 0x10])
    builder.answer([3] + Array("cdn".utf8) + [0xC0, 0x10], type: 1, ttl: 20, [192, 0, 2, 1])
    builder.answer(
        [3] + Array("cdn".utf8) + [0xC0, 0x10], type: 28, ttl: 30, bytes(hex: "20010db8" + "00" * 11 + "07"))
    builder.additional = 1
    builder.body += [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]
    return builder.bytes
}

private func serviceMessage(_ parameters: [(Int, [UInt8])]) -> [UInt8] {
    var builder = DNSBuilder(question: "svc.example", type: 65)
    builder.answer(type: 65, DNSBuilder.service(1, "", parameters))
    return builder.bytes
}

private let fullParameters: [(Int, [UInt8])] = [
    (1, [2] + Array("h2".utf8) + [2] + Array("h3".utf8)), (4, [192, 0, 2, 7, 192, 0, 2, 8]),
    (5, DNSBuilder.configurations(["Cover.example", "other.example"])),
    (6, [UInt8](repeating: 0x20, count: 16)),
]

private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }

@Test func aChainOfNamesIsReadInLowerCaseThroughPointers() throws {
    let answers = try read(chainMessage())
    #expect(answers.questionName == "www.example.com")
    #expect(answers.questionType == .a)
    #expect(answers.header.isResponse && answers.header.responseCode == 0)
    #expect(answers.records.count == 3)
    guard case .alias(let target) = answers.records[0].content else { throw ParseError.malformed }
    #expect(answers.name(target) == "cdn.example.com")
    #expect(answers.records[1].content == .address(IPAddress(ipv4: 0xC000_0201)))
    #expect(answers.name(answers.records[1].owner) == "cdn.example.com")
    #expect(answers.records[2].content == .address(IPAddress(high: 0x2001_0DB8_0000_0000, low: 7)))
    #expect(answers.records.map(\.timeToLive) == [60, 20, 30])
}

/// The message of RFC 1035 section 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
@Test func theNamesOfTheSpecificationsExampleAreRead() throws {
    var message = [UInt8](repeating: 0xFF, count: 93)
    message.replaceSubrange(20..<32, with: [1, 70, 3, 73, 83, 73, 4, 65, 82, 80, 65, 0])
    message.replaceSubrange(40..<46, with: [3, 70, 79, 79, 0xC0, 20])
    message.replaceSubrange(64..<66, with: [0xC0, 26])
    message[92] = 0
    for (offset, end, name) in [
        (20, 32, "f.isi.arpa"), (40, 46, "foo.f.isi.arpa"), (64, 66, "arpa"), (92, 93, "."),
    ] {
        var text: [UInt8] = []
        #expect(try appendName(at: offset, of: message, to: &text) == end)
        #expect(String(decoding: text, as: UTF8.self) == name)
        #expect(try endOfName(at: offset, of: message) == end)
    }
}

@Test(
    arguments: [
        [0xC0, 0x0C], [0xC0, 0x20], [1, 0x61, 0xC0, 0x0C], [0xC0, 0x00], [0x41, 0x61, 0], [0x80, 0],
    ] as [[UInt8]])
func aPointerThatDoesNotLeadBackwardsIsRefused(_ name: [UInt8]) {
    let message = [UInt8](repeating: 0, count: 12) + name + [UInt8](repeating: 0, count: 40)
    var text: [UInt8] = [1, 2]
    #expect(throws: ParseError.malformed) {
        try appendName(at: 12, of: message, to: &text)
    }
    #expect(text == [1, 2])
}

@Test func twoPointersAtEachOtherAndLongChainsEnd() {
    var text: [UInt8] = []
    let loop = [UInt8](repeating: 0, count: 12) + [0xC0, 14, 0xC0, 12]
    #expect(throws: ParseError.malformed) { try appendName(at: 12, of: loop, to: &text) }
    #expect(throws: ParseError.malformed) { try appendName(at: 14, of: loop, to: &text) }
    // Each pointer leads to the one before it: allowed 32 times over.
    var chain = [UInt8](repeating: 0, count: 13)
    var previous = 12
    for hop in 1...33 {
        let place = chain.count
        chain += [0xC0, UInt8(previous)]
        previous = place
        if hop <= 32 {
            #expect((try? appendName(at: place, of: chain, to: &text)) == place + 2)
        } else {
            #expect(throws: ParseError.malformed) { try appendName(at: place, of: chain, to: &text) }
        }
    }
}

@Test func aNameOf255BytesIsReadAndOneOf256IsNot() throws {
    let label = [63] + [UInt8](repeating: 0x61, count: 63)
    let full = label + label + label + [61] + [UInt8](repeating: 0x62, count: 61) + [0]
    #expect(full.count == 255)
    var text: [UInt8] = []
    #expect(try appendName(at: 12, of: ([UInt8](repeating: 0, count: 12) + full), to: &text) == 267)
    #expect(text.count == 253)
    #expect(isHostName(String(decoding: text, as: UTF8.self)))
    let long = label + label + label + [62] + [UInt8](repeating: 0x62, count: 62) + [0]
    #expect(throws: ParseError.malformed) {
        try appendName(at: 12, of: ([UInt8](repeating: 0, count: 12) + long), to: &text)
    }
}

@Test func bytesThatCouldBeMistakenAreEscapedAndMakeNoHostName() throws {
    let message = [UInt8](repeating: 0, count: 12) + [6, 0x41, 0x2E, 0x5C, 0x00, 0xC3, 0x20, 1, 0x62, 0]
    var text: [UInt8] = []
    _ = try appendName(at: 12, of: message, to: &text)
    #expect(String(decoding: text, as: UTF8.self) == #"a\046\092\000\195\032.b"#)
    #expect(!isHostName(String(decoding: text, as: UTF8.self)))
}

@Test func hostNamesAreToldFromOtherText() {
    for name in ["a", "example.com", "_dmarc.example.com", "xn--bcher-kva.example", "1.2.3.4"] {
        #expect(isHostName(name), "\(name)")
    }
    for name in [
        "", ".", "a.", ".a", "a..b", "a b", "*.a", "a/b", "b\u{fc}cher.example", String(repeating: "a", count: 64),
    ] {
        #expect(!isHostName(name), "\(name)")
    }
    #expect(isHostName("*.example.com", allowsWildcard: true))
    for name in ["*", "*a.example", "a.*.example", "**.example"] {
        #expect(!isHostName(name, allowsWildcard: true), "\(name)")
    }
}

@Test func aServiceBindingGivesHintsProtocolsAndPublicNames() throws {
    let answers = try read(serviceMessage(fullParameters))
    #expect(answers.malformedParameters == 0)
    guard case .service(let service) = answers.records.first?.content else { throw ParseError.malformed }
    #expect(service.priority == 1 && answers.name(service.target) == ".")
    #expect(answers.applicationProtocols(of: service) == ["h2", "h3"])
    #expect(service.offersECH && Int(service.echLength) == fullParameters[2].1.count)
    var hints: [IPAddress] = []
    var publicNames: [String] = []
    for record in answers.records {
        if case .hint(let address) = record.content { hints.append(address) }
        if case .publicName(let name) = record.content { publicNames.append(answers.name(name)) }
        #expect(answers.name(record.owner) == "svc.example")
    }
    #expect(hints.prefix(2) == [IPAddress(ipv4: 0xC000_0207), IPAddress(ipv4: 0xC000_0208)])
    #expect(hints.count == 3)
    #expect(publicNames == ["cover.example", "other.example"])
}

/// RFC 9460 appendix D: the alias form (figure 2), a port (figure 4), two IPv6 hints (figure 7).
@Test func theTestVectorsOfRFC9460AreRead() throws {
    let alias = bytes(hex: "00 00 03 66 6f 6f 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00")
    let port = bytes(hex: "00 10 03 66 6f 6f 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 00 03 00 02 00 35")
    let hints = bytes(
        hex: """
            00 01 03 66 6f 6f 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 00 06 00 20
            20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 20 01 0d b8 00 00 00 00 00 00 00 00 00 53 00 01
            """)
    for (data, priority, count) in [(alias, 0, 0), (port, 16, 0), (hints, 1, 2)] {
        var builder = DNSBuilder(question: "example.com", type: 64)
        builder.answer(type: 64, data)
        let answers = try read(builder.bytes)
        guard case .service(let service) = answers.records.first?.content else { throw ParseError.malformed }
        #expect(Int(service.priority) == priority)
        #expect(answers.name(service.target) == "foo.example.com")
        #expect(answers.records.count == 1 + count)
        #expect(answers.malformedParameters == 0)
    }
}

@Test(
    "Service parameters that contradict the specification are counted and keep what came before them",
    arguments: [
        [(4, [1, 2, 3])], [(4, [])], [(6, [1, 2, 3, 4])], [(1, [])], [(1, [0])], [(1, [3, 0x68])],
        [(4, [192, 0, 2, 7]), (4, [192, 0, 2, 8])], [(6, [UInt8](repeating: 0, count: 16)), (1, [1, 0x61])],
        [(5, [0, 9, 1])], [(5, [0, 0])], [(5, [])], [(5, DNSBuilder.configurations(["bad name"]))],
    ] as [[(Int, [UInt8])]])
func malformedServiceParameters(_ parameters: [(Int, [UInt8])]) throws {
    let answers = try read(serviceMessage(parameters))
    #expect(answers.malformedParameters == 1)
    guard case .service = answers.records.first?.content else { throw ParseError.malformed }
}

@Test func anUnknownVersionOfECHHasNoPublicNameAndIsNoFault() throws {
    let answers = try read(serviceMessage([(5, DNSBuilder.configurations(["cover.example"], version: 0xFE0A))]))
    #expect(answers.malformedParameters == 0 && answers.records.count == 1)
    guard case .service(let service) = answers.records.first?.content else { throw ParseError.malformed }
    #expect(service.offersECH)
}

@Test func recordsPastTheBoundAreCountedAndNotKept() throws {
    var builder = DNSBuilder(question: "many.example", type: 1)
    for index in 0..<100 { builder.answer(type: 1, [10, 0, 0, UInt8(index)]) }
    let answers = try read(builder.bytes)
    #expect(answers.records.count == 64 && answers.overflow == 36)
}

@Test func anErrorHoldsNoRecordsAndOtherOperationsAreRefused() throws {
    var builder = DNSBuilder(question: "no.example", type: 1)
    builder.answer(type: 1, [10, 0, 0, 1])
    builder.flags = 0x8183
    #expect(try read(builder.bytes).records.isEmpty)
    builder.flags = 0xA800
    #expect(throws: ParseError.unsupported) { try read(builder.bytes) }
    var two = chainMessage()
    two[5] = 2
    #expect(throws: ParseError.malformed) { try read(two) }
}

@Test func aCutAnswerKeepsTheRecordsThatAreWhole() {
    var builder = DNSBuilder(question: "cut.example", type: 1)
    builder.answer(type: 1, [10, 0, 0, 1])
    builder.answer(type: 1, [10, 0, 0, 2])
    var answers = DNSAnswerSet()
    let cut = Array(builder.bytes.dropLast(3))
    #expect(throws: ParseError.truncated) { try DNSMessage.read(cut.rawSpan, into: &answers) }
    #expect(answers.records.map(\.content) == [.address(IPAddress(ipv4: 0x0A00_0001))])
}

@Test func aSetThatIsUsedAgainForgetsTheMessageBefore() throws {
    var answers = DNSAnswerSet()
    try DNSMessage.read(serviceMessage(fullParameters).rawSpan, into: &answers)
    try DNSMessage.read(DNSBuilder.query("next.example", type: 28).rawSpan, into: &answers)
    #expect(answers.records.isEmpty && answers.questionName == "next.example" && answers.questionType == .aaaa)
    #expect(!answers.header.isResponse && answers.text.count == 12)
}

@Test func hostileMessagesNeverTrapAndStayWithinTheBounds() {
    for message in [chainMessage(), serviceMessage(fullParameters), DNSBuilder.query("a.example", type: 1)] {
        let runs = runHostileBytes(message) { bytes in
            var answers = DNSAnswerSet()
            try? DNSMessage.read(bytes, into: &answers)
            _ = DNSMessage.probe(bytes)
            #expect(answers.records.count <= DNSAnswerSet.maximumRecords)
            for record in answers.records {
                #expect(record.owner.indices.upperBound <= answers.text.count)
                if case .service(let service) = record.content { _ = answers.applicationProtocols(of: service) }
            }
        }
        #expect(runs > 5 * message.count)
    }
}
