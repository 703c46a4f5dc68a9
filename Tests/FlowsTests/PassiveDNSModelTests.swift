import Bytes
import Flows
import Protocols
import TestSupport
import Testing

/// Xorshift: the same numbers in every run.
private struct Numbers {
    var state: UInt64
    mutating func next(_ bound: UInt64) -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state % bound
    }
}

/// What the memory should say, without bounds on the number of pairs and with nothing clever about it.
private struct Model {
    private struct Pair: Hashable {
        var client: UInt64
        var server: UInt64
    }
    private var given: [Pair: [(name: String, expiry: Int64)]] = [:]
    private var cutUntil: [Pair: Int64] = [:]

    mutating func learn(client: UInt64, server: UInt64, name: String, ttl: Int64, at time: Int64) {
        let pair = Pair(client: client, server: server)
        var names = (given[pair] ?? []).filter { $0.expiry > time }
        let before = names.first { $0.name == name }?.expiry ?? 0
        names.removeAll { $0.name == name }
        names.append((name, max(before, time + min(ttl + 60, 86_400))))
        while names.count > 4 { cutUntil[pair] = max(cutUntil[pair] ?? 0, names.removeFirst().expiry) }
        given[pair] = names
    }

    func names(client: UInt64, server: UInt64, at time: Int64) -> (names: [String], isAmbiguous: Bool) {
        let pair = Pair(client: client, server: server)
        let names = (given[pair] ?? []).filter { $0.expiry > time }.map(\.name)
        let isCut = (cutUntil[pair] ?? 0) > time
        return (names.reversed(), names.count > 1 || (!names.isEmpty && isCut))
    }
}

private func ip(_ number: UInt64) -> IPAddress { IPAddress(ipv4: 0x0A00_0000 | UInt32(truncatingIfNeeded: number)) }

@Test("The memory says the same as a plain dictionary with times to live", arguments: [1, 77, 4096] as [UInt64])
func theMemoryAgreesWithAModel(_ seed: UInt64) throws {
    var numbers = Numbers(state: 0x9E37_79B9 &* seed)
    var memory = PassiveDNS()
    var model = Model()
    var answers = DNSAnswerSet()
    var time: Int64 = 0
    var found = 0
    var ambiguous = 0
    for _ in 0..<6_000 {
        time += Int64(numbers.next(30))
        let client = numbers.next(4)
        let server = numbers.next(12)
        if numbers.next(3) > 0 {
            let name = "n\(numbers.next(8)).example"
            let ttl = Int64([0, 5, 60, 300, 4_000, 200_000][Int(numbers.next(6))])
            var builder = DNSBuilder(question: name, type: 1)
            builder.answer(type: 1, ttl: Int(ttl), [10, 0, 0, UInt8(server)])
            try DNSMessage.read(builder.bytes.rawSpan, into: &answers)
            memory.learn(client: ip(1_000 + client), message: answers, at: Timestamp(seconds: time, nanoseconds: 0))
            model.learn(client: client, server: server, name: name, ttl: ttl, at: time)
        }
        let expected = model.names(client: client, server: server, at: time)
        let given = memory.names(
            client: ip(1_000 + client), server: ip(server), at: Timestamp(seconds: time, nanoseconds: 0))
        #expect(given.names == expected.names && given.isAmbiguous == expected.isAmbiguous)
        if !expected.names.isEmpty { found += 1 }
        if expected.isAmbiguous { ambiguous += 1 }
    }
    #expect(found > 1_000 && ambiguous > 100 && ambiguous < found)
}

@Test func aFullMemoryHoldsTheLatestPairsWhateverTheirHashes() throws {
    var limits = PassiveDNS.Limits()
    limits.addresses = 50
    var memory = PassiveDNS(limits: limits)
    var numbers = Numbers(state: 99)
    var order: [UInt64] = []
    var answers = DNSAnswerSet()
    let time = Timestamp(seconds: 0, nanoseconds: 0)
    for _ in 0..<3_000 {
        let server = numbers.next(200)
        order.removeAll { $0 == server }
        order.append(server)
        var builder = DNSBuilder(question: "h\(server).example", type: 1)
        builder.answer(type: 1, [10, 0, 0, UInt8(server)])
        try DNSMessage.read(builder.bytes.rawSpan, into: &answers)
        memory.learn(client: ip(1_000), message: answers, at: time)
    }
    for server in 0..<200 as Range<UInt64> {
        let names = memory.names(client: ip(1_000), server: ip(server), at: time).names
        #expect(names == (order.suffix(50).contains(server) ? ["h\(server).example"] : []))
    }
    #expect(memory.count == 50)
}
