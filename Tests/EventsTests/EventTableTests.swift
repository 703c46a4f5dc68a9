import Bytes
import Foundation
import Rules
import Testing
import Text

@testable import Events

/// The paths of the members of `value` as the table names them: elements of a list of objects below `[]`, and no key that
/// others chose.
private func paths(in value: Any, at path: String, of rows: [String: EventField], into found: inout Set<String>) {
    if rows[path] != nil { found.insert(path) }
    if case .map = rows[path]?.type { return }
    if let members = value as? [String: Any] {
        for (key, member) in members {
            let name = path == "ai.roles" ? "<role>" : key
            paths(in: member, at: path.isEmpty ? name : "\(path).\(name)", of: rows, into: &found)
        }
    } else if let elements = value as? [[String: Any]] {
        for element in elements {
            for (key, member) in element { paths(in: member, at: "\(path)[].\(key)", of: rows, into: &found) }
        }
    } else {
        found.insert(path)
    }
}

/// The rows of events of `kind` by their paths.
private func rows(of kind: Event.Kind) -> [String: EventField] {
    Dictionary(EventField.fields(of: kind).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
}

/// The lines of every golden output, and those of the samples.
private func allLines() throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(
        atPath: Project.root.appendingPathComponent("Tests/Golden").path)
    let golden = names.filter { $0.hasSuffix(".jsonl") }
    #expect(golden.count > 10)
    return try golden.flatMap { try Project.text("Tests/Golden/\($0)").split(separator: "\n").map { Array($0.utf8) } }
        + Samples.lines() + Samples.lines(Samples.rare()) + Samples.lines(Samples.overlong())
}

/// The text between the markers `name` of `document`, which are on lines of their own.
private func part(_ name: String, of document: String) throws -> Range<String.Index> {
    let start = try #require(document.range(of: "<!-- \(name): generated -->\n"), "\(name)")
    let stop = try #require(document.range(of: "<!-- end of \(name) -->"), "\(name)")
    return start.upperBound..<stop.lowerBound
}

@Suite("The table of event fields")
struct EventTableTests {
    private let isUpdating = ProcessInfo.processInfo.environment["EGRET_UPDATE_DOCS"] == "1"

    @Test("Each path has one row for each type of event, and one JSON type in all of them")
    func rowsAreUnique() {
        #expect(EventField.all.count > 300)
        for kind in Event.Kind.allCases {
            let paths = EventField.fields(of: kind).map(\.path)
            #expect(Set(paths).count == paths.count, "\(kind): a path is there twice")
            #expect(paths.count > 10)
        }
        for (path, rows) in Dictionary(grouping: EventField.all, by: \.path) where rows.count > 1 {
            #expect(Set(rows.map(\.type.documentation)).count == 1, "\(path) has several types")
            #expect(Set(rows.map(\.detail)).count == 1, "\(path) is left out at several levels")
            #expect(Set(rows.map { $0.ecs?.path }).count == 1 && Set(rows.map { $0.ocsf?.path }).count == 1, "\(path)")
            #expect(Set(rows.map(\.privacy)).count == 1 && Set(rows.map(\.unit)).count == 1, "\(path)")
        }
    }

    @Test("A field that may be left out is optional, a unit belongs to a number, and a meaning is a sentence")
    func rowsAreConsistent() {
        for row in EventField.all {
            if row.detail < .withoutNames, !row.path.contains("[]"), row.path != "http.method", row.path != "http.path"
            {
                #expect(row.isOptional, "\(row.path) may be left out and is not optional")
            }
            switch row.type {
            case .integer, .decimal, .map(.integer): break
            default: #expect(row.unit == nil, "\(row.path) is no number and has a unit")
            }
            if case .object = row.type { continue }
            #expect(row.meaning.hasSuffix(".") || row.meaning.hasSuffix(")"), "\(row.path): \(row.meaning)")
            #expect(!row.plainMeaning.contains("`") && !row.plainMeaning.contains("]("), "\(row.path)")
        }
    }

