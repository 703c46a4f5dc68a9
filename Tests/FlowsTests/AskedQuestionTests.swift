import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

/// Asks a resolver, answers, and begins a flow without a name to the address of the answer.
private struct Resolution {
    var questionID: UInt16 = 0x1234
    var answerID: UInt16 = 0x1234
    var asked: String? = "claude.example"
    var answered = "claude.example"
    var answerType = 1
    var port = 53
    var answerPort = 53
    var clientPort = 50_000
    var answerClientPort = 50_000

    func host(_ policy: FlowPolicy = FlowPolicy()) -> String? {
        var replay = Replay(policy)
        replay.port = clientPort
        if let asked {
            var question = DNSBuilder(question: asked, type: 1)
            question.flags = 0x0100
            question.id = questionID
            replay.datagram(question.bytes, isUp: true, to: port)
        }
        var answer = DNSBuilder(question: answered, type: answerType)
        answer.id = answerID
        answer.answer(type: 1, Self.server)
        replay.port = answerClientPort
        replay.datagram(answer.bytes, isUp: false, to: answerPort)
        replay.port = 51_000
        replay.handshake()
        replay.up([1, 2, 3, 4, 5, 6, 7, 8], 1001)
        return replay.finish().last { $0.transport == .tcp }?.host?.name
    }

    private static let server: [UInt8] = [198, 51, 100, 20]
}

@Suite("DNS: only what was asked is learned")
struct AskedQuestionTests {
    @Test func theAnswerToAQuestionNamesAFlow() {
        #expect(Resolution().host() == "claude.example")
        // A client may mix capitals (draft-vixie-dnsext-dns0x20), and a resolver repeats them.
        #expect(Resolution(asked: "ClAuDe.exAmple", answered: "claude.EXAMPLE").host() == "claude.example")
        #expect(Resolution(port: 5300, answerPort: 5300).host() == "claude.example")
    }

    @Test func anAnswerThatWasNotAskedForNamesNone() {
        let tricks = [
            Resolution(asked: nil), Resolution(answerID: 0x1235), Resolution(asked: "www.example"),
            Resolution(answerType: 28), Resolution(answerPort: 9999), Resolution(answerClientPort: 50_001),
        ]
        for (index, trick) in tricks.enumerated() { #expect(trick.host() == nil, "\(index)") }
    }

    @Test func anAnswerWithoutAQuestionIsLearnedIfThePolicySaysSo() {
        var policy = FlowPolicy()
        policy.learnsUnaskedAnswers = true
        #expect(Resolution(asked: nil).host(policy) == "claude.example")
    }

    @Test func aQuestionIsNoAnswerFromTheSameSide() {
        // The client answers its own question.
        var replay = Replay()
        replay.datagram(DNSBuilder.query("claude.example", type: 1), isUp: true, to: 53)
        var answer = DNSBuilder(question: "claude.example", type: 1)
        answer.answer(type: 1, [198, 51, 100, 20])
        replay.datagram(answer.bytes, isUp: true, to: 53)
        #expect(replay.tracker.counters.unaskedAnswers == 1)
    }

    @Test func questionsOverTCPAreReadInPiecesAndOneAfterAnother() throws {
        let names = ["one.example", "two.example", "three.example"]
        let questions = names.map { DNSBuilder.query($0, type: 1) }.flatMap { PacketBuilder.word($0.count) + $0 }
        for step in [1, 2, 7, 30, questions.count] {
            var replay = Replay()
            replay.handshake()
            for start in stride(from: 0, to: questions.count, by: step) {
                replay.up(Array(questions[start..<min(start + step, questions.count)]), 1001 + UInt32(start))
            }
            var next: UInt32 = 9001
            for (index, name) in names.reversed().enumerated() {
                var answer = DNSBuilder(question: name, type: 1)
                answer.answer(type: 1, [198, 51, 100, UInt8(30 + index)])
                let bytes = PacketBuilder.word(answer.bytes.count) + answer.bytes
                replay.down(bytes, next)
                next &+= UInt32(bytes.count)
            }
            #expect(replay.tracker.dnsCounters.learned == 3, "\(step)")
            #expect(replay.tracker.counters.unaskedAnswers == 0, "\(step)")
            #expect(replay.finish().map(\.application) == [.dns])
        }
    }

    @Test func noMoreThanSoManyQuestionsWait() {
        var replay = Replay()
        for id in 0..<200 as Range<UInt16> {
            var question = DNSBuilder(question: "h\(id).example", type: 1)
            question.flags = 0x0100
            question.id = id
            replay.datagram(question.bytes, isUp: true, to: 53)
        }
        #expect(replay.tracker.counters.forgottenQuestions == 136)
    }
}
