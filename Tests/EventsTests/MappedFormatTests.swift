import Bytes
import Events
import Foundation
import Testing

private func lines(_ format: any EventFormat, _ events: [Event]) -> [[UInt8]] {
    var encoder = EventEncoder(sensor: Samples.sensor, format: format)
    return events.map { event in
        encoder.encode(event)
        return encoder.line
    }
}

private func definitions(_ name: String) throws -> String {
    try Project.text("Tests/EventsTests/Definitions/\(name)")
}

/// The leaves of a JSON object by dotted path, but for what is below `rest`.
private func leaves(_ object: [String: Any], below path: String = "", but rest: String) -> [(path: String, value: Any)]
{
    object.flatMap { key, value -> [(String, Any)] in
        let here = path.isEmpty ? key : "\(path).\(key)"
        if here == rest { return [] }
        guard let inner = value as? [String: Any] else { return [(here, value)] }
        return leaves(inner, below: here, but: rest)
    }
}

/// A JSON value whose truth values are no numbers, as those that Foundation reads are.
private enum Value: Decodable {
    case plain(Any)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .plain(value)
        } else if let value = try? container.decode(Double.self) {
            self = .plain(value)
        } else if let value = try? container.decode(String.self) {
            self = .plain(value)
        } else if let value = try? container.decode([Value].self) {
            self = .plain(value.map(\.any))
        } else {
            self = .plain(try container.decode([String: Value].self).mapValues(\.any))
        }
    }

    var any: Any {
        switch self {
        case .plain(let value): value
        }
    }
}

/// The object in a line.
private func event(_ line: [UInt8]) throws -> [String: Any] {
    try #require(try JSONDecoder().decode(Value.self, from: Data(line)).any as? [String: Any])
}

private func whole(_ value: Any?) -> Int? { (value as? Double).flatMap { Int(exactly: $0) } }

private func fits(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "keyword", "match_only_text", "wildcard", "string_t", "hostname_t": value is String
    case "ip", "ip_t": (value as? String).flatMap { IPAddress($0) } != nil
    case "date": (value as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z/) != nil
    case "long", "long_t", "integer_t", "timestamp_t": whole(value) != nil
    case "port_t": whole(value).map { (0...65_535).contains($0) } ?? false
    case "boolean_t": value is Bool
    case "object": value is [String: Any]
    default: false
    }
}

