import Bytes
import Events
import Flows
import Foundation
import Protocols
import Rules
import Testing
import Vendors

@testable import Activity

/// Events for tests: one of each kind as it is in practice, and one with every field.
enum Samples {
    static let sensor = SensorIdentity(id: "gw-hz-03", version: "1.0.0", boot: "7f3c")
    static let start = Timestamp(seconds: 1_783_648_915, nanoseconds: 120_300)

    static func flow() -> FlowSnapshot {
        var flow = FlowSnapshot(
            client: .init(address: IPAddress(ipv4: 0x0A01_0203), port: 51544),
            server: .init(address: IPAddress(ipv4: 0xC633_6414), port: 443))
        flow.id = 0x9F2C_61D2_A4B7_E013
        flow.part = 3
        flow.isFinal = true
        flow.state = .closed
        flow.endReason = .fin
        flow.start = start
        flow.end = start.advanced(byNanoseconds: 731_998_000_001)
        flow.bytesUp = 6_321_877
        flow.bytesDown = 901_244
        flow.packetsUp = 5120
        flow.packetsDown = 1944
        flow.application = .tls
        flow.interface = "eth0"
        flow.names = [NameEvidence(name: "api.anthropic.com", source: .tlsSNI)]
        flow.tls = tls()
        return flow
    }

    static func tls() -> TLSFacts {
        var tls = TLSFacts()
        tls.serverName = "api.anthropic.com"
        tls.version = 0x0304
        tls.versionIsChosen = true
        tls.offeredALPN = ["h2", "http/1.1"]
        tls.cipherSuite = 0x1301
        tls.offersPostQuantum = true
        tls.ja3 = "773906b0efdefa24a7f2b8eb6985bf37"
        tls.ja4 = "t13d1517h2_8daaf6152771_cb7bf5808d99"
        tls.helloRecords = 1
        tls.helloSegments = 2
        return tls
    }

    static func attribution() -> Attribution {
        Attribution(
            vendor: "anthropic", product: "claude-api", role: .inference, category: "api", country: "US",
            confidence: .high, scope: .dedicated, catalog: "2026.11.22",
            why: "suffix anthropic.com; tls_sni complete")
    }

    static func observation(_ flow: FlowSnapshot = flow()) -> Observation {
        var observation = Observation(time: flow.end, flow: flow, attribution: attribution(), sensor: sensor.id)
        observation.domain = "anthropic.com"
        observation.sourceGroup = "rnd-hangzhou"
        return observation
    }

    /// A flow with every field that a flow can have.
    static func fullFlow() -> Observation {
        var flow = flow()
        flow.server.address = IPAddress(high: 0x2001_0DB8_0000_0000, low: 1)
        flow.names.append(NameEvidence(name: "claude.example", source: .dns))
        flow.vlans = [7, 4094]
        flow.tunnels = ["gre", "vxlan:4242"]
        flow.isViaProxy = true
        flow.isMidstream = true
        flow.missedBytes = 12
        flow.http = HTTPFacts(method: "CONNECT", path: "/a \"quoted\"\\path\u{7}\u{85}\u{2028}é")
        flow.encryptedDNS = .doh
        flow.quicVersion = 0xFF00_001D
        flow.traffic = FlowTraffic(
            method: .http2Records, requests: Estimate(43, low: 41, high: 44), streamed: 40, delayedAnswers: 1,
            immediateAnswers: 2,
            uploadBursts: 39, largestUpload: 200_412, firstByte: 412_000_000, longestStream: 8_000_000_001)
        flow.tls?.chosenALPN = "h3"
        flow.tls?.ech = .likelyReal
        flow.tls?.echEvidence = ["outer name is a known public name"]
        flow.tls?.certificateNames = ["claude.example"]
        flow.tls?.helloState = .overLimit
        flow.tls?.cipherSuite = 0x00FF
        flow.tls?.helloRecords = 3
        var observation = observation(flow)
        observation.firstSeen.product = .init(.source)
        observation.firstSeen.vendor = .init(.group)
        return observation
    }

    /// A flow to a name that says AI and is in no catalog, the first of its kind.
    static func hintedFlow() -> Observation {
        var flow = flow()
        flow.names = [NameEvidence(name: "chat.gpt.example", source: .tlsSNI)]
        var observation = Observation(time: flow.end, flow: flow, attribution: nil, sensor: sensor.id)
        observation.firstSeen.host = [.init(.source), .init(.sensor)]
        return observation
    }

