import Bytes
import Testing
import Vendors

@testable import Activity

/// A fingerprint of a client of `vendor`.
private func client(vendor: String?, product: String?) throws -> Fingerprint {
    var lines = ["name: n", "sources:", "  s: {date: 2026-11-22, text: t}", "fingerprints:"]
    let owner = vendor.map { ", vendor: \($0)" } ?? ""
    let thing = product.map { ", product: \($0)" } ?? ""
    lines.append(
        "- {ja4: t13d1713h1_5b57614c22b0_7f527383e249, kind: client, software: s, source: s, expires: 2027-01-01"
            + owner + thing + "}")
    let file = try FingerprintFile(text: lines.joined(separator: "\n"), file: "f")
    return try #require(file.fingerprints.first)
}

private func source(_ number: Int) -> IPAddress { IPAddress(ipv4: UInt32(number)) }

private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 0) }

@Suite struct ClientHistoryTests {
    @Test func aClientIsKnownForADayAtItsSourceAlone() throws {
        var memory = ClientHistory()
        let agent = try client(vendor: "acme", product: "agent")
        memory.note(agent, at: source(1), time: time(1_000))
        #expect(memory.knows(agent, at: source(1), time: time(1_000)))
        #expect(memory.knows(agent, at: source(1), time: time(1_000 + 86_399)))
        #expect(!memory.knows(agent, at: source(1), time: time(1_000 + 86_400)))
        #expect(!memory.knows(agent, at: source(2), time: time(1_000)))
        #expect(!memory.knows(try client(vendor: "acme", product: "other"), at: source(1), time: time(1_000)))
        #expect(!memory.knows(agent, at: source(1), time: .distantPast))
    }

    @Test func aLaterFlowKeepsItAndAnEarlierChangesNothing() throws {
        var memory = ClientHistory()
        let agent = try client(vendor: "acme", product: "agent")
        memory.note(agent, at: source(1), time: time(100_000))
        memory.note(agent, at: source(1), time: time(90_000))
        #expect(memory.knows(agent, at: source(1), time: time(186_000)))
        memory.note(agent, at: source(1), time: time(150_000))
        #expect(memory.knows(agent, at: source(1), time: time(236_000)))
    }

    @Test func aClientOfNobodyIsNotRemembered() throws {
        var memory = ClientHistory()
        let agent = try client(vendor: nil, product: nil)
        memory.note(agent, at: source(1), time: time(1))
        #expect(memory.count == 0)
        #expect(!memory.knows(agent, at: source(1), time: time(1)))
    }

    @Test func whatFindsNoRoomIsCountedAndWhatIsOldMakesRoom() throws {
        var memory = ClientHistory(capacity: 100)
        let agent = try client(vendor: "acme", product: "agent")
        for number in 0..<1_000 { memory.note(agent, at: source(number), time: time(Int64(number))) }
        #expect(memory.count == 100)
        #expect(memory.overflow == 900)
        memory.note(agent, at: source(5_000), time: time(2 * 86_400))
        #expect(memory.count == 1)
        #expect(memory.overflow == 900)
    }
}
