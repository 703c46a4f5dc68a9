import Bytes
import Events
import Flows
import Foundation
import Protocols
import Rules
import Testing
import Vendors

/// Runs the validator over JSON lines; `nil` if it cannot run here, which is printed.
private func validate(_ lines: [[UInt8]]) throws -> (status: Int32, output: String)? {
    let script = Project.root.appendingPathComponent("Tests/Scripts/validate_events.py").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // The validator reads as it goes and says little, so that neither pipe fills up.
    try? input.fileHandleForWriting.write(contentsOf: Data(lines.joined()))
    try? input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus == 77 || process.terminationStatus == 127 {
        print("skipped: python3 with jsonschema is not installed, events were not validated")
        return nil
    }
    return (process.terminationStatus, text)
}

/// A JSON value that knows truth values from numbers.
private enum JSONValue: Decodable {
    case object([String: JSONValue]), array([JSONValue]), string, number, bool

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let members = try? container.decode([String: JSONValue].self) {
            self = .object(members)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else if (try? container.decode(String.self)) != nil {
            self = .string
        } else if (try? container.decode(Bool.self)) != nil {
            self = .bool
        } else {
            _ = try container.decode(Double.self)
            self = .number
        }
    }

    /// Adds the types of this value and of all below it by their paths.
    func collect(_ path: String, into types: inout [String: Set<String>]) {
        switch self {
        case .object(let members):
            types[path, default: []].insert("object")
            for (key, member) in members { member.collect(path + "." + key, into: &types) }
        case .array(let elements):
            types[path, default: []].insert("array")
            for element in elements { element.collect(path + "[]", into: &types) }
        case .string: types[path, default: []].insert("string")
        case .number: types[path, default: []].insert("number")
        case .bool: types[path, default: []].insert("boolean")
        }
    }
}

/// Each field's path and the JSON types that it has in `lines`.
private func types(in lines: [[UInt8]]) throws -> [String: Set<String>] {
    var types: [String: Set<String>] = [:]
    for line in lines {
        let type = try object(line)["type"] as? String
        try JSONDecoder().decode(JSONValue.self, from: Data(line)).collect(type ?? "", into: &types)
    }
    return types
}

private func storedLines() throws -> [[UInt8]] {
    try Project.text("Tests/Golden/events-1.0.jsonl").split(separator: "\n").map { Array($0.utf8) + [0x0A] }
}

@Test func everyEventIsValidAgainstThePublishedSchema() throws {
    guard let result = try validate(Samples.lines()) else { return }
    #expect(result.status == 0, "\(result.output)")
}

@Test func whatAnOutputSaysOfItsFailureIsValidAgainstThePublishedSchema() throws {
    var stats = Samples.stats()
    stats.outputs = [
        OutputReport(
            name: "webhook", written: 3, dropped: 1, lag: 0, lastSuccess: Samples.start, failure: "it answers 400")
    ]
    let lines = Samples.lines([.stats(stats)])
    let members = #""lag_seconds":0.0,"last_success":"2026-07-10T02:01:55.000120300Z","failure":"it answers 400"}"#
    #expect(String(decoding: lines[0], as: UTF8.self).contains(members))
    guard let result = try validate(lines) else { return }
    #expect(result.status == 0, "\(result.output)")
}

@Test func theEndOfAnEpisodeIsValidAgainstThePublishedSchema() throws {
    let notice = NoticeReport(
        time: Samples.start, kind: "ring_full_ended", code: "EG101", duration: 59_000_000_000, total: 60_000,
        detail: "over after 59 s")
    let lines = Samples.lines([.health(notice)])
    let members = #""health":{"kind":"ring_full_ended","code":"EG101","duration":59.0,"total":60000,"detail":"#
    #expect(String(decoding: lines[0], as: UTF8.self).contains(members))
    guard let result = try validate(lines) else { return }
    #expect(result.status == 0, "\(result.output)")
}

@Test func aLineThatLeftFieldsOutIsStillValid() throws {
    let lines = Samples.lines(Samples.overlong())
    #expect(lines.count == Event.Kind.allCases.count)
    guard let result = try validate(lines) else { return }
    #expect(result.status == 0, "\(result.output)")
}

@Test func theSchemaRefusesWhatItDoesNotName() throws {
    let line = String(decoding: Samples.lines([.flow(Samples.observation())])[0], as: UTF8.self)
    let changes = [
        (#""part":3"#, #""part":"3""#), (#""state":"closed""#, #""state":"shut""#),
        (#""pq":true"#, #""pq":true,"px":1"#),
        (#""type":"flow""#, #""type":"flaw""#), (#"000120300Z"#, #"0001203Z"#), (#""port":51544"#, #""port":65536"#),
    ]
    for (original, changed) in changes {
        let wrong = line.replacingOccurrences(of: original, with: changed)
        #expect(wrong != line)
        guard let result = try validate([Array(wrong.utf8)]) else { return }
        #expect(result.status == 1, "\(changed) passed")
    }
}

@Test("Events stored with version 1.0 are valid still, and no field has changed its type")
func storedEventsKeepTheirMeaning() throws {
    let stored = try storedLines()
    #expect(
        Set(try stored.compactMap { try object($0)["type"] as? String }) == Set(Event.Kind.allCases.map(\.rawValue)))
    let before = try types(in: stored)
    let now = try types(in: Samples.lines())
    for (path, kinds) in before {
        #expect(kinds.count == 1, "\(path) has several types")
        #expect(now[path] == kinds, "\(path) was \(kinds) and is \(now[path] ?? [])")
    }
    guard let result = try validate(stored) else { return }
    #expect(result.status == 0, "\(result.output)")
}
