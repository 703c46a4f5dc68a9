import Flows
import Protocols
import Text

/// The values of a rule file in its JSON Schema: how sizes, dates, hours and blocks are written, and what each field can be.
extension RuleSchema {
    /// A text of the form of the expression.
    static func form(_ pattern: String, _ description: String) -> SchemaNode {
        .object([("type", .text("string")), ("pattern", .text(pattern)), ("description", .text(description))])
    }

    /// A day, or an instant with its offset.
    static var moment: SchemaNode {
        form(
            "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]([Tt ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-][0-2][0-9]:[0-5][0-9]))?$",
            "a day such as 2026-07-10, or a time such as 2026-07-10T00:00:00+08:00")
    }

    /// A day.
    static var day: SchemaNode { form("^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$", "a day such as 2026-10-01") }

    /// Hours of a day.
    static var hours: SchemaNode {
        form("^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "hours such as 09:00-18:30")
    }

    /// A length of time.
    static var duration: SchemaNode { form("^[0-9]+(ms|s|m|h|d)$", "a duration such as 90s, 15m, 1h or 7d") }

    /// A number of bytes.
    static var size: SchemaNode {
        .object([
            (
                "anyOf",
                .array([
                    .object([("type", .text("integer")), ("minimum", .number(0))]),
                    form("^[0-9]+(\\.[0-9]{1,3})?(B|[kKMGT]B|[KMGT]iB)$", "a size such as 500kB, 5MB or 5MiB"),
                ])
            )
        ])
    }

    /// A block of addresses.
    static var block: SchemaNode { form("^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$", "an address block such as 10.0.0.0/8") }

    /// A time zone.
    static var zone: SchemaNode { form("^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$", "an IANA name such as Asia/Shanghai") }

    /// The hours of the week, by day.
    static var week: SchemaNode {
        .object([
            ("type", .text("object")), ("additionalProperties", .list(of: hours)),
            (
                "propertyNames",
                .object([("pattern", .text("^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$"))])
            ),
        ])
    }

    /// What a threshold counts.
    static var count: SchemaNode {
        let names = Field.all.map { $0.name.replacing(".", with: "\\.") }.joined(separator: "|")
        return form(
            "^(matches|flows|interactions|(distinct|sum)\\((\(names))\\))$",
            "matches, flows, interactions, distinct(FIELD) or sum(FIELD)")
    }

    /// One value of `field`.
    static func value(of field: Field, _ vocabulary: RuleVocabulary) -> SchemaNode {
        switch field.type {
        case .enumeration(let words, _): return .words(words)
        case .boolean: return .type("boolean")
        case .duration: return duration
        case .size: return size
        case .address: return form("^[0-9A-Fa-f:.]+$", "an address")
        case .hostname: return form("^[A-Za-z0-9_.:-]+$", "a host name without scheme, port or path")
        case .number:
            let bounds = field.bounds ?? 0...Int64.max
            let most = bounds.upperBound < .max ? [("maximum", SchemaNode.number(Int(bounds.upperBound)))] : []
            return .object([("type", .text("integer")), ("minimum", .number(Int(bounds.lowerBound)))] + most)
        case .string:
            if vocabulary[field.name] != nil { return .reference("\(field.name)-value") }
            if let words = field.words { return .words(words) }
            if let form = self.form(of: field) { return form }
            return .object([("type", .array(["string", "number", "boolean"].map { .text($0) }))])
        }
    }

    /// The form of a field of text that has one of its own.
    private static func form(of field: Field) -> SchemaNode? {
        switch field.name {
        case "dns.qtype":
            form(
                "^(\(DNSType.names.joined(separator: "|"))|TYPE[0-9]{1,5})$",
                "a type such as HTTPS, or TYPE731 by its number")
        case "net.tunnel":
            form(
                "^(\(FlowSnapshot.tunnelWords.joined(separator: "|")))(:[1-9][0-9]*)?$",
                "an encapsulation such as vxlan, or vxlan:100 with its id")
        case "quic.version":
            .object([
                (
                    "anyOf",
                    .array([
                        form(
                            "^(1|2|draft-[0-9]+|[QT]0[0-9]{2}|0x[0-9a-f]{8})$",
                            "1, 2, draft-29, Q046, or 0x and eight digits"),
                        .object([("enum", .array([.number(1), .number(2)]))]),
                    ])
                )
            ])
        case "http.path": form("^(/[^?#]*|\\*)$", "a path without its query")
        default: nil
        }
    }

    /// What a condition may ask of `field`: a value, several, or operators.
    static func test(of field: Field, _ vocabulary: RuleVocabulary) -> SchemaNode {
        let value = value(of: field, vocabulary)
        let several = SchemaNode.object([("anyOf", .array([value, .list(of: value)]))])
        let operators = field.type.operators.map { name -> (String, SchemaNode) in
            switch name {
            case .exists: (name.rawValue, .type("boolean"))
            case .not: (name.rawValue, .reference(field.name))
            case .in, .suffix, .glob, .regex: (name.rawValue, texts)
            case .cidr: (name.rawValue, .object([("anyOf", .array([block, .list(of: block)]))]))
            case .between:
                (
                    name.rawValue,
                    .object([
                        ("type", .text("array")), ("items", value), ("minItems", .number(2)), ("maxItems", .number(2)),
                    ])
                )
            case .eq: (name.rawValue, several)
            case .gt, .gte, .lt, .lte, .atLeast: (name.rawValue, value)
            }
        }
        return .object([
            ("description", .text("\(field.summary) (\(field.type.word))")),
            ("anyOf", .array([value, .list(of: value), .closed(operators)])),
        ])
    }

    private static var texts: SchemaNode {
        .object([("anyOf", .array([.type("string"), .list(of: .type("string"))]))])
    }
}
