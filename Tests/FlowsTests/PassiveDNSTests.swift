import Bytes
import Flows
import Protocols
import TestSupport
import Testing

private let client = IPAddress(ipv4: 0x0A01_0203)
private let other = IPAddress(ipv4: 0x0A01_0204)

private func address(_ last: UInt8) -> IPAddress { IPAddress(ipv4: 0xC633_6400 | UInt32(last)) }

private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_700_000_000 + seconds, nanoseconds: 0) }

private func read(_ builder: DNSBuilder) throws(ParseError) -> DNSAnswerSet {
    var answers = DNSAnswerSet()
    try DNSMessage.read(builder.bytes.rawSpan, into: &answers)
    return answers
}

private func answer(_ name: String, ttl: Int = 300, _ last: UInt8...) throws(ParseError) -> DNSAnswerSet {
    var builder = DNSBuilder(question: name, type: 1)
    for byte in last { builder.answer(type: 1, ttl: ttl, [198, 51, 100, byte]) }
    return try read(builder)
}

@Test func anAddressHasTheNameThatThisClientAskedFor() throws {
    var memory = PassiveDNS()
    memory.learn(client: client, message: try answer("api.example.com", 20, 21), at: at(0))
    for last in [20, 21] as [UInt8] {
        let found = memory.names(client: client, server: address(last), at: at(1))
        #expect(found.names == ["api.example.com"] && !found.isAmbiguous)
    }
    #expect(memory.names(client: other, server: address(20), at: at(1)).names.isEmpty)
    #expect(memory.names(client: client, server: address(22), at: at(1)).names.isEmpty)
}

@Test func theStartOfTheChainIsRememberedAndItsOtherNamesAreNot() throws {
    var builder = DNSBuilder(question: "www.example.com", type: 1)
    // The links are in reverse order, which no server does and none may rely on.
    builder.answer(DNSBuilder.name("edge.cdn.example"), type: 1, ttl: 600, [198, 51, 100, 30])
    builder.answer(DNSBuilder.name("www.cdn.example"), type: 5, ttl: 600, DNSBuilder.name("edge.cdn.example"))
    builder.answer(type: 5, ttl: 100, DNSBuilder.name("www.cdn.example"))
    var memory = PassiveDNS()
    memory.learn(client: client, message: try read(builder), at: at(0))
    #expect(memory.names(client: client, server: address(30), at: at(159)).names == ["www.example.com"])
    // The shortest link of the chain ends it.
    #expect(memory.names(client: client, server: address(30), at: at(160)).names.isEmpty)
}

@Test func addressesOfNamesThatTheQuestionDoesNotLeadToAreRefused() throws {
    var builder = DNSBuilder(question: "ns.example", type: 1)
    builder.answer(type: 1, [198, 51, 100, 31])
    builder.answer(DNSBuilder.name("api.victim.example"), type: 1, [198, 51, 100, 32])
    var memory = PassiveDNS()
    memory.learn(client: client, message: try read(builder), at: at(0))
    #expect(memory.names(client: client, server: address(31), at: at(1)).names == ["ns.example"])
    #expect(memory.names(client: client, server: address(32), at: at(1)).names.isEmpty)
    #expect(memory.counters.refused == 1 && memory.counters.learned == 1)
}

@Test(
    "An address given only by an HTTPS or SVCB record names the flow as one of A or AAAA does",
    arguments: [64, 65])
func addressHintsCount(_ type: Int) throws {
    let v6 = bytes(hex: "20010db8000000000000000000000009")
    var builder = DNSBuilder(question: "app.example", type: type)
    builder.answer(
        type: type, DNSBuilder.service(1, "", [(1, [2, 0x68, 0x33]), (4, [198, 51, 100, 40]), (6, v6)]))
    var memory = PassiveDNS()
    memory.learn(client: client, message: try read(builder), at: at(0))
    #expect(memory.names(client: client, server: address(40), at: at(5)).names == ["app.example"])
    let server = IPAddress(high: 0x2001_0DB8_0000_0000, low: 9)
    #expect(memory.names(client: client, server: server, at: at(5)).names == ["app.example"])
}

@Test("Addresses behind the target of a service, and behind CNAME and SVCB together, count too")
func addressesBehindATargetCount() throws {
    var builder = DNSBuilder(question: "_8443._https.app.example", type: 65)
    builder.answer(type: 5, DNSBuilder.name("svc.app.example"))
    builder.answer(DNSBuilder.name("svc.app.example"), type: 65, DNSBuilder.service(1, "pool.example", []))
    builder.body += DNSBuilder.record(DNSBuilder.name("pool.example"), type: 1, ttl: 60, [198, 51, 100, 41])
    builder.additional = 1
    var memory = PassiveDNS()
    memory.learn(client: client, message: try read(builder), at: at(0))
    #expect(memory.names(client: client, server: address(41), at: at(5)).names == ["app.example"])
}

@Test func aNameCountsForItsTimeAMinuteMoreAndAtMostADay() throws {
    for (ttl, last) in [(0, 60), (300, 360), (86_340, 86_400), (10_000_000, 86_400)] as [(Int, Int64)] {
        var memory = PassiveDNS()
        memory.learn(client: client, message: try answer("t.example", ttl: ttl, 50), at: at(0))
        #expect(memory.names(client: client, server: address(50), at: at(last - 1)).names == ["t.example"])
        #expect(memory.names(client: client, server: address(50), at: at(last)).names.isEmpty)
    }
}

