import Bytes

/// Another schema, written from egret's own form by the table of `FieldMapping`.
///
/// An event is written in its own form first, with everything that that leaves out, and each field then put where the table
/// says; so a new field, and one that is to be hidden, needs no word here. Fields without a place of their own keep their
/// names below one object. Several times the cost of the own form; events, not packets, pay it.
protocol MappedFormat: EventFormat {
    /// The object for what has no place: `egret`, `unmapped`.
    static var rest: String { get }

    /// Where a field goes in events of the kind; `nil` for the rest.
    func target(of mapping: FieldMapping, in kind: Event.Kind) -> (path: String, conversion: FieldMapping.Conversion)?

    /// What the schema asks for beside the fields.
    func complete(_ tree: inout MappedTree, from fields: EventFieldCollector, kind: Event.Kind)
}

extension MappedFormat {
    /// Writes the event: see `EventFormat`.
    public func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter
    ) {
        var fields = EventFieldCollector()
        fields.event(event, sequence: sequence, sensor: sensor, detail)
        var tree = MappedTree()
        var rest: [(String, EventValue)] = []
        for field in fields.fields where !Self.dropped.contains(field.path) {
            if let mapping = FieldMapping.byPath[field.path], let target = target(of: mapping, in: event.kind),
                let value = target.conversion.apply(to: field.value)
            {
                tree.put(target.path, value)
            } else {
                rest.append(("\(Self.rest).\(field.path)", field.value))
            }
        }
        complete(&tree, from: fields, kind: event.kind)
        for (path, value) in rest { tree.put(path, value) }
        tree.write(to: &writer)
    }

    /// Said in the schema's own words.
    static var dropped: Set<String> { ["type", "schema", "action"] }
}

extension FieldMapping.Conversion {
    /// The value as the other schema has it; `nil` if it has no such form.
    func apply(to value: EventValue) -> EventValue? {
        switch (self, value) {
        case (.same, _): value
        case (.milliseconds, .time(let time)): .integer(Self.milliseconds(time))
        case (.toNanoseconds, .duration(let nanoseconds)): .integer(nanoseconds)
        case (.toMilliseconds, .duration(let nanoseconds)): .integer(nanoseconds / 1_000_000)
        case (.toText, .integer(let number)): .keyword("\(number)")
        case (.words(let words, let other), _):
            value.text.flatMap { Int64(words[$0] ?? other) }.map { .integer($0) }
        default: nil
        }
    }

    /// The milliseconds since 1970, rounded down also before it.
    private static func milliseconds(_ time: Timestamp) -> Int64 {
        let rest = time.nanoseconds % 1_000_000
        return time.nanoseconds / 1_000_000 - (rest < 0 ? 1 : 0)
    }
}
