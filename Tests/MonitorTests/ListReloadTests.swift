import Bytes
import Capture
import Events
import Flows
import Foundation
import Protocols
import Rules
import TestSupport
import Testing
import Vendors

@testable import Monitor

/// A directory of the lists that flows are read by, and one of vendors, for as long as it lives.
private final class Lists {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path

    init() throws {
        for directory in ["vendors", "lists"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(directory)", withIntermediateDirectories: true)
        }
        let vendor = """
            id: acme
            name: Acme
            country: DE
            category: api
            sources:
              docs: {date: 2026-11-22, text: public documents}
            hosts:
            - {exact: api.acme.example, role: inference, source: docs}
            """
        try vendor.write(toFile: path + "/vendors/acme.yaml", atomically: true, encoding: .utf8)
        try write(["doh-resolvers": "dns.old.example", "ech-public-names": "cover.old.example"])
        try write(["doh-resolver-addresses": "192.0.2.1", "inference-paths": "/v1/old"])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ lists: [String: String]) throws {
        for (name, text) in lists {
            try (text + "\n").write(toFile: "\(path)/lists/\(name).txt", atomically: true, encoding: .utf8)
        }
    }

    var configuration: Configuration {
        var configuration = Configuration(
            sensor: SensorIdentity(id: "test", version: "1", boot: "test"), mode: .live, sources: ["none"])
        configuration.catalogDirectories = [path + "/vendors"]
        configuration.listDirectory = path + "/lists"
        configuration.outputs = []
        configuration.recorded = .observations
        return configuration
    }
}

private func second(_ number: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_783_648_915_000_000_000 + Int64(number * 1e9))
}

/// What comes of a turn a second.
private func outcomes(_ reload: inout Reload, _ times: ClosedRange<Int>) -> [Reload.Outcome] {
    times.compactMap { reload.turn(at: second(Double($0))) }
}

/// The client's `payload` from the port `port`, and the server's `answer`, which acknowledges it: a flow is named only by
/// bytes that the server acknowledged.
private func exchange(_ payload: [UInt8], answer: [UInt8], port: Int, serverPort: Int) -> [[UInt8]] {
    let sent = PacketBuilder(payload).tcp(from: port, to: serverPort).ipv4().ethernet()
    let reply = PacketBuilder(answer).tcp(
        from: serverPort, to: port, sequence: 2000, acknowledgment: 1000 + UInt32(payload.count))
    return [sent.bytes, reply.ipv4(from: PacketBuilder.server, to: PacketBuilder.client).ethernet().bytes]
}

/// The frames of a flow whose hello names `host`, from the port `port`, with the shape of an encrypted hello inside if it
/// is `hidden`. The server answers with a record of application data.
private func hello(_ host: String, port: Int, hidden: Bool = false) -> [[UInt8]] {
    var hello = ClientHelloBuilder(serverName: host)
    if hidden {
        let sealed = [UInt8](repeating: 0x5A, count: 32)
        let inner = [UInt8](repeating: 0xC3, count: 192)
        let body: [UInt8] = [0, 0, 1, 0, 1, 7] + ClientHelloBuilder.list16(sealed) + ClientHelloBuilder.list16(inner)
        hello.extensions?.append(.init(0xFE0D, body))
    }
    return exchange(hello.record, answer: [0x17, 3, 3, 0, 2, 1, 2], port: port, serverPort: 443)
}

/// The frames of a request for `path` and its response.
private func request(_ path: String, port: Int) -> [[UInt8]] {
    let request = Array("POST \(path) HTTP/1.1\r\nHost: relay.example\r\n\r\n".utf8)
    let response = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
    return exchange(request, answer: response, port: port, serverPort: 80)
}

extension Engine {
    fileprivate mutating func take(_ frame: [UInt8], at time: Timestamp) {
        let header = FrameHeader(time: time, wireLength: frame.count, linkType: .ethernet, interface: 0)
        handle(header, frame.rawSpan)
    }

    fileprivate mutating func take(_ frames: [[UInt8]], at time: Timestamp) {
        for frame in frames { take(frame, at: time) }
    }

    /// What the flow from `port` was at its end, or at another moment.
    fileprivate func seen(_ port: Int, at moment: Trigger = .flowEnd) -> Observation? {
        reporter.record.observations.last {
            $0.trigger == moment && Int($0.observation.flow.client.port) == port
        }?.observation
    }
}

