import Bytes
import Text

extension RuleTestRunner {
    /// The observation that an event says: one of egret's own in JSON, or a flat one as in tests of rules.
    ///
    /// JSON is read as the YAML it is. Members of nested events that are no fields are left out, in flat ones they are errors;
    /// what is missing is filled in as for tests, and attribution runs unless the event carries it. Nothing where the event is wrong, which is reported.
    public func observation(
        from source: RuleSource
    ) -> (observation: Observation?, isTimeAssumed: Bool, report: DiagnosticReport) {
        var report = DiagnosticReport()
        report.files = 1
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: source.name, bytes: source.bytes, faults: &faults)
        report.add(faults)
        guard let document else { return (nil, false, report) }
        var reader = RuleReader { _ in nil }
        let node = YAMLNode(
            content: .mapping(Self.flattened(document.root, prefix: "")), position: document.root.position,
            offset: document.root.offset)
        let event = reader.readEvent(node, zone: nil, "in the event")
        report.merge(reader.report)
        guard report.isClean, let event else { return (nil, false, report) }
        let time = event.time ?? Timestamp(seconds: Self.usualTime, nanoseconds: 0)
        return (observation(event, number: 0, at: time), event.time == nil, report)
    }

    /// The members that are fields, by their dotted names.
    private static func flattened(_ node: YAMLNode, prefix: String) -> [YAMLNode.Entry] {
        (node.entries ?? []).flatMap { entry -> [YAMLNode.Entry] in
            let name = prefix.isEmpty ? entry.key : "\(prefix).\(entry.key)"
            if entry.value.entries != nil { return flattened(entry.value, prefix: name) }
            guard let field = Field.named(name) else {
                // A dotted name is a flat event's, whose author meant a field: reading it says which.
                return name == "time" || prefix.isEmpty && name.contains(".") ? [entry] : []
            }
            let value = field.type == .duration ? seconds(entry.value) : entry.value
            return [YAMLNode.Entry(key: name, position: entry.position, value: value)]
        }
    }

    /// Events write durations as seconds with a fraction, rules with a unit.
    private static func seconds(_ node: YAMLNode) -> YAMLNode {
        guard let text = node.text, let seconds = Double(text), seconds >= 0, seconds < 1e9 else { return node }
        let written = "\(Int64(seconds * 1_000))ms"
        return YAMLNode(content: .scalar(written, .plain), position: node.position, offset: node.offset)
    }
}
