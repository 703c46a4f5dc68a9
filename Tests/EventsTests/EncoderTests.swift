import Bytes
import Events
import Flows
import Foundation
import Protocols
import Rules
import Testing

@Test func everyLineIsOneJSONObjectWithItsEnvelope() throws {
    for (index, (event, line)) in zip(Samples.all(), Samples.lines()).enumerated() {
        #expect(line.last == UInt8(ascii: "\n") && line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        let read = try object(line)
        #expect(read["type"] as? String == event.kind.rawValue)
        #expect(read["seq"] as? Int == index + 1)
        #expect(read["id"] as? String == "gw-hz-03/7f3c/\(index + 1)")
        #expect(read["schema"] as? String == NativeFormat.schemaVersion)
        #expect(read["truncated"] == nil)
    }
    #expect(Set(Samples.all().map(\.kind)) == Set(Event.Kind.allCases))
}

@Test func aFlowIsWrittenInFullAndInOrder() {
    let line = String(decoding: Samples.lines([.flow(Samples.observation())]).joined(), as: UTF8.self)
    let expected = """
        {"time":"2026-07-10T02:14:06.998120301Z","type":"flow","id":"gw-hz-03/7f3c/1","seq":1,"boot":"7f3c",\
        "schema":"1.0.0","sensor":{"id":"gw-hz-03","version":"1.0.0"},"flow":{"id":"9f2c61d2a4b7e013","part":3,"final":true,\
        "state":"closed","end_reason":"fin","start":"2026-07-10T02:01:55.000120300Z",\
        "end":"2026-07-10T02:14:06.998120301Z","duration":731.998000001,"bytes_up":6321877,"bytes_down":901244,\
        "packets_up":5120,"packets_down":1944,"missed_bytes":0,"answered":true,"midstream":false,\
        "delta":{"bytes_up":6321877,"bytes_down":901244,"packets_up":5120,"packets_down":1944,"missed_bytes":0}},\
        "src":{"ip":"10.1.2.3","port":51544,"group":"rnd-hangzhou"},\
        "dst":{"ip":"198.51.100.20","port":443,"host":"api.anthropic.com","host_source":"tls_sni",\
        "domain":"anthropic.com"},"net":{"transport":"tcp","app":"tls","direction":"outbound","iface":"eth0",\
        "via_proxy":false,"community_id":"1:Iym0JbmULUid69pfmvLdX6vP8nU="},\
        "tls":{"sni":"api.anthropic.com","version":"1.3","version_chosen":true,"alpn":["h2","http/1.1"],\
        "cipher":"TLS_AES_128_GCM_SHA256","ja3":"773906b0efdefa24a7f2b8eb6985bf37",\
        "ja4":"t13d1517h2_8daaf6152771_cb7bf5808d99",\
        "hello":{"state":"complete","records":1,"segments":2,"fragmented":false},"ech":{"state":"none"},"pq":true,\
        "resumption":false},"ai":{"vendor":"anthropic","product":"claude-api","role":"inference","category":"api",\
        "country":"US","confidence":"high","scope":"dedicated","catalog":"2026.11.22",\
        "why":"suffix anthropic.com; tls_sni complete"},"evidence":{"complete":true}}

        """
    #expect(line == expected)
}

@Test func whatIsUnknownIsAbsent() throws {
    let read = try object(Samples.lines([.flow(Samples.bareFlow())])[0])
    #expect(Set(read.keys).isDisjoint(with: ["tls", "quic", "http", "dns", "ai", "truncated"]))
    #expect(Set(try #require(read["dst"] as? [String: Any]).keys) == ["ip", "port"])
    let net = try #require(read["net"] as? [String: Any])
    #expect(Set(net.keys) == ["transport", "direction", "via_proxy", "community_id"])
}

@Test("A flow never ends before it starts, and long ones keep their duration")
func durationsAreNeverNegativeOrWrapped() throws {
    var flow = Samples.flow()
    flow.end = flow.start.advanced(byNanoseconds: -5)
    let earlier = try #require(
        try object(Samples.lines([.flow(Samples.observation(flow))])[0])["flow"] as? [String: Any])
    #expect(earlier["end"] as? String == earlier["start"] as? String)
    #expect(earlier["duration"] as? Double == 0)
    flow.end = flow.start.advanced(byNanoseconds: 5_000_000 * 1_000_000_000)
    let long = try #require(try object(Samples.lines([.flow(Samples.observation(flow))])[0])["flow"] as? [String: Any])
    #expect(long["duration"] as? Double == 5_000_000)
}

@Test("Counters past 2^53 are written as the greatest number that is exact")
func countersStayExact() throws {
    var flow = Samples.flow()
    flow.bytesUp = .max
    let read = try #require(try object(Samples.lines([.flow(Samples.observation(flow))])[0])["flow"] as? [String: Any])
    #expect(read["bytes_up"] as? Int == 9_007_199_254_740_991)
}

@Test func theTimeOfAnEventIsItsOwn() {
    var flow = Samples.flow()
    let later = flow.end.advanced(byNanoseconds: 30_000_000_000)
    var observation = Samples.observation(flow)
    observation.time = later
    #expect(Event.flow(observation).time == flow.end)
    flow.isFinal = false
    observation.flow = flow
    #expect(Event.flow(observation).time == later)
    #expect(Event.alert(Samples.alert(observation)).time == flow.end)
}

