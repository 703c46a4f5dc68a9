import Bytes
import Protocols
import TestSupport
import Testing

@testable import Flows

/// Answers made to be costly: each is read to its end, and no pass compares names with one another.
@Suite struct DNSChainTests {
    private static let client = IPAddress(ipv4: 0x0A01_0203)
    private static let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)

    private static func read(_ builder: DNSBuilder) throws -> DNSAnswerSet {
        var answers = DNSAnswerSet()
        try DNSMessage.read(builder.bytes.rawSpan, into: &answers)
        return answers
    }

    @Test func aChainInReverseOrderIsFollowedToItsEnd() throws {
        var builder = DNSBuilder(question: "www.example.com", type: 1)
        let links = 62
        builder.answer(DNSBuilder.name("n\(links).example"), type: 1, [198, 51, 100, 30])
        for link in (1..<links).reversed() {
            builder.answer(DNSBuilder.name("n\(link).example"), type: 5, DNSBuilder.name("n\(link + 1).example"))
        }
        builder.answer(type: 5, DNSBuilder.name("n1.example"))
        var memory = PassiveDNS()
        memory.learn(client: Self.client, message: try Self.read(builder), at: Self.time)
        let found = memory.names(client: Self.client, server: IPAddress(ipv4: 0xC633_641E), at: Self.time)
        #expect(found.names == ["www.example.com"])
        #expect(memory.counters.refused == 0)
    }

    @Test func equalNamesThatStandApartHaveOneNumber() throws {
        var builder = DNSBuilder(question: "www.example.com", type: 1)
        builder.answer(DNSBuilder.name("WWW.example.COM"), type: 5, DNSBuilder.name("edge.example"))
        builder.answer(DNSBuilder.name("Edge.Example"), type: 1, [198, 51, 100, 30])
        builder.answer(DNSBuilder.name("edge.example.net"), type: 1, [198, 51, 100, 31])
        var numbers = DNSNameNumbers()
        // A second message must not see names of the first.
        for _ in 0..<2 {
            numbers.read(try Self.read(builder))
            #expect(numbers.owner(of: 0) == numbers.question)
            #expect(numbers.owner(of: 1) == numbers.target(of: 0) && numbers.owner(of: 1) != numbers.question)
            #expect(numbers.owner(of: 2) != numbers.owner(of: 1))
            #expect(!numbers.isReached(numbers.question))
            numbers.reach(numbers.question)
        }
    }

    @Test func theTextOfCompressedNamesIsBoundedAndWhatIsPassedOverIsCounted() throws {
        // Labels of control characters, four characters of text each, and 255 bytes that a pointer of two bytes refers to.
        let label = [63] + [UInt8](repeating: 1, count: 63)
        let long = label + label + label + [60] + [UInt8](repeating: 1, count: 59) + [0x71, 0]
        var builder = DNSBuilder(question: "q.example", type: 1)
        let start = 12 + builder.body.count
        builder.answer(long, type: 5, DNSBuilder.toQuestion)
        let pointer: [UInt8] = [0xC0, UInt8(start)]
        for _ in 1..<64 { builder.answer(pointer, type: 5, pointer) }
        let answers = try Self.read(builder)
        #expect(answers.text.count < DNSAnswerSet.maximumText + 2 * DNSName.maximumTextLength + builder.bytes.count)
        #expect(answers.overflow > 50 && answers.overflow + answers.records.count == 64)
        var memory = PassiveDNS()
        memory.learn(client: Self.client, message: answers, at: Self.time)
        #expect(memory.counters.learned == 0)
    }

    @Test func wholeAnswersOfOrdinarySizeLoseNoRecord() throws {
        var builder = DNSBuilder(question: "www.example.com", type: 1)
        for index in 0..<64 {
            builder.answer(DNSBuilder.name("host-\(index).some-subdomain.example.com"), type: 1, [10, 0, 0, 1])
        }
        let answers = try Self.read(builder)
        #expect(answers.records.count == 64 && answers.overflow == 0)
    }
}
