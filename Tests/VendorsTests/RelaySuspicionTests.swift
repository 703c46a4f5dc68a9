import Testing
import Vendors

@Suite struct RelaySuspicionTests {
    @Test(arguments: [
        ("POST", "/v1/messages", "/v1/messages"), ("POST", "/v1/messages/", "/v1/messages"),
        ("POST", "/anthropic/v1/messages", "/v1/messages"),
        ("POST", "/v1/models/*:generateContent", ":generateContent"),
        ("GET", "/v1/messages", nil), ("POST", "/v1/messages/batches", nil), ("POST", "/xv1/messages", nil),
        ("POST", "", nil), ("POST", "/", nil), ("post", "/v1/messages", nil),
    ])
    func aPathIsComparedFromItsEnd(method: String, path: String, expected: String?) {
        let paths = InferencePaths(["/v1/messages", ":generateContent", "no-path", ""])
        #expect(paths.match(method: method, path: path) == expected)
    }

    @Test func noHelloThatOthersSendTooIsEnoughByItself() {
        let hellos: [RelaySuspicion.Sign] = [.runtimeHello, .libraryHello]
        for hello in hellos {
            let suspicion = RelaySuspicion([(hello, nil), (.clientAtSource, nil), (.bareAddress, nil)])
            #expect(suspicion?.isSuspected == false, "\(hello)")
        }
    }

    @Test func aPathInTheClearADedicatedClientAndAStreamAreEnough() {
        #expect(RelaySuspicion([(.inferencePath, "/v1/messages")])?.isSuspected == true)
        #expect(RelaySuspicion([(.clientHello, "LiteLLM")])?.isSuspected == true)
        for hello in [RelaySuspicion.Sign.runtimeHello, .libraryHello] {
            #expect(RelaySuspicion([(hello, nil), (.streamedAnswers, nil)])?.isSuspected == true)
        }
        #expect(RelaySuspicion([(.streamedAnswers, nil)])?.isSuspected == false)
        #expect(RelaySuspicion([]) == nil)
    }

    @Test func reasonsStandByWeightWhateverTheOrderAndTheScoreStaysWithinItsBounds() {
        let signs: [(RelaySuspicion.Sign, String?)] = [(.libraryHello, "Python"), (.inferencePath, "/v1/messages")]
        let one = RelaySuspicion(signs)
        #expect(one == RelaySuspicion(Array(signs.reversed())))
        #expect(one?.reasons == ["inference_path /v1/messages", "library_hello Python"])
        #expect(one?.score == 100)
        let all = RelaySuspicion(RelaySuspicion.Sign.allCases.map { ($0, nil) })
        #expect(all?.score == 100)
        #expect(all?.signs.count == RelaySuspicion.Sign.allCases.count)
    }
}
