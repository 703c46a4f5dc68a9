/// The values of the fields that hits or counts are grouped by, as text; an absent one is empty.
struct GroupKey: Hashable, Sendable {
    let values: [String]

    /// The values of `fields` in `observation`.
    init(_ fields: [Field], _ observation: Observation) {
        values = fields.map { $0.read(observation).text(of: $0.type) ?? "" }
    }
}
