package import Rules

/// One field of the events: the only place that knows its type, its unit, its meaning and what else it is called.
///
/// The JSON Schema, the tables of docs/EVENTS.md, the places in the Elastic Common Schema and in OCSF, and the columns of a
/// database derive from `EventField.all`. The encoder writes by hand, for speed; tests hold that it writes the fields of the
/// table and no other.
package struct EventField: Sendable {
    /// The path: `src.ip`; of an element of a list `dst.names[].name`; `<role>` is any role of `Role`.
    package let path: String
    /// What its value is.
    package let type: EventFieldType
    /// What a number counts; `nil` for a number without a unit and for every other value.
    package let unit: Unit?
    /// The events that have the field.
    package private(set) var kinds: [Event.Kind] = []
    /// Whether it may be absent from an event that has the object which it is in.
    package let isOptional: Bool
    /// The last level of detail at which it is written; at `.withoutNames` it is never left out.
    package let detail: Detail
    /// What privacy does to it.
    package let privacy: Privacy
    /// Its place in the Elastic Common Schema; `nil` for `egret.PATH`.
    package let ecs: Target?
    /// Its place in OCSF; `nil` for `unmapped.PATH`.
    package let ocsf: Target?
    /// The metric with the same figure; `nil` if there is none.
    package let metric: String?
    /// What it is, in Markdown; empty for an object that its members explain.
    package let meaning: String

    init(
        _ path: String, _ type: EventFieldType, unit: Unit? = nil, in kinds: [Event.Kind] = [],
        isOptional: Bool = false,
        detail: Detail = .withoutNames, privacy: Privacy = .clear, ecs: Target? = nil, ocsf: Target? = nil,
        metric: String? = nil, meaning: String = ""
    ) {
        self.path = path
        self.type = type
        self.unit = unit
        self.kinds = kinds
        self.isOptional = isOptional
        self.detail = detail
        self.privacy = privacy
        self.ecs = ecs
        self.ocsf = ocsf
        self.metric = metric
        self.meaning = meaning
    }

    /// The field of rules with the same value; `nil` if rules cannot name it.
    package var ruleField: Field? { Field.named(path == "net.tunnels" ? "net.tunnel" : path) }

    /// The meaning without Markdown: back quotes and the targets of links.
    package var plainMeaning: String {
        meaning.replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.output.1 }.replacing("`", with: "")
    }

    /// What a number counts.
    package enum Unit: String, Sendable, CaseIterable {
        /// Times and sizes. Bytes of flows are layer-3 bytes.
        case seconds, bytes, percent
        /// A share, from 0 to 1.
        case ratio
        /// What is read from the network.
        case packets, fragments, segments, records, connections, hellos, flows, messages, questions, answers, names
        /// What is estimated of AI traffic.
        case requests, interactions, bursts
        /// What rules count.
        case rules, matches, hits, alerts, groups, contradictions
        /// What the sensor keeps and writes.
        case sources, clients, entries, rows, reports, files, lines, events
    }

    /// What privacy (`privacy.*` of the configuration) does to a field.
    package enum Privacy: String, Sendable, CaseIterable {
        /// It is never hidden.
        case clear
        /// The client's address and group, by `privacy.sources`.
        case source
        /// The far end's address, by `privacy.destinations`.
        case destination
        /// A name of a flow or a question that concerns no AI vendor, by `privacy.other_names`.
        case otherName = "other_name"
        /// A far end of the inventory: an address by `privacy.destinations`, a name by `privacy.other_names`.
        case farEnd = "far_end"
        /// The request in the clear, by `privacy.http_paths`.
        case request
        /// An id or a digest that is made of addresses: made again from what is written.
        case derived
        /// A text that may quote hidden values, which are replaced in it.
        case quoted
    }

    /// `rows`, those without events of their own in the events of `kinds`.
    static func rows(in kinds: [Event.Kind], fields rows: [EventField]) -> [EventField] {
        rows.map { row in
            var row = row
            if row.kinds.isEmpty { row.kinds = kinds }
            return row
        }
    }

    /// A counter below `path` for each of `words`; `optional` are those that events of the first minor version lack.
    static func counters<Word: CaseIterable & RawRepresentable & Equatable>(
        _ path: String, by words: Word.Type, optional: [Word] = [], unit: Unit, metric: String, meaning: String
    ) -> [EventField] where Word.RawValue == String {
        Word.allCases.map { word in
            EventField(
                "\(path).\(word.rawValue)", .count, unit: unit, isOptional: optional.contains(word), metric: metric,
                meaning: "\(meaning): `\(word.rawValue)`.")
        }
    }
}