    @Test("Every field that is written is in the table, and every field of the table is written")
    func writtenFieldsAreThoseOfTheTable() throws {
        var written: [Event.Kind: Set<String>] = [:]
        for line in try allLines() {
            let event = try object(line)
            let kind = try #require((event["type"] as? String).flatMap(Event.Kind.init(rawValue:)))
            paths(in: event, at: "", of: rows(of: kind), into: &written[kind, default: []])
        }
        for kind in Event.Kind.allCases {
            let table = Set(EventField.fields(of: kind).map(\.path))
            let found = written[kind] ?? []
            #expect(found.subtracting(table).sorted() == [], "\(kind): written and not in the table")
            #expect(table.subtracting(found).sorted() == [], "\(kind): in the table and not written")
        }
    }

    @Test("Each level of detail leaves out what the table says", arguments: Detail.allCases)
    func detail(_ level: Detail) {
        for event in Samples.all() + Samples.rare() {
            let rows = rows(of: event.kind)
            var full = EventFieldCollector()
            full.event(event, sequence: 7, sensor: Samples.sensor, .full)
            var cut = EventFieldCollector()
            cut.event(event, sequence: 7, sensor: Samples.sensor, level)
            func row(_ path: String) -> EventField? { rows[path.hasPrefix("ai.roles.") ? "ai.roles.<role>" : path] }
            let kept = full.fields.map(\.path).filter { level <= row($0)?.detail ?? .full }
            #expect(cut.fields.map(\.path).filter { $0 != "truncated" } == kept, "\(event.kind)")
        }
    }

    @Test("What privacy hides is marked in the table")
    func privacy() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try PrivateFile.create(path, "2000-01-01T00:00:00Z \(String(repeating: "5a", count: 32))\n")
        var profile = PrivacyProfile()
        profile.sources = .drop
        profile.destinations = .pseudonym
        profile.otherNames = .pseudonym
        profile.paths = .drop
        var hider = Pseudonymizer(profile, keys: try PrivacyKeys(file: path))
        var changed: Set<String> = []
        for event in Samples.all() + Samples.rare() + Samples.private() {
            var clear = EventFieldCollector()
            clear.event(event, sequence: 7, sensor: Samples.sensor, .full)
            var hidden = EventFieldCollector()
            hidden.event(hider.hide(event), sequence: 7, sensor: Samples.sensor, .full)
            for field in clear.fields where hidden[field.path] != field.value && field.path != "privacy.key" {
                changed.insert(field.path)
                #expect(EventField.byPath[field.path]?.privacy ?? .clear != .clear, "\(field.path) is hidden")
            }
        }
        let marked = EventField.all.filter { $0.privacy != .clear && !$0.path.contains("[]") }.map(\.path)
        #expect(Set(marked).subtracting(changed).sorted() == [], "marked, and not hidden in any sample")
    }

    @Test("A field of rules has the name of an event field, or is one of the few that events do not have")
    func ruleFields() {
        let own = Set(EventField.all.compactMap { $0.ruleField?.name })
        let others = Set(Field.all.map(\.name)).subtracting(own)
        #expect(others.sorted() == ["sensor.health"])
    }

    @Test("The published schema is that of the table")
    func schema() throws {
        let url = Project.root.appendingPathComponent("docs/schema/events.schema.json")
        let schema = EventSchema.document.rendered() + "\n"
        if isUpdating { try schema.write(to: url, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: url, encoding: .utf8) == schema, "EGRET_UPDATE_DOCS=1 writes it again")
    }

    @Test("The tables of the manual are those of the table")
    func manual() throws {
        let url = Project.root.appendingPathComponent("docs/EVENTS.md")
        var document = try String(contentsOf: url, encoding: .utf8)
        for (name, text) in EventManual.parts {
            if isUpdating {
                document.replaceSubrange(try part(name, of: document), with: text)
            } else {
                #expect(document[try part(name, of: document)] == text, "\(name): EGRET_UPDATE_DOCS=1 writes it again")
            }
        }
        if isUpdating { try document.write(to: url, atomically: true, encoding: .utf8) }
    }
}
