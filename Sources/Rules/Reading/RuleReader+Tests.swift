import Bytes
import Text

extension RuleReader {
    /// Reads the tests of a rule.
    mutating func readTests(_ entry: YAMLNode.Entry, of rule: Rule, context: String) -> [RuleTest] {
        (list(entry) ?? []).compactMap { node in
            report.tests += 1
            return readTest(node, of: rule, context: context)
        }
    }

    private mutating func readTest(_ node: YAMLNode, of rule: Rule, context: String) -> RuleTest? {
        let name = node.entry("name").flatMap { text($0) }
        let place = name.map { "in test '\($0)' \(context)" } ?? "in a test \(context)"
        guard check(node, keys: ["name", "event", "events", "pcap", "expect"], place) else { return nil }
        if node["name"] == nil { report.error(.missingKey, at: node.position, "'name' is missing \(place)") }
        let inputs = ["event", "events", "pcap"].compactMap { node.entry($0) }
        guard inputs.count == 1, let inputEntry = inputs.first else {
            report.error(.test, at: node.position, "one of 'event', 'events' and 'pcap' belongs \(place)")
            return nil
        }
        guard let expect = node.entry("expect") else {
            report.error(.missingKey, at: node.position, "'expect' is missing \(place)")
            return nil
        }
        let input = readInput(inputEntry, of: rule, place: place)
        let expectation = readExpectation(expect, of: rule, place: place)
        guard let name, let input, let expectation else { return nil }
        return RuleTest(name: name, position: node.position, input: input, expectation: expectation)
    }

    private mutating func readInput(_ entry: YAMLNode.Entry, of rule: Rule, place: String) -> RuleTest.Input? {
        switch entry.key {
        case "pcap":
            guard let path = text(entry) else { return nil }
            return .capture(Self.path(path, besides: entry.position.file))
        case "event": return readEvent(entry.value, zone: rule.zone, place).map { .events([$0]) }
        default:
            let events = (list(entry) ?? []).map { readEvent($0, zone: rule.zone, place) }
            let read = events.compactMap { $0 }
            return read.count == events.count && !read.isEmpty ? .events(read) : nil
        }
    }

    /// Reads a flat event: fields with their values, `time`, and `repeat`.
    mutating func readEvent(_ node: YAMLNode, zone: Zone?, _ place: String) -> FlatEvent? {
        guard let entries = node.entries else {
            report.error(.shape, at: node.position, "an event is a map of fields \(place), not \(node.kind)")
            return nil
        }
        var event = FlatEvent()
        for entry in entries {
            switch entry.key {
            case "time": event.time = moment(entry, zone: zone)
            case "repeat": readRepeat(entry, into: &event, place)
            default:
                guard let field = Field.named(entry.key) else {
                    report.error(
                        .unknownField, at: entry.position, "unknown field '\(entry.key)' \(place)",
                        suggestion: Spelling.nearest(to: entry.key, among: Field.all.map(\.name) + ["time", "repeat"]))
                    continue
                }
                if let value = readEventValue(entry, of: field) { event.values.append((field, value)) }
            }
        }
        return event
    }

    private mutating func readEventValue(_ entry: YAMLNode.Entry, of field: Field) -> FieldValue? {
        guard field.isList else {
            return text(entry).flatMap { readValue($0, at: entry.value.position, of: field) }
        }
        let items = entry.value.items ?? [entry.value]
        let values = items.compactMap { item in
            item.text.flatMap { readValue($0, at: item.position, of: field) }
        }
        if field.type == .number {
            return .numbers(values.compactMap { if case .number(let number) = $0 { number } else { nil } })
        }
        return .texts(values.compactMap { if case .text(let text) = $0 { text } else { nil } })
    }

    private mutating func readRepeat(_ entry: YAMLNode.Entry, into event: inout FlatEvent, _ place: String) {
        guard check(entry.value, keys: ["times", "every", "vary"], "in repeat \(place)") else { return }
        if let times = entry.value.entry("times").flatMap({ number($0, in: 1...100_000) }) { event.times = Int(times) }
        if let every = entry.value.entry("every").flatMap({ duration($0) }) { event.every = every }
        guard let vary = entry.value.entry("vary"), let name = text(vary) else { return }
        guard let field = field(name, at: vary.value.position) else { return }
        if field.type == .address {
            event.vary = field
        } else {
            report.error(
                .test, at: vary.value.position, "'vary' counts up an address; \(field.name) is \(field.type.word)")
        }
    }

    /// `alert`, `none`, or a map of what must be.
    private mutating func readExpectation(
        _ entry: YAMLNode.Entry, of rule: Rule, place: String
    ) -> RuleTest.Expectation? {
        if let word = entry.value.text {
            guard word == "alert" || word == "none" else {
                report.error(
                    .test, at: entry.value.position, "'expect' is '\(word)'; write alert, none or a map \(place)")
                return nil
            }
            return RuleTest.Expectation(alerts: word == "alert")
        }
        let keys = ["alert", "severity", "count", "suppressed_by", "message_contains"]
        guard check(entry.value, keys: keys, "in expect \(place)") else { return nil }
        var expectation = RuleTest.Expectation()
        expectation.alerts = entry.value.entry("alert").flatMap { boolean($0) }
        expectation.severity = entry.value.entry("severity").flatMap { keyword($0, of: Severity.self) }
        expectation.count = entry.value.entry("count").flatMap { number($0, in: 0...1_000_000) }.map { Int($0) }
        expectation.messageContains = entry.value.entry("message_contains").flatMap { text($0) }
        if let suppressed = entry.value.entry("suppressed_by"), let name = text(suppressed) {
            expectation.suppressedBy = name
            let names = rule.exceptions.map(\.name)
            if !names.contains(name) {
                report.error(
                    .test, at: suppressed.value.position, "rule '\(rule.id)' has no exception '\(name)'",
                    suggestion: Spelling.nearest(to: name, among: names))
            }
        }
        return expectation
    }
}
