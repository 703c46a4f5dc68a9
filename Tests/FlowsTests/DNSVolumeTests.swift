import Bytes
import Flows
import Testing

private let source = IPAddress(ipv4: 0x0A01_0203)

private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 0) }

/// A label of 60 characters of base 32 that differs with `number`.
private func dataLabel(_ number: UInt64) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    var state = number &* 0x9E37_79B9_7F4A_7C15 | 1
    return String(
        (0..<60).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return alphabet[Int(state >> 40 & 31)]
        })
}

@Test("Data carried out in labels stands out from ordinary browsing")
func dataInLabelsStandsOut() throws {
    var volume = DNSVolume()
    for number in 0..<300 {
        volume.note(source: source, name: ArraySlice("www\(number % 150).site\(number).example".utf8), at: at(1))
    }
    let ordinary = try #require(volume.counts(of: source))
    #expect(ordinary.queries == 300)
    #expect(ordinary.score < 0.2)
    let leaking = IPAddress(ipv4: 0x0A01_0204)
    for number in 0..<300 as Range<UInt64> {
        volume.note(source: leaking, name: ArraySlice("\(dataLabel(number)).t.example".utf8), at: at(1))
    }
    let leak = try #require(volume.counts(of: leaking))
    #expect(leak.longestLabel == 60)
    #expect(leak.entropy > 4.9 && leak.entropy <= 5)
    // 300 labels of 60 characters with five bits each are 11,250 bytes; names that share a bit are not counted.
    #expect(leak.carriedBytes > 9_000 && leak.carriedBytes <= 11_250)
    #expect(leak.score == 1)
    #expect((285...315).contains(leak.uniqueNames))
}

@Test("The same question asked again carries nothing")
func repeatedQuestionsCarryNothing() throws {
    var volume = DNSVolume()
    for _ in 0..<10_000 { volume.note(source: source, name: ArraySlice("\(dataLabel(1)).example.com".utf8), at: at(1)) }
    let counts = try #require(volume.counts(of: source))
    #expect(counts.queries == 10_000 && counts.uniqueNames == 1 && counts.nameBytes == 720_000)
    #expect(counts.carriedBytes <= 38 && counts.score < 0.01)
}

@Test func theEstimateOfUniqueNamesStaysNear() throws {
    for number in [1, 10, 100, 1_000, 2_000] {
        var volume = DNSVolume()
        for index in 0..<number {
            volume.note(source: source, name: ArraySlice("h\(index).example.com".utf8), at: at(1))
        }
        let unique = try #require(volume.counts(of: source)).uniqueNames
        #expect(abs(unique - number) * 10 <= number, "\(number) gave \(unique)")
    }
    var volume = DNSVolume()
    for index in 0..<50_000 { volume.note(source: source, name: ArraySlice("h\(index).example".utf8), at: at(1)) }
    #expect(volume.counts(of: source)?.uniqueNames == 7_098)
}

@Test func aWindowIsClosedByTheFirstQuestionPastItsEnd() throws {
    var volume = DNSVolume(capacity: 8, window: 60_000_000_000)
    let name = ArraySlice("a.example.com".utf8)
    let first = volume.note(source: source, name: name, at: at(100))
    let second = volume.note(source: source, name: name, at: at(159))
    #expect(first == nil && second == nil)
    let third = volume.note(source: source, name: name, at: at(160))
    let closed = try #require(third)
    #expect(closed.queries == 2 && closed.start == at(100))
    #expect(volume.counts(of: source)?.queries == 1)
    #expect(volume.counts(of: source)?.start == at(160))
}

@Test func theSourcesAreBounded() {
    var volume = DNSVolume(capacity: 4)
    for last in 0..<10 as Range<UInt32> {
        volume.note(source: IPAddress(ipv4: last), name: ArraySlice("a.example".utf8), at: at(1))
    }
    #expect(volume.evicted == 6)
    #expect(volume.counts(of: IPAddress(ipv4: 5)) == nil)
    #expect(volume.counts(of: IPAddress(ipv4: 6))?.queries == 1)
}

@Test func oddNamesAreCountedWithoutHarm() {
    var volume = DNSVolume()
    for name in ["", ".", "a", "a.b", #"\000\255.x.example"#, String(repeating: "a.", count: 500)] {
        volume.note(source: source, name: ArraySlice(name.utf8), at: at(1))
    }
    #expect(volume.counts(of: source)?.queries == 6)
}
