import Flows
import Testing

/// An HTTP/2 connection after its first request was answered.
private func answered() -> Conversation {
    var connection = Conversation()
    connection.open()
    connection.up(542)
    connection.wait()
    connection.down(45)
    connection.up(9)
    connection.down(13, 9)
    connection.down(275, 735)
    return connection
}

@Test(arguments: [26, 30, 31, 35, 39, 22])
func headsAsShortAsControlFramesAreRequests(size: Int) throws {
    var connection = answered()
    for _ in 0..<11 {
        connection.up(size)
        connection.wait()
        connection.down(64, 735)
    }
    let summary = connection.traffic()
    let traffic = try #require(summary)
    #expect(traffic.requests.value == 12 && traffic.requests.low <= 12 && traffic.requests.high >= 12)
    #expect(traffic.streamed == 0 && traffic.uploadBursts == 12)
}

@Test func severalShortHeadsTogetherAreAsManyRequests() throws {
    var connection = answered()
    connection.up(30, 31, 30)
    connection.wait()
    connection.down(64, 735, 64, 735, 64, 735)
    let summary = connection.traffic()
    let traffic = try #require(summary)
    #expect(traffic.requests.value == 4 && traffic.requests.low == 1)
}

@Test func controlFramesDuringAStreamAreNoRequests() throws {
    var connection = answered()
    connection.up(60, 400)
    connection.wait()
    for piece in 0..<60 {
        connection.down(200)
        // Go gives its windows back after 4 KiB, on the connection and on the stream.
        if piece % 25 == 24 { connection.up(26) }
        connection.wait()
    }
    // A window and a ping, which the server answers with a ping at once.
    connection.up(30)
    connection.wait()
    connection.down(17)
    connection.down(200)
    let summary = connection.traffic()
    let traffic = try #require(summary)
    #expect(traffic.requests.value == 2 && traffic.streamed == 1)
}

@Test func controlFramesThatTheServerHasNotReceivedAreNoRequests() throws {
    var connection = answered()
    connection.up(60, 400)
    connection.wait()
    for _ in 0..<10 {
        // What is on the way already does not acknowledge the control frames.
        let late = connection.held(down: [300])
        connection.up(30)
        for segment in late { connection.send(segment) }
        connection.wait()
    }
    let summary = connection.traffic()
    let traffic = try #require(summary)
    #expect(traffic.requests.value == 2 && traffic.requests.high >= 2)
}

@Test func answersToDoubtfulRequestsAreNoStream() throws {
    // Seventeen bytes are a ping or the shortest of heads: within the bounds, and no stream of the answers.
    var connection = answered()
    for _ in 0..<6 {
        connection.up(17)
        connection.wait()
        connection.down(64, 400)
    }
    let summary = connection.traffic()
    let traffic = try #require(summary)
    #expect(traffic.requests.low <= 7 && traffic.requests.high >= 7)
    #expect(traffic.streamed == 0 && traffic.interactions.low == 0)
}

@Test func pingsAreNoRequests() throws {
    var connection = answered()
    for _ in 0..<6 {
        connection.up(17)
        connection.wait()
        connection.down(17)
    }
    let traffic = connection.traffic()
    #expect(traffic?.requests == Estimate(1, low: 1, high: 1))
}

@Test func acknowledgmentsOfTelemetryAreNoAnswersOfAModel() throws {
    for (answers, expected) in [([644, 644, 644, 644], 0), ([644, 650, 641, 644], 0), ([644, 900, 712, 660], 4)] {
        var connection = Conversation()
        connection.open(alpn: ["http/1.1"])
        for (index, answer) in answers.enumerated() {
            connection.up(277, 400 + 100 * index)
            connection.wait()
            connection.down(answer)
        }
        let summary = connection.traffic()
        let traffic = try #require(summary)
        #expect(traffic.requests == Estimate(4, low: 4, high: 4))
        #expect(traffic.interactions.value == expected && traffic.interactions.high == 4)
    }
}

/// A WebSocket connection whose first message is answered with `events`, and whose second one is streamed.
private func webSocket(first events: [Int]) -> FlowTraffic? {
    var connection = Conversation()
    connection.open(alpn: [])
    connection.up(1360)
    connection.wait()
    connection.down(175)
    connection.up(60_000)
    connection.replay.wait(0.08)
    for event in events { connection.down(event) }
    connection.up(9_900)
    connection.replay.wait(0.08)
    connection.down(350)
    for _ in 0..<20 {
        connection.down(195)
        connection.replay.wait(0.01)
    }
    connection.down(1630)
    return connection.traffic()
}

@Test func aWarmUpIsToldFromATurn() throws {
    let warmed = try #require(webSocket(first: [352, 352]))
    #expect(warmed.requests.value == 3 && warmed.streamed == 1 && warmed.interactions.value == 1)
    #expect(warmed.interactions.high == 3)
    // Created, an item with its text, completed: a turn that was not streamed.
    let turn = try #require(webSocket(first: [350, 264, 900]))
    #expect(turn.requests.value == 3 && turn.interactions.value == 2)
}