    /// A flow of which next to nothing is known.
    static func bareFlow() -> Observation {
        var flow = FlowSnapshot(
            client: .init(address: IPAddress(ipv4: 1), port: 0), server: .init(address: IPAddress(ipv4: 2), port: 0))
        flow.transport = .udp
        flow.start = start
        flow.end = start
        return Observation(time: start, flow: flow, attribution: nil, sensor: sensor.id)
    }

    /// A question for `name` in the flow of `observation`.
    static func question(_ observation: Observation, name: String) -> Observation {
        var observation = observation
        let resolver = observation.flow.server.address
        observation.question = DNSQuestion(
            time: observation.time, name: name, type: DNSType(rawValue: 65), resolver: resolver)
        return observation
    }

    static func alert(_ observation: Observation = observation(), thresholdValue: Double? = nil) -> Alert {
        Alert(
            id: "01J2D8Q6K3", status: .open, count: 1, firstSeen: start, lastSeen: observation.flow.end,
            group: [("src.ip", "10.1.2.3"), ("ai.product", "claude-api")], ruleID: "anthropic-ban", revision: 7,
            ruleset: "acme-ai-policy", rulesetHash: "sha256:5d0c", title: "Anthropic products are not allowed",
            tags: ["policy.ban", "attack.T1567"], severity: .high,
            message: "10.1.2.3 used claude-api (api.anthropic.com, evidence tls_sni) after the ban",
            thresholdValue: thresholdValue, observation: observation)
    }

    /// The sum of a flood of hits.
    static func groupAlert() -> Alert {
        var alert = alert()
        alert.group = []
        alert.count = 12_000
        alert.groupedSources = 9_500
        return alert
    }

    /// What an exception suppressed.
    static func suppressedAlert(count: Int = 1) -> Alert {
        var alert = alert()
        alert.status = .suppressed
        alert.suppressedBy = "legal-review"
        alert.count = count
        return alert
    }

    /// A row of an inventory with what every row has.
    static func bareInventory() -> InventoryReport {
        InventoryReport(
            time: start, start: start, end: start.advanced(byNanoseconds: 86_400_000_000_000),
            day: CivilDate(dayNumber: 20_644), zone: "Asia/Shanghai",
            source: IPAddress(ipv4: 0x0A01_0203), firstSeen: start, lastSeen: start)
    }

    /// A row with every field that one can have.
    static func fullInventory() -> InventoryReport {
        var report = bareInventory()
        report.group = "rnd-hangzhou"
        report.vendor = "anthropic"
        report.product = "claude-code"
        report.relayScore = 70
        var traffic = InventoryReport.Traffic()
        traffic.requests = 50
        traffic.interactions = 41
        report.roles = [(.inference, traffic), (.featureFlags, .init())]
        report.nameHints = ["gpt", "llm"]
        report.hosts = ["api.anthropic.com"]
        report.fingerprints = ["t13d1713h1_5b57614c22b0_7f527383e249"]
        report.telemetry = InventoryReport.Cadence(
            flows: 3, bytes: 900, share: 0.25, medianUp: 200, period: 60_000_000_000, spread: 0, hosts: ["t.example"])
        report.prelude = InventoryReport.Prelude(
            duration: 1_500_000_000, flows: 4, bytesUp: 1, bytesDown: 2, hosts: ["login.example"])
        report.isPartial = true
        report.coverageRatio = 1
        return report
    }

    static func stats() -> StatsReport {
        var report = StatsReport(time: start, interval: 60_000_000_000)
        report.capture.source = "eth0"
        report.capture.packets = 9_120_442
        report.capture.bytes = 8_123_456_789
        report.attribution.catalog = "2026.11.22"
        return report
    }

    static func fullStats() -> StatsReport {
        var report = stats()
        report.capture.droppedByKernel = 12
        report.capture.malformed[.tls] = 4
        report.capture.ignored[.nonIP] = 9
        report.flows.evicted[.synFlood] = 3
        report.attribution.named = 981
        report.attribution.unnamed = 19
        report.attribution.tlsHellos[.complete] = 38001
        report.attribution.quicDecryptFailed = 2
        report.firstSeen = FirstSeenReport()
        report.firstSeen?.since = start
        report.firstSeen?.evicted = 2
        report.firstSeen?.flowsOmitted = 1
        report.rules.rulesetHash = "sha256:5d0c"
        report.rules.matches = [("anthropic-ban", 40)]
        report.rules.shadow = [("ai-telemetry", 3)]
        report.rules.deduplicated = [("anthropic-ban", 7)]
        report.rules.lackingEvidence = [("ai-heavy-use", 1)]
        report.rules.suppressed = [("anthropic-ban/legal-review", 30)]
        report.rules.broadExceptions = [BroadException(name: "anthropic-ban/legal-review", held: 30, matches: 40)]
        report.outputs = [OutputReport(name: "file", written: 40122, dropped: 0, lag: 200_000_000)]
        report.healthReasons = [.ringFull]
        report.process = ProcessReport(cpu: 3_100_000_000, residentBytes: 88_080_384)
        return report
    }

