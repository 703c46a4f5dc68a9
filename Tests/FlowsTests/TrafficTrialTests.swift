import Flows
import TestSupport
import Testing

/// How long a flow is followed that is followed only for what it may show.
@Suite struct TrafficTrialTests {
    /// A connection of HTTP/1.1 whose requests are counted on trial.
    private func trial() -> Conversation {
        var talk = Conversation()
        talk.replay.observer.interest = .trial
        talk.open(alpn: ["http/1.1"])
        return talk
    }

    @Test("Exchanges that show nothing end it, and what was held is free again")
    func plainExchanges() {
        var talk = trial()
        let before = talk.replay.tracker.memory
        for _ in 0..<20 { talk.exchange() }
        let counted = talk.traffic()
        #expect(counted == nil)
        let followed = talk.replay.tracker.counters.followed
        let after = talk.replay.tracker.memory
        #expect(followed == 1 && after <= before)
    }

    @Test("Few exchanges are counted to the flow's end")
    func fewExchanges() {
        var talk = trial()
        for _ in 0..<5 { talk.exchange() }
        let counted = talk.traffic()
        #expect(counted?.requests.value == 5)
    }

    @Test("A streamed answer among the first exchanges has all of them counted", arguments: 0..<8)
    func streamedAnswer(place: Int) {
        var talk = trial()
        for number in 0..<30 {
            if number == place { talk.streamedExchange() } else { talk.exchange() }
        }
        let counted = talk.traffic()
        #expect(counted?.requests.value == 30 && counted?.streamed == 1)
    }

    @Test("A streamed answer behind many others is not looked for any more")
    func lateAnswer() {
        var talk = trial()
        for _ in 0..<20 { talk.exchange() }
        talk.streamedExchange()
        let counted = talk.traffic()
        #expect(counted == nil)
    }

    @Test("One long download ends it by its records, and the same download is counted where all of it is wanted")
    func longDownload() {
        for interest in [TrafficInterest.trial, .whole] {
            var talk = Conversation()
            talk.replay.observer.interest = interest
            talk.open(alpn: ["http/1.1"])
            talk.up(300)
            for _ in 0..<1_100 {
                talk.wait()
                talk.down(12_000, 12_000)
            }
            let counted = talk.traffic()
            #expect((counted == nil) == (interest == .trial))
        }
    }

    @Test("What speaks no TLS behind its hello ends it by its segments")
    func noRecords() {
        var talk = trial()
        for number in 0..<UInt32(3_000) {
            talk.replay.down([UInt8](repeating: 0, count: 100), 2_000_000 &+ number &* 100)
        }
        let counted = talk.traffic()
        #expect(counted == nil)
    }
}

extension Conversation {
    /// A request and its answer in one piece.
    fileprivate mutating func exchange() {
        up(300)
        wait()
        down(900)
    }

    /// A request, and an answer that comes in ten pieces.
    fileprivate mutating func streamedExchange() {
        up(700)
        for _ in 0..<10 {
            replay.wait(0.03)
            down(180)
        }
    }
}
