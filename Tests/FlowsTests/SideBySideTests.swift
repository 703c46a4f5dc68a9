import Bytes
import Flows
import TestSupport
import Testing
import Wire

/// Requests that share a connection with others that are being sent or answered.
@Suite struct SideBySideTests {
    @Test("Large uploads side by side, cut up by flow control and by streamed answers, are not taken for requests")
    func uploads() throws {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        talk.up(91)
        for _ in 0..<3 { talk.up(16_384, 9) }
        talk.up(16_384, 8)
        talk.down(51)
        // SETTINGS with ACK and two heads.
        talk.up(81)
        for _ in 0..<3 { talk.up(16_384, 9) }
        talk.up(16_384, 8)
        talk.wait()
        talk.down(52)
        for _ in 0..<3 { talk.up(16_384, 9) }
        talk.up(16_017)
        talk.up(384, 9)
        talk.up(7_738, 9)
        talk.wait()
        talk.down(59)
        talk.up(16_384, 9)
        talk.wait()
        talk.down(39)
        talk.up(3_292, 9)
        for _ in 0..<9 {
            for _ in 0..<6 { token(&talk) }
            talk.up(36)
            for _ in 0..<2 {
                token(&talk)
                talk.up(16_384, 9)
            }
            token(&talk)
            talk.up(5_021)
            token(&talk)
            talk.up(11_380)
            token(&talk)
            talk.up(9)
        }
        token(&talk)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(abs(traffic.requests.value - 12) <= 2)
        #expect(traffic.requests.low <= 12 && traffic.requests.high >= 12)
    }

    @Test("Posts that are answered at once beside streamed answers went to no model")
    func postsBesideStreams() throws {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        talk.up(70, 800, 9)
        talk.wait()
        talk.down(51)
        talk.up(9)
        talk.down(62, 46, 9)
        for _ in 0..<5 {
            talk.up(36, 3_000, 9)
            talk.wait()
            for _ in 0..<20 { token(&talk) }
            talk.up(35, 744, 9)
            talk.wait()
            talk.down(62, 46, 9)
        }
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests.value == 11)
        #expect(traffic.streamed == 5)
        #expect(traffic.interactions.value == 5)
        #expect(traffic.interactions.high == traffic.requests.high)
    }

    @Test("Two session tickets that come behind the preface do not pass for an answer in HTTP/1.1")
    func ticketsBehindPreface() throws {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        talk.wait()
        talk.down(233, 233)
        talk.up(72)
        talk.down(51)
        talk.down(9)
        talk.up(9)
        for _ in 0..<14 {
            talk.wait()
            talk.down(62, 46, 9)
            talk.up(40)
        }
        talk.wait()
        talk.down(62, 46, 9)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.method == .http2Records)
        #expect(traffic.requests == Estimate(15, low: 15, high: 15))
    }

    @Test("One record that could be a ticket is an answer where nothing like it follows")
    func answerLikeTicket() throws {
        var talk = Conversation()
        talk.open()
        talk.up(90)
        talk.wait()
        talk.down(233)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.method == .http1Records)
        #expect(traffic.requests == Estimate(1, low: 1, high: 1))
        #expect(traffic.firstByte == 20_000_000)
    }

    /// A piece of a streamed answer.
    private func token(_ talk: inout Conversation) {
        talk.replay.wait(0.01)
        talk.down(138)
    }
}
