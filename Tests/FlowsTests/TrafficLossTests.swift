import Bytes
import Flows
import TestSupport
import Testing
import Wire

/// Counting in spite of what happens to segments.
@Suite struct TrafficLossTests {
    /// Ten requests of 20 kB with answers of 3 kB; `damage` changes what of a run is sent, and how.
    private func run(
        requests: [Int] = [16_384, 4_000], _ damage: (inout [Conversation.Segment], Int) -> Void
    ) -> FlowTraffic? {
        var talk = Conversation()
        talk.open(alpn: ["http/1.1"])
        for number in 0..<10 {
            var request = talk.held(up: requests)
            damage(&request, number)
            for segment in request { talk.send(segment) }
            talk.wait()
            talk.wait()
            talk.wait()
            var answer = talk.held(down: [1_000, 2_000])
            damage(&answer, number)
            for segment in answer { talk.send(segment) }
        }
        return talk.traffic()
    }

    @Test("Segments in another order")
    func reordered() {
        var random = Xorshift(seed: 7)
        let traffic = run { segments, _ in
            for index in segments.indices.dropFirst() where random.next() % 3 == 0 { segments.swapAt(index, index - 1) }
        }
        #expect(traffic?.requests.value == 10)
        let backwards = run { segments, _ in segments.reverse() }
        #expect(backwards?.requests.value == 10)
    }

    @Test("Segments that come twice")
    func repeated() {
        let traffic = run { segments, _ in segments = segments.flatMap { [$0, $0] } }
        #expect(traffic?.requests == Estimate(10, low: 10, high: 10))
    }

    @Test("Segments cut anywhere, headers too", arguments: [1, 2, 3, 5, 7, 1_399])
    func cut(size: Int) {
        let traffic = run(requests: [300, 400]) { segments, _ in
            segments = segments.flatMap { segment in
                stride(from: 0, to: segment.bytes.count, by: size).map { start in
                    var piece = segment
                    piece.bytes = Array(segment.bytes[start..<min(start + size, segment.bytes.count)])
                    piece.sequence &+= UInt32(start)
                    return piece
                }
            }
        }
        #expect(traffic?.requests == Estimate(10, low: 10, high: 10))
    }

    @Test("The loss of one segment: the bounds hold the truth", arguments: 0..<15)
    func lost(index: Int) throws {
        let traffic = try #require(
            run { segments, number in if number == 4, index < segments.count { segments.remove(at: index) } })
        #expect(traffic.requests.low <= 10 && traffic.requests.high >= 10)
        #expect(abs(traffic.requests.value - 10) <= 1)
    }

    @Test("A tenth of all segments is lost")
    func lossy() throws {
        var random = Xorshift(seed: 11)
        let traffic = try #require(run { segments, _ in segments.removeAll { _ in random.next() % 10 == 0 } })
        #expect(traffic.requests.low <= 10 && traffic.requests.high >= 10)
        #expect(abs(traffic.requests.value - 10) <= 4)
    }

    @Test("A connection whose beginning was not captured is counted from where it is seen")
    func midstream() throws {
        var talk = Conversation()
        for number in 0..<10 {
            let request = talk.held(up: [16_384, 4_000])
            // The capture begins in the middle of a record.
            for segment in request.dropFirst(number == 0 ? 3 : 0) { talk.send(segment) }
            talk.wait()
            for segment in talk.held(down: [1_000, 2_000]) { talk.send(segment) }
        }
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect((9...10).contains(traffic.requests.value))
        #expect(traffic.requests.high >= 10)
    }

    @Test("One side alone is no basis for an estimate")
    func oneSided() {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        for _ in 0..<5 {
            talk.up(400, 400)
            talk.wait()
            _ = talk.held(down: [300])
        }
        let counted = talk.traffic()
        #expect(counted.map { $0.requests.high >= 1 } ?? true)
    }

    @Test("Bytes that are no records harm nothing")
    func noRecords() {
        var random = Xorshift(seed: 3)
        var talk = Conversation()
        talk.open()
        for _ in 0..<200 {
            let isUp = random.next() % 2 == 0
            var segments = isUp ? talk.held(up: [600]) : talk.held(down: [600])
            for index in segments.indices {
                segments[index].bytes = segments[index].bytes.map { _ in UInt8(truncatingIfNeeded: random.next() >> 16)
                }
                if random.next() % 4 == 0 { segments[index].sequence = UInt32(truncatingIfNeeded: random.next()) }
            }
            for segment in segments { talk.send(segment) }
        }
        let traffic = talk.traffic()
        #expect((traffic?.requests.low ?? 0) <= (traffic?.requests.high ?? 0))
    }
}
