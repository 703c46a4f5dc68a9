import Bytes
import Rules
import Testing

@testable import Activity

private let day: Int64 = 86_400_000_000_000

private func at(_ days: Double) -> Timestamp { Timestamp(nanoseconds: 1_000 * day + Int64(days * Double(day))) }

/// A sighting of a product by the source with the number `source`.
private func sighting(
    _ product: String, by source: UInt32, group: String? = nil, vendor: String = "acme", host: String? = nil
) -> FirstSeenHistory.Sighting {
    var sighting = FirstSeenHistory.Sighting()
    sighting.source = .source(IPAddress(ipv4: source))
    sighting.group = group
    sighting.vendor = vendor
    sighting.product = product
    sighting.host = host
    return sighting
}

@Suite struct FirstSeenHistoryTests {
    private func history(capacity: Int = 1_000, learning: Int64 = 7 * day) -> FirstSeenHistory {
        FirstSeenHistory(learning: learning, capacity: capacity)
    }

    @Test("The learning period is silent, and what is new after it is told once for each scope")
    func learning() {
        var history = history()
        let first = history.note(sighting("chat", by: 1, group: "lab"), at: at(0))
        let late = history.note(sighting("late", by: 1), at: at(6.999))
        #expect(first.isEmpty && late.isEmpty)
        #expect(history.since == at(0) && history.isLearning(at: at(6.999)) && !history.isLearning(at: at(7)))
        // Known to its source; known to the sensor, and new to another source and to a group.
        let known = history.note(sighting("chat", by: 1, group: "lab"), at: at(8))
        #expect(known.isEmpty)
        let other = history.note(sighting("chat", by: 2, group: "office"), at: at(8))
        #expect(other.product.words == ["source", "group"] && other.vendor.words == ["source", "group"])
        let again = history.note(sighting("chat", by: 2, group: "office"), at: at(9))
        #expect(again.isEmpty)
        let new = history.note(sighting("code", by: 1, group: "lab"), at: at(9))
        #expect(new.product.words == ["source", "group", "sensor"] && new.vendor.isEmpty)
        #expect(history.evicted == 0)
    }

    @Test("The same product of another vendor is another, and a host is told apart from both")
    func kinds() {
        var history = history(learning: 0)
        let first = history.note(sighting("chat", by: 1, host: "a.example"), at: at(0))
        #expect(first.product.words == ["source", "sensor"] && first.host.words == ["source", "sensor"])
        let other = history.note(sighting("chat", by: 1, vendor: "other", host: "a.example"), at: at(0))
        #expect(other.product.words == ["source", "sensor"] && other.vendor.words == ["source", "sensor"])
        #expect(other.host.isEmpty)
        #expect(history[.product].entries.count == 4 && history[.host].entries.count == 2)
    }

    @Test("Time that goes back, and times at the ends of what can be held, say nothing wrong")
    func oddTimes() {
        var history = history()
        _ = history.note(sighting("chat", by: 1), at: at(0))
        let before = history.note(sighting("old", by: 1), at: at(-400))
        #expect(before.isEmpty)
        for time in [Timestamp.distantPast, Timestamp(nanoseconds: .max), Timestamp(nanoseconds: 0)] {
            _ = history.note(sighting("odd", by: 1), at: time)
        }
        let entry = history[.product].entries[.init(.sensor, name: "acme", product: "odd")]
        #expect(entry?.first == .distantPast && entry?.last == Timestamp(nanoseconds: .max))
    }

    @Test("A full table forgets what was seen least recently, counts it, and keeps the same in every order of hashing")
    func eviction() {
        var kept: Set<[UInt32]> = []
        for _ in 0..<5 {
            var history = history(capacity: 64, learning: 0)
            // All at one moment, so that keys alone decide.
            for number in 1...63 as ClosedRange<UInt32> { _ = history.note(sighting("chat", by: number), at: at(1)) }
            _ = history.note(sighting("chat", by: 5), at: at(2))
            _ = history.note(sighting("chat", by: 100), at: at(3))
            #expect(history[.product].entries.count <= 64)
            #expect(history.evicted > 0 && history.evicted == history[.product].evicted + history[.vendor].evicted)
            let sources = history[.product].entries.keys.compactMap { key -> UInt32? in
                if case .source(let address) = key.subject { UInt32(truncatingIfNeeded: address.low) } else { nil }
            }
            #expect(sources.contains(5) && sources.contains(100) && !sources.contains(1))
            kept.insert(sources.sorted())
            let forgotten = history.note(sighting("chat", by: 1), at: at(4))
            #expect(forgotten.product.words == ["source"])
        }
        #expect(kept.count == 1)
    }

    @Test("A flood of names never takes more than the capacity")
    func flood() {
        var history = history(capacity: 100, learning: 0)
        for number in 0..<3_000 as Range<UInt32> {
            _ = history.note(
                sighting("p\(number)", by: number, host: "h\(number).example"), at: at(Double(number) / 1_000))
        }
        for kind in FirstSeenKind.allCases { #expect(history[kind].entries.count <= 100) }
        #expect(history.evicted > 10_000)
    }

    @Test("A restored history continues as if it had never ended")
    func restoring() {
        var whole = history()
        var first = history()
        for number in 1...20 as ClosedRange<UInt32> {
            _ = whole.note(sighting("p\(number % 7)", by: number % 3, group: "g"), at: at(Double(number) / 4))
            _ = first.note(sighting("p\(number % 7)", by: number % 3, group: "g"), at: at(Double(number) / 4))
        }
        var second = history()
        for kind in FirstSeenKind.allCases {
            guard let since = first[kind].since else { continue }
            second.restore(kind, since: since, entries: first[kind].entries.map { ($0.key, $0.value) })
        }
        #expect(second.since == whole.since && !second.isChanged && first.isChanged)
        for number in 1...40 as ClosedRange<UInt32> {
            let next = sighting("p\(number % 11)", by: number % 5, group: "g\(number % 2)")
            let (left, right) = (
                whole.note(next, at: at(8 + Double(number))), second.note(next, at: at(8 + Double(number)))
            )
            #expect(left == right, "\(number)")
        }
    }

    @Test("A file with more entries than there is room for keeps the latest, and counts the others")
    func smallerCapacity() {
        var history = history(capacity: 16)
        let entries = (0..<100 as Range<UInt32>).map { number in
            (
                key: FirstSeenTable.Key(.source(IPAddress(ipv4: number)), name: "acme"),
                sighting: FirstSeenTable.Sighting(first: at(0), last: at(Double(number)))
            )
        }
        history.restore(.vendor, since: at(0), entries: entries)
        #expect(history[.vendor].entries.count <= 16 && history.evicted >= 84)
        #expect(history[.vendor].entries[.init(.source(IPAddress(ipv4: 99)), name: "acme")] != nil)
    }
}
