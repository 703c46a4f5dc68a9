import Bytes
import Testing

@testable import Flows

/// A conversation of HTTP/1 in the clear, as segments of a capture at the client.
private struct TextConversation {
    var traffic: TextTraffic
    private(set) var clock: Timestamp
    private var next: (up: UInt32, down: UInt32) = (1, 1)

    /// A connection whose handshake took `roundTrip`, and whose client waited for `pause` before its first request. The server
    /// acknowledges that after `acknowledged`.
    init(roundTrip: Double = 0.02, pause: Double = 0, acknowledged: Double = 0.02, sawHandshake: Bool = true) {
        let opened = Timestamp(nanoseconds: 1_000_000_000_000)
        clock = opened.advanced(byNanoseconds: Int64((roundTrip + pause) * 1e9))
        let named = clock.advanced(byNanoseconds: Int64(acknowledged * 1e9))
        traffic = TextTraffic(opened: sawHandshake ? opened : nil, named: named)
    }

    mutating func wait(_ seconds: Double) { clock = clock.advanced(byNanoseconds: Int64(seconds * 1e9)) }

    mutating func up(_ text: String, padding: Int = 0, lost: Bool = false) {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0x61, count: padding)
        if !lost { send(up: bytes, at: next.up) }
        next.up &+= UInt32(bytes.count)
    }

    mutating func down(_ text: String, padding: Int = 0) {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0x62, count: padding)
        traffic.take(bytes.rawSpan, isUp: false, sequence: next.down, acknowledgment: next.up, at: clock)
        next.down &+= UInt32(bytes.count)
    }

    /// Sends the last `count` bytes of the client's again.
    mutating func repeated(_ text: String) {
        let bytes = Array(text.utf8)
        send(up: bytes, at: next.up &- UInt32(bytes.count))
    }

    private mutating func send(up bytes: [UInt8], at sequence: UInt32) {
        traffic.take(bytes.rawSpan, isUp: true, sequence: sequence, acknowledgment: next.down, at: clock)
    }
}

private let post = "POST /v1/chat/completions HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 300\r\n\r\n"
private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"

@Suite struct TextTrafficTests {
    @Test(
        "A slow answer in the clear is an interaction, however late the server acknowledges and however long the client waited",
        arguments: [(0.0, 0.02), (0.0, 0.08), (30.0, 0.02), (0.001, 0.06)])
    func slowAnswer(pause: Double, acknowledged: Double) throws {
        var talk = TextConversation(pause: pause, acknowledged: acknowledged)
        talk.up(post, padding: 300)
        talk.wait(0.08)
        talk.down(ok, padding: 900)
        let traffic = try #require(talk.traffic.summary)
        #expect(traffic.requests == Estimate(1, low: 1, high: 1))
        #expect(traffic.delayedAnswers == 1 && traffic.interactions == Estimate(1, low: 0, high: 1))
        #expect(traffic.firstByte == 80_000_000)
        #expect(traffic.largestUpload == post.utf8.count + 300)
    }

    @Test("An answer that comes after a round trip is none, on a slow path too", arguments: [0.02, 0.3])
    func fastAnswer(roundTrip: Double) throws {
        var talk = TextConversation(roundTrip: roundTrip, acknowledged: roundTrip)
        talk.up(post, padding: 300)
        talk.wait(roundTrip + 0.02)
        talk.down(ok, padding: 900)
        #expect(talk.traffic.summary?.delayedAnswers == 0)
        #expect(talk.traffic.summary?.interactions.value == 0)
    }

    @Test("Without the handshake the acknowledgment tells the round trip")
    func midstream() throws {
        var talk = TextConversation(acknowledged: 0.2, sawHandshake: false)
        talk.up(post, padding: 300)
        talk.wait(0.22)
        talk.down(ok, padding: 900)
        #expect(talk.traffic.summary?.delayedAnswers == 0)
    }

    @Test(
        "Requests that follow one another are counted, with bodies in segments of their own, and 100 Continue is no answer"
    )
    func sequence() throws {
        var talk = TextConversation()
        for _ in 0..<5 {
            talk.up(post)
            talk.wait(0.02)
            talk.down("HTTP/1.1 100 Continue\r\nDate: Mon, 30 Nov 2026 19:00:00 GMT\r\n\r\n")
            talk.up("{\"messages\": []}", padding: 1_400)
            talk.up("POST", padding: 300)
            talk.wait(0.02)
            talk.down(ok, padding: 900)
        }
        let traffic = try #require(talk.traffic.summary)
        #expect(traffic.requests == Estimate(5, low: 5, high: 5))
        #expect(traffic.uploadBursts == 5)
    }

    @Test("What is sent again counts once")
    func retransmission() throws {
        var talk = TextConversation()
        for _ in 0..<3 {
            talk.up(post, padding: 300)
            talk.wait(0.02)
            talk.down(ok, padding: 900)
            talk.repeated(post)
        }
        #expect(talk.traffic.summary?.requests == Estimate(3, low: 3, high: 3))
    }

    @Test("A stretch of the client's that was lost widens the bounds by what it may hide")
    func lost() throws {
        var talk = TextConversation()
        for index in 0..<4 {
            talk.up(post, padding: 300, lost: index == 2)
            talk.wait(0.02)
            talk.down(ok, padding: 900)
        }
        let requests = try #require(talk.traffic.summary?.requests)
        #expect(requests.value == 3 && requests.low <= 4 && requests.high >= 4)
    }

    @Test("Pipelined requests are counted, and the bounds say that they may be text in a body")
    func pipelined() throws {
        var talk = TextConversation()
        for _ in 0..<3 { talk.up(post, padding: 300) }
        talk.wait(0.02)
        talk.down(ok, padding: 900)
        #expect(talk.traffic.summary?.requests == Estimate(3, low: 1, high: 3))
    }

    @Test("After a change to WebSocket each message that follows an answer counts")
    func webSocket() throws {
        var talk = TextConversation()
        talk.up("GET /v1/responses HTTP/1.1\r\nHost: api.example.com\r\nUpgrade: websocket\r\n\r\n")
        talk.wait(0.02)
        talk.down("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", padding: 60)
        for _ in 0..<3 {
            talk.up("", padding: 600)
            talk.up("", padding: 600)
            for _ in 0..<8 {
                talk.wait(0.03)
                talk.down("", padding: 180)
            }
            talk.up("", padding: 6)
        }
        let traffic = try #require(talk.traffic.summary)
        #expect(traffic.requests == Estimate(4, low: 4, high: 4))
        #expect(traffic.streamed == 3)
    }
}