@Test func versionsAndSuitesHaveTheirWords() throws {
    let cases: [(UInt16, UInt32, UInt16, [String])] = [
        (0x0304, 1, 0x1303, ["1.3", "1", "TLS_CHACHA20_POLY1305_SHA256"]),
        (0x0303, 0x6B33_43CF, 0xC02F, ["1.2", "2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]),
        (0x7F1C, 0xFF00_001D, 0x00FF, ["0x7f1c", "draft-29", "0x00ff"]),
        (0x0300, 0x0A1A_2A3A, 0x0005, ["ssl3", "0x0a1a2a3a", "0x0005"]),
    ]
    for (version, quic, suite, words) in cases {
        var flow = Samples.flow()
        flow.tls?.version = version
        flow.tls?.cipherSuite = suite
        flow.quicVersion = quic
        let read = try object(Samples.lines([.flow(Samples.observation(flow))])[0])
        let tls = try #require(read["tls"] as? [String: Any])
        let version = (read["quic"] as? [String: Any])?["version"]
        #expect([tls["version"], version, tls["cipher"]].compactMap { $0 as? String } == words)
    }
}

@Test func aLineThatWouldBeTooLongLeavesWholeFieldsOutInOrder() throws {
    let long = String(repeating: "\u{1}ü", count: 9000)
    var inLists = Samples.fullFlow()
    inLists.flow.tls?.offeredALPN = Array(repeating: "h2", count: 10_000)
    var inTexts = Samples.fullFlow()
    inTexts.flow.http?.path = long
    var inNames = Samples.fullFlow()
    inNames.flow.names[0].name = long
    inNames.flow.tls?.serverName = long
    var encoder = EventEncoder(sensor: Samples.sensor)
    for (event, level) in [(inLists, 1), (inTexts, 2), (inNames, 3)] {
        encoder.encode(.flow(event))
        #expect(encoder.line.count <= EventEncoder.lineLimit)
        let read = try object(encoder.line)
        #expect(read["truncated"] as? Bool == true)
        #expect((read["tls"] as? [String: Any])?["alpn"] == nil)
        #expect((read["http"] == nil) == (level >= 2))
        #expect(((read["dst"] as? [String: Any])?["host"] == nil) == (level >= 3))
        #expect((read["tls"] as? [String: Any])?["ja4"] as? String == "t13d1517h2_8daaf6152771_cb7bf5808d99")
    }
}

@Test func noEventWhateverItHoldsIsLongerThanTheBound() throws {
    for (event, line) in zip(Samples.overlong(), Samples.lines(Samples.overlong())) {
        #expect(line.count <= EventEncoder.lineLimit, "\(event.kind)")
        // An anchor has identifiers alone, which are cut one by one.
        #expect(try object(line)["truncated"] as? Bool == (event.kind == .anchor ? nil : true), "\(event.kind)")
    }
    let long = String(repeating: "\u{1}", count: 70_000)
    var encoder = EventEncoder(sensor: SensorIdentity(id: long, version: long, boot: long))
    encoder.encode(.flow(Samples.observation()))
    #expect(encoder.line.count <= EventEncoder.lineLimit)
}

@Test func twoRunsWriteTheSameBytes() {
    #expect(Samples.lines() == Samples.lines())
}

@Test func aSecondLineUsesTheSameMemory() {
    var encoder = EventEncoder(sensor: Samples.sensor)
    encoder.encode(.flow(Samples.fullFlow()))
    let capacity = encoder.line.capacity
    for _ in 0..<100 { encoder.encode(.flow(Samples.fullFlow())) }
    #expect(encoder.line.capacity == capacity)
    #expect(encoder.nextSequence == 102)
}

@Test func whatTheTrackerCountsIsInTheReport() throws {
    var counters = FlowCounters()
    counters.new = 1
    counters.idle = 2
    counters.evicted = 3
    counters.evictedUnanswered = 4
    counters.evictedOneWay = 16
    counters.hellosCut = 17
    counters.refused = 5
    counters.oneSided = 6
    counters.midstream = 7
    counters.named = 9
    counters.unnamed = 1
    counters.hellosComplete = 10
    counters.hellosTruncated = 11
    counters.hellosMalformed = 12
    counters.hellosOverLimit = 13
    counters.conflictingBytes = 14
    counters.released = 15
    var report = StatsReport(time: Samples.start, interval: 0)
    report.take(counters)
    let line = String(decoding: Samples.lines([.stats(report)])[0], as: UTF8.self)
    let parts = [
        #""new":1,"evicted":{"idle":2,"capacity":3,"syn_flood":4,"unanswered":16}"#, #""no_room":5"#,
        #""one_sided":6,"midstream":7,"conflict_bytes":14,"released":15"#, #""unfollowed":0,"lists_cut":17"#,
        #""named":9,"unnamed":1,"named_ratio":0.9,"#,
        #""tls_hellos":{"complete":10,"truncated":11,"malformed":12,"over_limit":13}"#,
    ]
    for part in parts { #expect(line.contains(part), "\(part)") }
}