@Test func ecsEventsHaveThePublishedFieldsAndTypes() throws {
    var types: [String: (type: String, isArray: Bool)] = [:]
    for line in try definitions("ecs.csv").split(separator: "\n") where !line.hasPrefix("#") {
        let parts = line.split(separator: ",").map(String.init)
        types[parts[0]] = (parts[1], parts.count == 3)
    }
    var seen: Set<String> = []
    for line in lines(ECSFormat(), Samples.all()) {
        for (path, value) in leaves(try event(line), but: "egret") {
            let text = String(decoding: line, as: UTF8.self)
            let definition = try #require(types[path], "\(path) is no field of the schema: \(text)")
            let values = definition.isArray ? try #require(value as? [Any], "\(path)") : [value]
            for value in values { #expect(fits(value, definition.type), "\(path): \(value)") }
            seen.insert(path)
        }
    }
    #expect(Set(types.keys).subtracting(seen).isEmpty, "none of the samples has these")
}

/// The published definitions of OCSF, as far as they are kept here.
private struct OCSF: Decodable {
    struct Shape: Decodable {
        var required: [String]
        var attributes: [String: String]
    }
    struct Class: Decodable {
        var category: Int
        var activities: [Int]
        var extends: String
        var required: [String]
        var attributes: [String: String]
    }
    var classes: [String: Class]
    var parents: [String: Shape]
    var objects: [String: Shape]

    /// What is wrong with `object` as one of `attributes`.
    func problems(_ object: [String: Any], _ attributes: [String: String], _ required: [String], at path: String)
        -> [String]
    {
        var problems = required.filter { object[$0] == nil }.map { "\(path).\($0) is missing" }
        for (key, value) in object {
            guard let type = attributes[key] else {
                problems.append("\(path).\(key) is no attribute")
                continue
            }
            problems += self.problems(value, type, at: "\(path).\(key)")
        }
        return problems
    }

    private func problems(_ value: Any, _ type: String, at path: String) -> [String] {
        if type.hasSuffix("[]") {
            guard let items = value as? [Any] else { return ["\(path) is no array"] }
            return items.flatMap { problems($0, String(type.dropLast(2)), at: path) }
        }
        guard let shape = objects[type] else { return fits(value, type) ? [] : ["\(path) is no \(type): \(value)"] }
        guard let object = value as? [String: Any] else { return ["\(path) is no \(type)"] }
        return problems(object, shape.attributes, shape.required, at: path)
    }
}

@Test func ocsfEventsHaveThePublishedAttributesAndTypes() throws {
    let schema = try JSONDecoder().decode(OCSF.self, from: Data(try definitions("ocsf.json").utf8))
    let base = try #require(schema.parents["base_event"])
    var classes: Set<Int> = []
    for line in lines(OCSFFormat(), Samples.all()) {
        let event = try event(line)
        let id = try #require(whole(event["class_uid"]))
        classes.insert(id)
        let shape = try #require(schema.classes["\(id)"])
        let parent = schema.parents[shape.extends] ?? base
        let attributes = base.attributes.merging(parent.attributes) { first, _ in first }.merging(shape.attributes) {
            first, _ in first
        }
        let problems = schema.problems(event, attributes, base.required + parent.required + shape.required, at: "\(id)")
        #expect(problems.isEmpty, "\(String(decoding: line, as: UTF8.self))")
        let activity = try #require(whole(event["activity_id"]))
        #expect(whole(event["category_uid"]) == shape.category && shape.activities.contains(activity))
        #expect(whole(event["type_uid"]) == id * 100 + activity)
    }
    #expect(classes == [0, 2004, 4001, 4003, 6002])
}

@Test func everyFormKeepsToTheLimitAndToOneSequence() throws {
    for format in [ECSFormat(), OCSFFormat()] as [any EventFormat] {
        for line in lines(format, Samples.overlong()) {
            #expect(line.count <= EventEncoder.lineLimit && line.last == 0x0A)
            _ = try object(line)
        }
    }
    let numbers = try lines(ECSFormat(), Samples.all()).map { try object($0)["event"] as? [String: Any] }
    #expect(numbers.compactMap { $0?["sequence"] as? Int } == Array(1...Samples.all().count))
}

@Test func nothingOfAnEventIsLostInAnotherForm() throws {
    for (native, ecs) in zip(Samples.lines(), lines(ECSFormat(), Samples.all())) {
        let source = leaves(try event(native), but: "")
        let text = String(decoding: ecs, as: UTF8.self)
        for (path, value) in source where !["type", "schema", "action"].contains(path) {
            guard let word = value as? String, !word.isEmpty, !word.contains("\\"), !word.contains("\""),
                word.allSatisfy(\.isASCII),
                path != "severity"
            else { continue }
            #expect(text.contains(word), "\(path)")
        }
    }
}

@Test func aFlowAndAnAlertAreWhatTheyAreInOCSF() throws {
    let events: [Event] = [.flow(Samples.observation()), .alert(Samples.alert()), .flow(Samples.bareFlow())]
    let written = try lines(OCSFFormat(), events).map { try object($0) }
    let flow = written[0]
    #expect(flow["time"] as? Int == 1_783_649_646_998 && flow["start_time"] as? Int == 1_783_648_915_000)
    #expect(flow["duration"] as? Int == 731_998 && flow["activity_id"] as? Int == 2)
    let traffic = try #require(flow["cumulative_traffic"] as? [String: Any])
    #expect(traffic["bytes_out"] as? Int == 6_321_877 && traffic["bytes"] as? Int == 7_223_121)
    let connection = try #require(flow["connection_info"] as? [String: Any])
    #expect(connection["direction_id"] as? Int == 2 && connection["protocol_num"] as? Int == 6)
    let alert = written[1]
    #expect(alert["severity_id"] as? Int == 4 && alert["is_alert"] as? Bool == true)
    let evidence = try #require((alert["evidences"] as? [[String: Any]])?.first)
    #expect((evidence["src_endpoint"] as? [String: Any])?["ip"] as? String == "10.1.2.3")
    #expect((alert["unmapped"] as? [String: Any])?["flow"] != nil)
    #expect(written[2]["app_name"] == nil && written[2]["activity_id"] as? Int == 6)
}

@Test("What an exception suppresses is no alert in any form, and says which exception")
func whatIsHeldBackIsNoAlertInAnyForm() throws {
    let events = [1, 3].map { Event.alert(Samples.suppressedAlert(count: $0)) }
    let native = String(decoding: Samples.lines(events)[0], as: UTF8.self)
    #expect(native.contains(#""status":"suppressed","suppressed_by":"legal-review","count":1,"#))
    let ecs = try object(lines(ECSFormat(), events)[0])
    let event = ecs["event"] as? [String: Any]
    #expect(event?["kind"] as? String == "event" && event?["action"] as? String == "alert-suppressed")
    let rest = (ecs["egret"] as? [String: Any])?["alert"] as? [String: Any]
    #expect(rest?["suppressed_by"] as? String == "legal-review")
    let ocsf = try lines(OCSFFormat(), events).map { try object($0) }
    #expect(ocsf.map { $0["status_id"] as? Int } == [3, 3] && ocsf.map { $0["is_alert"] as? Bool } == [false, false])
    #expect(ocsf.map { $0["activity_id"] as? Int } == [1, 2])
}
