/// Another schema, written from egret's own form by the table of `EventField`.
///
/// An event is written in its own form first, with everything that that leaves out, and each field then put where the table
/// says; so a new field, and one that is to be hidden, needs no word here. Fields without a place of their own keep their
/// names below one object. Several times the cost of the own form; events, not packets, pay it.
protocol MappedFormat: EventFormat {
    /// The object for what has no place: `egret`, `unmapped`.
    static var rest: String { get }

    /// Where a field goes in events of the kind; `nil` for the rest.
    func target(of field: EventField, in kind: Event.Kind) -> (path: String, conversion: EventField.Conversion)?

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
            if let row = EventField.byPath[field.path], let target = target(of: row, in: event.kind),
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
