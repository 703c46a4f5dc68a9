import Events

extension FleetColumn {
    /// `columns`, and one for each field of the events of `kind` that they have none for, made by the field's type: so that no field of
    /// an event is without a column.
    static func complete(_ columns: [FleetColumn], for kind: Event.Kind) -> [FleetColumn] {
        var known = Set(columns.map(\.name))
        let others = EventField.fields(of: kind).filter { field in
            // Elements and members of lists are in their list's column; the type of an event is its table.
            field.path != "type" && !field.path.contains("[") && !field.path.contains("<")
                && known.insert(name(of: field.path)).inserted
        }
        return columns + others.compactMap(automatic)
    }

    /// The column of a field by its type; `nil` for an object, whose members have their own.
    private static func automatic(_ field: EventField) -> FleetColumn? {
        switch field.type {
        case .keyword, .constant: words(field.path, since: FleetSchema.version).first
        case .text, .form, .day: texts(field.path).first
        case .address: addresses(field.path).first
        case .time: moments(field.path).first
        case .integer(let range):
            range.lowerBound < 0 ? numbers("Int64", field.path).first : numbers("UInt64", field.path).first
        case .decimal: FleetColumn(field.path, reading: "Float64", codec: "ZSTD(1)")
        case .boolean, .affirmation: flags(field.path).first
        case .list(let element, _), .set(let element, _): list(field.path, of: element)
        case .map: FleetColumn(field.path, reading: "Map(String, String)", codec: "ZSTD(1)")
        case .object: nil
        }
    }

    private static func list(_ path: String, of element: EventFieldType) -> FleetColumn? {
        if case .integer = element { return FleetColumn(path, reading: "Array(UInt64)") }
        return lists(path, since: FleetSchema.version).first
    }

    /// The fields of the events of `kind` whose columns have types of another family than the field: what a change of the table of fields
    /// would break. Empty for tables that are right.
    static func contradictions(_ columns: [FleetColumn], for kind: Event.Kind) -> [String] {
        let types = Dictionary(columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        return EventField.fields(of: kind).compactMap { field in
            guard let type = types[name(of: field.path)], let own = automatic(field)?.type else { return nil }
            return family(type) == family(own) ? nil : "\(field.path): \(type) is no \(own)"
        }
    }

    /// What a type holds, whatever its width and its way of storage.
    private static func family(_ type: String) -> String {
        let plain = ["LowCardinality(", "Nullable("].reduce(type) { $0.replacing($1, with: "") }
        return ["Array", "Map", "String", "Bool", "IPv6", "DateTime", "Date", "UInt", "Int", "Float"].first(
            where: plain.hasPrefix
        )
        .map { ["UInt", "Int"].contains($0) ? "integer" : $0 } ?? plain
    }
}

extension FleetSchema {
    /// What of the tables of flows and questions contradicts the table of event fields; a line each.
    package static var contradictions: [String] {
        FleetColumn.contradictions(FleetColumn.flow, for: .flow)
            + FleetColumn.contradictions(FleetColumn.dns, for: .dns)
    }
}