@Test func severalNamesOfOneAddressAreAmbiguousAndTheLatestFourStay() throws {
    var memory = PassiveDNS()
    for (index, name) in ["a", "b", "c", "d", "e", "c"].enumerated() {
        memory.learn(client: client, message: try answer("\(name).example", 60), at: at(Int64(index)))
    }
    let found = memory.names(client: client, server: address(60), at: at(10))
    #expect(found.names == ["c.example", "e.example", "d.example", "b.example"])
    #expect(found.isAmbiguous)
    #expect(memory.counters.displacedNames == 1)
}

@Test func aSecondAnswerForTheSameNameIsNotAmbiguousAndNeverShortens() throws {
    var memory = PassiveDNS()
    memory.learn(client: client, message: try answer("s.example", ttl: 600, 61), at: at(0))
    memory.learn(client: client, message: try answer("s.example", ttl: 1, 61), at: at(10))
    let found = memory.names(client: client, server: address(61), at: at(650))
    #expect(found.names == ["s.example"] && !found.isAmbiguous)
}

@Test func theLeastRecentlyLearnedMakesRoomAndIsCounted() throws {
    var limits = PassiveDNS.Limits()
    limits.addresses = 3
    var memory = PassiveDNS(limits: limits)
    for last in [1, 2, 3, 1, 4] as [UInt8] {
        memory.learn(client: client, message: try answer("h\(last).example", last), at: at(0))
    }
    let held = (1...4 as ClosedRange<UInt8>).filter {
        !memory.names(client: client, server: address($0), at: at(1)).names.isEmpty
    }
    #expect(held == [1, 3, 4])
    #expect(memory.counters.evicted == 1 && memory.count == 3)
}

@Test func questionsErrorsAndNamesOfNoHostTeachNothing() throws {
    var memory = PassiveDNS()
    var question = DNSAnswerSet()
    try DNSMessage.read(DNSBuilder.query("q.example", type: 1).rawSpan, into: &question)
    memory.learn(client: client, message: question, at: at(0))
    #expect(memory.counters == PassiveDNS.Counters())
    memory.learn(client: client, message: try answer("bad name.example", 70), at: at(0))
    #expect(memory.names(client: client, server: address(70), at: at(1)).names.isEmpty)
    #expect(memory.counters.refused == 1 && memory.counters.learned == 0)
}

@Test func namesWithAnECHConfigurationAreFoundByItsPublicName() throws {
    var memory = PassiveDNS()
    for name in ["one.example", "two.example"] {
        var builder = DNSBuilder(question: name, type: 65)
        let ech = DNSBuilder.configurations(["cover.example"])
        builder.answer(type: 65, ttl: 100, DNSBuilder.service(1, "", [(5, ech)]))
        memory.learn(client: client, message: try read(builder), at: at(0))
    }
    let seen = memory.sawECH(client: client, publicName: "cover.example", at: at(159))
    #expect(seen == ["two.example", "one.example"])
    #expect(memory.sawECH(client: client, publicName: "cover.example", at: at(160)).isEmpty)
    #expect(memory.sawECH(client: other, publicName: "cover.example", at: at(1)).isEmpty)
    #expect(memory.sawECH(client: client, publicName: "one.example", at: at(1)).isEmpty)
}

@Test func hostileAnswersNeverTrapAndOnlyNameWhatWasAsked() throws {
    var builder = DNSBuilder(question: "h.example", type: 65)
    builder.answer(type: 5, DNSBuilder.name("i.example"))
    builder.answer(
        DNSBuilder.name("i.example"), type: 65,
        DNSBuilder.service(1, "", [(4, [198, 51, 100, 80]), (5, DNSBuilder.configurations(["cover.example"]))]))
    var memory = PassiveDNS()
    var learned: UInt64 = 0
    let runs = runHostileBytes(builder.bytes) { bytes in
        var answers = DNSAnswerSet()
        try? DNSMessage.read(bytes, into: &answers)
        memory.learn(client: client, message: answers, at: at(0))
        // Where the question came through whole, its name alone may be given for the address.
        if memory.counters.learned > learned, answers.questionName == "h.example" {
            #expect(memory.names(client: client, server: address(80), at: at(1)).names.first != "i.example")
        }
        learned = memory.counters.learned
    }
    #expect(learned > 10 && Int(learned) < runs)
    #expect(memory.names(client: client, server: address(80), at: at(1)).names.count <= 4)
}

@Test func aLongChainInOrderIsFollowedAndACircleEnds() throws {
    var builder = DNSBuilder(question: "c0.example", type: 1)
    for link in 0..<40 {
        builder.answer(DNSBuilder.name("c\(link).example"), type: 5, DNSBuilder.name("c\(link + 1).example"))
    }
    builder.answer(DNSBuilder.name("c40.example"), type: 5, DNSBuilder.name("c0.example"))
    builder.answer(DNSBuilder.name("c40.example"), type: 1, [198, 51, 100, 81])
    var memory = PassiveDNS()
    memory.learn(client: client, message: try read(builder), at: at(0))
    #expect(memory.names(client: client, server: address(81), at: at(1)).names == ["c0.example"])
}
