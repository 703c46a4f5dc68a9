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

/// A capture of the frames, a second apart, for as long as it lives.
private final class Recording {
    let path: String

    init(_ frames: [PacketBuilder]) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString).pcap").path
        var writer = CaptureWriter()
        writer.pcapHeader()
        for (index, frame) in frames.enumerated() {
            writer.record(1_783_648_915 + UInt32(index), 0, frame.ethernet().bytes)
        }
        try Data(writer.bytes).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func record(_ contents: RunRecord.Contents, rules: RuleSet = RuleSet()) throws -> RunRecord {
        var knowledge = try Project.knowledge()
        knowledge.rules = rules
        var configuration = Project.reading("")
        configuration.sources = [path]
        return try OfflineRun.record(contents, configuration: configuration, referenceData: knowledge).record
    }
}

private func query(_ name: String, to resolver: IPAddress = PacketBuilder.server, port: Int = 53) -> PacketBuilder {
    PacketBuilder(DNSBuilder.query(name, type: 28)).udp(from: 50_000, to: port)
        .ipv4(from: PacketBuilder.client, to: resolver)
}

private func questions(_ record: RunRecord) -> [DNSQuestion] {
    record.observations.filter { $0.trigger == .dns }.compactMap(\.observation.question)
}

@Test func aQuestionIsToldAsItIsAskedWithNameTypeAndResolver() throws {
    let answer = PacketBuilder(DNSBuilder(question: "api.anthropic.com", type: 28).bytes).udp(from: 53, to: 50_000)
        .ipv4(from: PacketBuilder.server, to: PacketBuilder.client)
    let recording = try Recording([query("API.Anthropic.com"), answer])
    let record = try recording.record(.observations)
    let told = questions(record)
    #expect(told.map(\.name) == ["api.anthropic.com"])
    #expect(told.map(\.type) == [.aaaa])
    #expect(told.map(\.resolver) == [PacketBuilder.server])
    let observation = record.observations.first { $0.trigger == .dns }?.observation
    #expect(observation?.attribution?.vendor == "anthropic")
    #expect(observation?.flow.client.address == PacketBuilder.client)
}

@Test func aQuestionOverTCPIsToldAsItIsAsked() throws {
    func segment(_ message: [UInt8], isAnswer: Bool) -> PacketBuilder {
        let framed = PacketBuilder(PacketBuilder.word(message.count) + message)
        return isAnswer
            ? framed.tcp(from: 53, to: 50_000, sequence: 2000)
                .ipv4(from: PacketBuilder.server, to: PacketBuilder.client)
            : framed.tcp(from: 50_000, to: 53, sequence: 1000)
                .ipv4(from: PacketBuilder.client, to: PacketBuilder.server)
    }
    let asked = segment(DNSBuilder.query("big.example", type: 16), isAnswer: false)
    let answered = segment(DNSBuilder(question: "big.example", type: 16).bytes, isAnswer: true)
    let told = questions(try Recording([asked, answered]).record(.observations))
    #expect(told.map(\.name) == ["big.example"])
    #expect(told.map(\.resolver) == [PacketBuilder.server])
    #expect(told.map(\.time) == [Timestamp(seconds: 1_783_648_915, nanoseconds: 0)])
}

@Test func aQuestionToAGroupIsNone() throws {
    let group = IPAddress(ipv4: 0xE000_00FB)
    let record = try Recording([query("printer.local", to: group, port: 5353)]).record(.observations)
    #expect(!record.observations.isEmpty)
    #expect(questions(record).isEmpty)
}

@Test("A resolver that is not on the list is an alert")
func anUnknownResolverIsAnAlert() throws {
    let load = RuleFiles.load(paths: ["\(Project.root)/rules/policies/hidden-names.yaml"])
    let rules = try #require(load.rules, "\(load.report.rendered(as: .text))")
    let known = IPAddress(ipv4: 0x0A00_0035)
    let alerts = try Recording([query("a.example", to: known), query("b.example"), query("c.example")])
        .record(.alerts, rules: rules).alerts
    #expect(alerts.map(\.ruleID) == ["unknown-resolver"])
    #expect(alerts.map(\.count) == [2])
    #expect(alerts.first?.group.map(\.value) == ["10.1.2.3", "198.51.100.20"])
}

@Test func questionsAreWrittenOnlyWhereTheyAreAskedFor() throws {
    let recording = try Recording([query("api.anthropic.com")])
    for isAsked in [true, false] {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var configuration = Project.reading("")
        configuration.sources = [recording.path]
        configuration.outputs = [OutputTarget(.directory(directory))]
        configuration.writesQuestions = isAsked
        var run = try OfflineRun(configuration, try Project.knowledge())
        _ = try run.run { _ in }
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: directory).first { $0.hasSuffix(".jsonl") })
        let lines = try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8).split(separator: "\n")
        let told = lines.filter { $0.contains(#""type":"dns""#) }
        #expect(told.count == (isAsked ? 1 : 0))
        let question = #""dns":{"qname":"api.anthropic.com","qtype":"AAAA","resolver":"198.51.100.20"}"#
        #expect(told.allSatisfy { $0.contains(question) && $0.contains(#""vendor":"anthropic""#) })
    }
}
