import Bytes
import Flows
import TestSupport
import Testing
import Wire

/// How requests are counted by the sizes and order of records.
@Suite struct TrafficTests {
    @Test("HTTP/1.1: each request is counted, in one record or two, however large")
    func sequentialHTTP1() throws {
        var talk = Conversation()
        talk.open(alpn: ["http/1.1"])
        for body in [400, 40_000, 16_384 * 3, 90] {
            talk.up(300, body)
            talk.wait()
            talk.wait()
            talk.wait()
            talk.down(900, 1200)
        }
        talk.up(2)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.method == .http1Records)
        #expect(traffic.requests == Estimate(4, low: 4, high: 4))
        #expect(traffic.uploadBursts == 4)
        #expect(traffic.largestUpload == 300 + 16_384 * 3)
        #expect(traffic.firstByte == 60_000_000)
    }

    @Test("Session tickets that come while the first request is on its way do not cut it in two")
    func tickets() throws {
        var talk = Conversation()
        talk.open(alpn: ["http/1.1"])
        let tickets = talk.held(down: [250, 250])
        talk.up(300)
        for ticket in tickets { talk.send(ticket) }
        talk.up(500)
        talk.wait()
        talk.down(900)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests == Estimate(1, low: 1, high: 1))
    }

    @Test("100 Continue is no answer")
    func interimAnswer() throws {
        var talk = Conversation()
        talk.open(alpn: ["http/1.1"])
        talk.up(300)
        talk.wait()
        talk.down(25)
        talk.up(4_000)
        talk.wait()
        talk.down(900)
        let counted = talk.traffic()
        #expect(counted?.requests == Estimate(1, low: 1, high: 1))
    }

    @Test("HTTP/2: preface, SETTINGS, WINDOW_UPDATE and PING are no requests")
    func sequentialHTTP2() throws {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        talk.up(350, 400, 9)
        talk.wait()
        talk.down(45, 13, 9)
        talk.up(9)
        talk.wait()
        talk.down(270, 600)
        for _ in 0..<9 {
            talk.up(13, 17)
            talk.up(56)
            talk.up(390, 9)
            talk.wait()
            talk.down(17, 68, 900)
        }
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.method == .http2Records)
        #expect(traffic.requests == Estimate(10, low: 10, high: 10))
    }

    @Test("HTTP/2: an upload that waits for WINDOW_UPDATE stays one request")
    func blockedUpload() throws {
        var talk = Conversation()
        talk.open()
        talk.up(64)
        talk.up(90)
        talk.wait()
        talk.down(45, 13)
        talk.up(9)
        for _ in 0..<20 {
            talk.up(16_384, 9, 16_384, 9, 3_938)
            talk.wait()
            talk.down(13, 13)
        }
        talk.up(700)
        talk.wait()
        talk.down(270, 600)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests.value == 1)
        #expect(traffic.largestUpload > 20 * 32_768)
    }

    @Test("HTTP/2: requests side by side are within a quarter, and the bounds hold them")
    func sideBySide() throws {
        var talk = Conversation()
        talk.open()
        talk.up(70)
        talk.up(455)
        talk.wait()
        talk.down(45, 276, 735)
        talk.up(9)
        for _ in 0..<5 {
            talk.up(109, 55, 40)
            talk.wait()
            talk.down(80, 63, 63)
            talk.down(9_013, 9_013, 9_013)
        }
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(abs(traffic.requests.value - 16) <= 4)
        #expect(traffic.requests.low <= 16 && traffic.requests.high >= 16)
        #expect(traffic.streamed == 0)
    }

    @Test("HTTP/2: while other answers are streamed, a request's body is not taken for another request")
    func streamsSideBySide() throws {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        talk.up(404, 410, 9)
        talk.wait()
        talk.down(45)
        talk.up(9)
        for _ in 0..<10 {
            for _ in 0..<6 {
                talk.replay.wait(0.01)
                talk.down(137)
            }
            // Sent before the client's head has reached the server.
            let event = talk.held(down: [137])
            talk.up(56)
            for segment in event { talk.send(segment) }
            talk.up(385, 9)
        }
        talk.wait()
        talk.down(137)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests.value == 11)
        #expect(traffic.streamed >= 10)
    }

    @Test("HTTP/2: where frames of several requests share records, the ends of their bodies count")
    func sharedRecords() throws {
        var talk = Conversation()
        talk.open()
        talk.up(82)
        talk.up(413, 410, 9)
        talk.wait()
        talk.down(45)
        talk.up(9)
        talk.up(243, 411, 411, 411, 411, 9, 9, 9, 9)
        talk.wait()
        talk.down(300, 200)
        talk.up(60, 471, 411, 9, 9)
        talk.wait()
        talk.down(300, 200)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests == Estimate(7, low: 5, high: 9))
    }

    @Test("A client that pads each record alike is seen through by its Finished")
    func padded() throws {
        var talk = Conversation()
        talk.open(padding: 16)
        talk.up(178, 370)
        talk.wait()
        talk.down(45)
        talk.up(9)
        talk.down(13, 9, 269, 1300)
        for _ in 0..<4 {
            talk.up(95, 370)
            talk.wait()
            talk.down(67, 881)
        }
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests.value == 5)
    }

    @Test("A streamed answer is told from a download and from a short one")
    func shapes() throws {
        var talk = Conversation()
        talk.open(alpn: ["http/1.1"])
        talk.up(700)
        for _ in 0..<50 {
            talk.replay.wait(0.03)
            talk.down(180)
        }
        talk.up(300)
        for _ in 0..<10 {
            talk.wait()
            talk.down(16_384, 16_384)
        }
        talk.up(300)
        talk.wait()
        talk.down(800)
        let counted = talk.traffic()
        let traffic = try #require(counted)
        #expect(traffic.requests.value == 3)
        #expect(traffic.streamed == 1)
        #expect(traffic.interactions == Estimate(1, low: 1, high: 3))
        #expect(traffic.longestStream == 49 * 30_000_000)
    }

    @Test("TLS 1.2: the client's Finished tells what encryption adds")
    func tls12() throws {
        var talk = Conversation()
        talk.openTLS12(alpn: ["h2"])
        talk.up(64, 88, 9)
        talk.up(405)
        talk.wait()
        talk.down(27, 13)
        talk.wait()
        talk.down(686, 721)
        for _ in 0..<4 {
            talk.up(43, 412)
            talk.wait()
            talk.down(83, 2503)
        }
        let counted = talk.traffic()
        #expect(counted?.requests == Estimate(5, low: 5, high: 5))
    }

    @Test("A flow whose requests are not wanted is not counted")
    func unwanted() {
        var talk = Conversation()
        talk.replay.observer.interest = .none
        talk.open()
        talk.up(82)
        talk.up(404, 410)
        talk.wait()
        talk.down(45, 300)
        let followed = talk.replay.tracker.counters.followed
        #expect(followed == 0)
        let counted = talk.traffic()
        #expect(counted == nil)
    }

    @Test("Past the bound of memory flows are not counted, which is")
    func bound() {
        var policy = FlowPolicy()
        policy.trafficMemory = 0
        var talk = Conversation()
        talk.replay = Replay(policy)
        talk.replay.observer.interest = .whole
        talk.open()
        let unfollowed = talk.replay.tracker.counters.unfollowed
        #expect(unfollowed == 1)
        let counted = talk.traffic()
        #expect(counted == nil)
    }
}