    static func startReport() -> StartReport {
        StartReport(time: start, mode: .offline, sources: ["a.pcap"], rules: 1, catalog: "2026.11.22")
    }

    /// One of each kind, and those with every field; each kind's first has as little as can be.
    static func all() -> [Event] {
        let notice = NoticeReport(time: start, kind: "rules_reloaded", detail: "9 rules")
        return [
            .start(startReport()),
            .start(
                StartReport(
                    time: start, mode: .live, sources: ["eth0", "eth1"], outputs: ["stdout", "file"], flows: "all",
                    filter: "not port 22", rules: 9, rulesetHash: "sha256:5d0c", catalog: "2026.11.22")),
            .flow(bareFlow()), .flow(observation()), .flow(fullFlow()), .flow(hintedFlow()),
            .alert(alert(bareFlow())), .alert(alert(thresholdValue: 2001)), .alert(groupAlert()),
            .inventory(bareInventory()), .inventory(fullInventory()),
            .stats(StatsReport(time: start, interval: 0)), .stats(stats()), .stats(fullStats()),
            .health(notice), .audit(notice),
            .stop(StopReport(time: start, reason: .endOfInput, packets: 10, events: 12)),
            .stop(StopReport(time: start, reason: .failure, detail: "eth0 is gone", packets: 10, events: 12)),
            .dns(question(bareFlow(), name: "www.example.com")), .dns(question(fullFlow(), name: "api.anthropic.com")),
            .alert(suppressedAlert()), .anchor(anchor()),
        ]
    }

    /// One of each kind, with more in every text and list than a line may hold.
    static func overlong() -> [Event] {
        let long = String(repeating: "\u{1}", count: 70_000)
        var observation = fullFlow()
        observation.domain = long
        observation.sourceGroup = long
        observation.flow.interface = long
        observation.flow.tls?.serverName = long
        observation.flow.tls?.ja3 = long
        observation.flow.tls?.ja4 = long
        observation.attribution = Attribution(
            vendor: long, product: long, role: .web, category: "relay", country: long, confidence: .low, scope: .shared,
            catalog: long, why: long)
        var alert = alert(observation)
        alert.id = long
        alert.ruleID = long
        alert.ruleset = long
        alert.rulesetHash = long
        alert.message = long
        var stats = fullStats()
        stats.capture.source = long
        stats.rules.suppressed = (0..<5000).map { ("rule/\($0)/" + String(repeating: "x", count: 64), 1) }
        let notice = NoticeReport(time: start, kind: long, detail: long)
        var inventory = fullInventory()
        inventory.group = long
        inventory.vendor = long
        inventory.hosts = Array(repeating: long, count: 32)
        inventory.telemetry?.hosts = [long]
        return [
            .start(
                StartReport(
                    time: start, mode: .live, sources: Array(repeating: long, count: 900), filter: long, catalog: long)
            ),
            .flow(observation), .dns(question(observation, name: long)), .alert(alert), .inventory(inventory),
            .stats(stats), .health(notice), .audit(notice),
            .stop(StopReport(time: start, reason: .failure, detail: long, packets: 0, events: 0)),
            .anchor(anchor(output: long)),
        ]
    }

    /// An anchor of the log of `output`.
    static func anchor(output: String = "file") -> AnchorReport {
        let head = LogHead(
            file: "events-gw-hz-03-7f3c-2.jsonl", lines: 118, value: String(repeating: "b7", count: 32))
        return AnchorReport(time: start, output: output, head: head, key: String(repeating: "44", count: 32))
    }

    /// The lines of all samples, numbered from 1.
    static func lines(_ events: [Event] = all()) -> [[UInt8]] {
        var encoder = EventEncoder(sensor: sensor)
        return events.map { event in
            encoder.encode(event)
            return encoder.line
        }
    }
}

/// The project's own files, found from this one.
enum Project {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

/// The object in a line; every test that reads one fails if it is none.
func object(_ line: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
}
