import Rules
package import Text

/// The tables of docs/EVENTS.md, made from the table of fields.
package enum EventManual {
    /// The generated parts of the page by the names of their markers, `<!-- NAME: generated -->`.
    package static var parts: [(name: String, text: String)] {
        let envelope = EventField.envelope
        let kinds = Event.Kind.allCases.map { kind in
            let own = EventField.fields(of: kind).filter { field in !envelope.contains { $0.path == field.path } }
            return ("fields of \(kind.rawValue)", table(of: own))
        }
        return [("fields of every event", table(of: envelope)), ("left out", leftOut)] + kinds + [("forms", forms)]
    }

    private static func table(of fields: [EventField]) -> String {
        let rows = fields.filter { !$0.meaning.isEmpty }.map { field in
            let unit = field.unit.map { ", \($0.rawValue)" } ?? ""
            return "| `\(field.path)` | \(field.type.documentation)\(unit) | \(field.meaning) |\n"
        }
        return "| field | type | meaning |\n|---|---|---|\n" + rows.joined()
    }

    /// What is left out of an event that would be too long, one step after the other.
    private static var leftOut: String {
        let steps = [("lists", Detail.full), ("texts", .withoutLists), ("names", .withoutTexts)]
        return steps.enumerated().map { number, step in
            var paths: [String] = []
            for field in EventField.all where field.detail == step.1 && !field.path.contains("[]") {
                let path = "`\(field.path)`"
                if !paths.contains(path) { paths.append(path) }
            }
            return "\(number + 1). The \(step.0): \(paths.joined(separator: ", ")).\n"
        }.joined()
    }

    /// Where the fields are in the other schemas.
    private static var forms: String {
        var seen: Set<String> = []
        let rows = EventField.all.filter { ($0.ecs != nil || $0.ocsf != nil) && seen.insert($0.path).inserted }
        return "| field | Elastic Common Schema | OCSF |\n|---|---|---|\n"
            + rows.map { row in
                let ecs = row.ecs.map { "`\($0.path)`" } ?? "`egret.\(row.path)`"
                var ocsf = row.ocsf.map { "`\($0.path)`" } ?? "`unmapped.\(row.path)`"
                switch row.ocsf?.scope {
                case .network: ocsf += ", in alerts in `evidences[]`"
                case .flow: ocsf += ", in alerts `unmapped.\(row.path)`"
                case .all, nil: break
                }
                return "| `\(row.path)` | \(ecs) | \(ocsf) |\n"
            }.joined()
    }
}

extension EventField {
    /// The row as JSON, for other programs: what is not there is left out.
    package var record: SchemaNode {
        let texts = [
            ("unit", unit?.rawValue), ("ecs", ecs?.path), ("ocsf", ocsf?.path), ("rule_field", ruleField?.name),
            ("metric", metric), ("meaning", meaning.isEmpty ? nil : plainMeaning),
        ]
        return .object(
            [
                ("path", .text(path)), ("events", .array(kinds.map { .text($0.rawValue) })), ("type", .text(type.name)),
                ("optional", .boolean(isOptional)),
            ] + (type.words.isEmpty ? [] : [("words", .array(type.words.map { .text($0) }))])
                + (detail == .withoutNames ? [] : [("left_out_at", .number(Int(detail.rawValue) + 1))])
                + (privacy == .clear ? [] : [("privacy", .text(privacy.rawValue))])
                + texts.compactMap { name, text in text.map { (name, .text($0)) } })
    }
}