@Test func aReloadReadsFlowsByTheListsAsTheyAreNow() throws {
    let lists = try Lists()
    var engine = Engine(lists.configuration, try ReferenceData(lists.configuration), sources: ["none"])
    var reload = Reload(lists.configuration, at: second(0)) { work in work() }
    engine.take(hello("dns.old.example", port: 1_001), at: second(0.1))
    engine.take(hello("dns.new.example", port: 1_002), at: second(0.1))
    engine.take(hello("cover.old.example", port: 1_003, hidden: true), at: second(0.1))
    engine.take(hello("cover.new.example", port: 1_004, hidden: true), at: second(0.1))
    engine.take(request("/v1/old", port: 1_005), at: second(0.1))
    engine.take(request("/v1/new", port: 1_006), at: second(0.1))
    try lists.write(["doh-resolvers": "dns.new.example", "ech-public-names": "cover.new.example"])
    try lists.write(["inference-paths": "/v1/new"])
    let read = outcomes(&reload, 1...5)
    #expect(read.count == 1)
    for outcome in read { engine.take(outcome, at: second(5)) }
    engine.take(hello("dns.old.example", port: 2_001), at: second(6))
    engine.take(hello("dns.new.example", port: 2_002), at: second(6))
    engine.take(hello("cover.old.example", port: 2_003, hidden: true), at: second(6))
    engine.take(hello("cover.new.example", port: 2_004, hidden: true), at: second(6))
    engine.take(request("/v1/old", port: 2_005), at: second(6))
    engine.take(request("/v1/new", port: 2_006), at: second(6))
    engine.turn(to: second(4_000))
    let encrypted = [1_001, 1_002, 2_001, 2_002].map { engine.seen($0)?.flow.encryptedDNS }
    #expect(encrypted == [.doh, nil, nil, .doh])
    let hidden = [1_003, 1_004, 2_003, 2_004].map { engine.seen($0)?.flow.tls?.ech }
    #expect(hidden == [.likelyReal, .unsure, .unsure, .likelyReal])
    let suspected = [1_005, 1_006, 2_005, 2_006].map { engine.seen($0, at: .flowNamed)?.relay?.isSuspected ?? false }
    #expect(suspected == [true, false, false, true])
}

@Test func anAddressOfAResolverIsTakenOverToo() throws {
    let lists = try Lists()
    let before = try ReferenceData(lists.configuration)
    try lists.write(["doh-resolver-addresses": "\(PacketBuilder.server) # new"])
    var reload = Reload(lists.configuration, stamp: before.stamp, at: second(0)) { work in work() }
    var engine = Engine(lists.configuration, before, sources: ["none"])
    for outcome in outcomes(&reload, 1...4) { engine.take(outcome, at: second(4)) }
    var unnamed = ClientHelloBuilder(serverName: nil)
    unnamed.sessionID = []
    engine.take(PacketBuilder(unnamed.record).tcp(from: 3_001).ipv4().ethernet().bytes, at: second(5))
    engine.turn(to: second(4_000))
    let encrypted = engine.seen(3_001)?.flow.encryptedDNS
    #expect(encrypted == .doh)
}

@Test("An item of the wrong kind is an error at its line, and the lists from before stay, all of them")
func aWrongListChangesNothing() throws {
    let lists = try Lists()
    var engine = Engine(lists.configuration, try ReferenceData(lists.configuration), sources: ["none"])
    var reload = Reload(lists.configuration, at: second(0)) { work in work() }
    try lists.write(["doh-resolvers": "dns.new.example", "doh-resolver-addresses": "# two\n192.0.2.1\n\ndns.example"])
    try lists.write(["inference-paths": "v1/old", "ech-public-names": "https://cover.example/"])
    let read = outcomes(&reload, 1...5)
    for outcome in read { engine.take(outcome, at: second(5)) }
    guard case .failure(let failure) = read.first?.result else {
        Issue.record("it was adopted")
        return
    }
    let expected = [
        "lists/doh-resolver-addresses.txt:4:1: error[V060] 'dns.example' is no address",
        "lists/ech-public-names.txt:1:1: error[V060] 'https://cover.example/' is no host name",
        "lists/inference-paths.txt:1:1: error[V060] 'v1/old' is no path, which begins with / or :",
        "3 errors. Nothing was loaded.",
    ]
    let lines = failure.description.split(separator: "\n").map { String($0).replacing("\(lists.path)/", with: "") }
    #expect(lines == expected)
    engine.take(hello("dns.old.example", port: 1_001), at: second(6))
    engine.take(hello("dns.new.example", port: 1_002), at: second(6))
    engine.turn(to: second(4_000))
    let encrypted = [1_001, 1_002].map { engine.seen($0)?.flow.encryptedDNS }
    #expect(encrypted == [.doh, nil])
    try FileManager.default.removeItem(atPath: lists.path + "/lists/doh-resolvers.txt")
    #expect(throws: ReferenceData.LoadError.self) { try ReferenceData(lists.configuration) }
}

@Test func theListsThatShipAreRead() throws {
    let lists = try Project.knowledge().lists
    #expect(lists.resolvers.protocols(name: "dns.google") == Set(EncryptedDNS.allCases))
    #expect(lists.resolvers.protocols(name: "dns.google.example") == nil)
    #expect(lists.echPublicNames.contains("cloudflare-ech.com"))
    #expect(lists.inferencePaths.match(method: "POST", path: "/openai/v1/chat/completions") != nil)
}
