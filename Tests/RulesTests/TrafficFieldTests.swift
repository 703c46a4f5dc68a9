import Flows
import Testing
import Vendors

@testable import Rules

/// What was counted of requests, as rules see it.
@Suite struct TrafficFieldTests {
    private let counted = FlowTraffic(
        method: .http2Records, requests: Estimate(20, low: 18, high: 22), streamed: 5, delayedAnswers: 4,
        immediateAnswers: 6,
        uploadBursts: 17, largestUpload: 70_000, firstByte: 300_000_000, longestStream: 9_000_000_000)

    private func observation(_ host: String?) -> Observation {
        observe(host) { $0.flow.traffic = counted }
    }

    @Test("Fields read what was counted, and nothing where nothing was")
    func fields() throws {
        let flow = observation("api.anthropic.com")
        let values: [(String, FieldValue)] = [
            ("flow.requests_est", .number(20)), ("flow.interactions_est", .number(15)),
            ("flow.upload_bursts", .number(17)), ("flow.largest_upload", .number(70_000)),
            ("flow.first_byte", .number(300_000_000)), ("flow.longest_stream", .number(9_000_000_000)),
        ]
        for (name, value) in values {
            let field = try #require(Field.named(name))
            #expect(field.read(flow) == value, "\(name)")
            #expect(field.read(observe("api.anthropic.com")) == .absent, "\(name)")
        }
    }

    @Test("What counts as an interaction depends on what the host is for")
    func roles() {
        #expect(observation("api.anthropic.com").interactions == Estimate(15, low: 5, high: 22))
        #expect(observation("claude.ai").interactions == Estimate(5, low: 5, high: 22))
        #expect(observation("x.telemetry.anthropic.com").interactions == Estimate(0, low: 0, high: 5))
        #expect(observation("unlisted.example").interactions == Estimate(5, low: 0, high: 22))
        #expect(observe("api.anthropic.com").interactions == nil)
    }

    @Test("Of a client that has models answer in streams only, other answers are none")
    func clientsThatStream() {
        func streams(_ host: String) -> Observation {
            observe(host) {
                $0.flow.traffic = counted
                $0.clientStreams = true
            }
        }
        #expect(streams("api.anthropic.com").interactions == Estimate(5, low: 5, high: 22))
        #expect(streams("x.telemetry.anthropic.com").interactions == Estimate(0, low: 0, high: 5))
    }

    @Test("A suspicion proves no interaction")
    func suspicions() {
        let suspected = observe("unlisted.example") {
            $0.flow.traffic = counted
            $0.relay = RelaySuspicion([(.inferencePath, "/v1/messages")])
        }
        #expect(suspected.relay?.isSuspected == true)
        #expect(suspected.interactions == Estimate(15, low: 0, high: 22))
    }

    @Test("An estimate is between its bounds, whatever it is made of")
    func bounds() {
        #expect(Estimate(5, low: 7, high: 6) == Estimate(6, low: 6, high: 6))
        #expect(Estimate(-1, low: -5, high: -2) == Estimate(0, low: 0, high: 0))
    }
}
