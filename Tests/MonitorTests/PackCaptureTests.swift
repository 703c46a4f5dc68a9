import Foundation
import Rules
import Testing

@testable import Monitor

/// The packs that count interactions, over captures made of a labeled one: five questions of an SDK, many times over.
@Suite struct PackCaptureTests {
    /// The labeled capture, its client's address, and its interactions.
    private static let capture = "a-dashscopecompat-n5"
    private static let client: [UInt8] = [198, 51, 100, 2]
    private static let interactions = 5

    /// Writes the capture `copies` times over, a second apart, each from a port of its own, and each from a source of its
    /// own unless it is from one; returns where it is.
    private static func multiplied(_ copies: Int, fromOneSource: Bool) throws -> String {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: Project.capture(capture))))
        var result = Array(bytes[..<24])
        for copy in 0..<copies {
            var place = 24
            while place + 16 <= bytes.count {
                var header = Array(bytes[place..<place + 16])
                let length = number(header, at: 8)
                var frame = Array(bytes[place + 16..<place + 16 + length])
                put(number(header, at: 0) + copy, in: &header, at: 0)
                if !fromOneSource { readdress(&frame, to: [10, 1, UInt8(copy / 250), UInt8(copy % 250)]) }
                shiftPort(&frame, by: copy, isFromOneSource: fromOneSource)
                result += header + frame
                place += 16 + length
            }
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "egret-\(UUID().uuidString).pcap")
        try Data(result).write(to: path)
        return path.path
    }

    private static func number(_ bytes: [UInt8], at place: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    private static func put(_ number: Int, in bytes: inout [UInt8], at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
    }

    /// Puts `address` in the place of the client's, as source or destination of an IPv4 packet in an Ethernet frame.
    private static func readdress(_ frame: inout [UInt8], to address: [UInt8]) {
        for place in [26, 30] where Array(frame[place..<place + 4]) == client {
            frame.replaceSubrange(place..<place + 4, with: address)
        }
    }

    /// Gives the client's end of a TCP segment another port, so that each copy is a flow of its own.
    private static func shiftPort(_ frame: inout [UInt8], by copy: Int, isFromOneSource: Bool) {
        guard isFromOneSource, frame[23] == 6 else { return }
        let place = Array(frame[26..<30]) == client ? 34 : 36
        let port = 20_000 + copy
        frame[place] = UInt8(port >> 8)
        frame[place + 1] = UInt8(port & 0xFF)
    }

    /// The alerts of the `pack` whose limit `shipped` is `limit` instead, over copies of the capture.
    private static func alerts(
        _ pack: String, _ shipped: String, limit: Int, copies: Int, fromOneSource: Bool
    ) throws -> [Alert] {
        let path = "\(Project.root)/rules/policies/\(pack).yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lowered = text.replacingOccurrences(of: "value: \(shipped)", with: "value: \(limit)")
        #expect(lowered != text)
        let rules: RuleSet = try #require(RuleSet.load([RuleSource(name: path, text: lowered)]).rules)
        let capture = try multiplied(copies, fromOneSource: fromOneSource)
        defer { try? FileManager.default.removeItem(atPath: capture) }
        var configuration = Project.reading(Self.capture)
        configuration.sources = [capture]
        var knowledge = try Project.knowledge()
        knowledge.rules = rules
        return try OfflineRun.record(.alerts, configuration: configuration, referenceData: knowledge).record.alerts
    }

    @Test func heavyUseOfOneSourceIsSeenAndTheSameOfManyIsNot() throws {
        let limit = 59 * Self.interactions
        let heavy = try Self.alerts("heavy-use", "2000", limit: limit, copies: 60, fromOneSource: true)
        #expect(heavy.map(\.ruleID) == ["ai-heavy-use"])
        #expect(heavy.first?.thresholdValue == Double(60 * Self.interactions))
        #expect(try Self.alerts("heavy-use", "2000", limit: limit, copies: 59, fromOneSource: true).isEmpty)
        #expect(try Self.alerts("heavy-use", "2000", limit: limit, copies: 60, fromOneSource: false).isEmpty)
    }

    @Test func theShapeOfDistillationIsManySourcesAndNotOne() throws {
        let limit = 59 * Self.interactions
        let shape = try Self.alerts("distillation-shape", "20000", limit: limit, copies: 60, fromOneSource: false)
        #expect(shape.map(\.ruleID) == ["distillation-shape"])
        #expect(shape.first?.thresholdValue == Double(60 * Self.interactions))
        #expect(try Self.alerts("distillation-shape", "20000", limit: limit, copies: 60, fromOneSource: true).isEmpty)
        let few = 49 * Self.interactions - 1
        #expect(try Self.alerts("distillation-shape", "20000", limit: few, copies: 49, fromOneSource: false).isEmpty)
    }
}
