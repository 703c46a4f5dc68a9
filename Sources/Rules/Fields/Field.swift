/// One field that rules and messages may name: the only place that knows it.
///
/// The compiler, the validator, suggestions, the table in the documentation and the schema all derive from this.
public struct Field: Sendable {
    /// The field's name, as in events.
    public let name: String
    /// What it is, in a few words, for the table.
    public let summary: String
    /// The kind of its value.
    public let type: FieldType
    /// Whether it may have several values.
    public let isList: Bool
    /// From when on it is known.
    public let stage: Trigger
    let read: @Sendable (Observation) -> FieldValue
    let write: @Sendable (inout Observation, FieldValue) -> Void

    init(
        _ name: String, _ type: FieldType, _ stage: Trigger, _ summary: String, isList: Bool = false,
        read: @escaping @Sendable (Observation) -> FieldValue,
        write: @escaping @Sendable (inout Observation, FieldValue) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.type = type
        self.isList = isList
        self.stage = stage
        self.read = read
        self.write = write
    }

    /// A field that is measured outside the flow and handed over in `Observation.extras`; absent where it is not.
    ///
    /// `otherwise` is where it comes from when it was not handed over.
    init(
        extra name: String, _ type: FieldType, _ stage: Trigger, _ summary: String, isList: Bool = false,
        otherwise: @escaping @Sendable (Observation) -> FieldValue = { _ in .absent }
    ) {
        self.init(name, type, stage, summary, isList: isList) {
            $0.extras[name] ?? otherwise($0)
        } write: {
            $0.extras[name] = $1
        }
    }

    /// Every field, in the order of the documentation.
    public static let all: [Field] =
        sourceEnd + destinationEnd + transport + attribution + handshake + naming + measures + sensor

    /// The field's name to its index in `all`.
    static let indices: [String: Int] = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($0.element.name, $0.offset) })

    /// The field called `name`.
    public static func named(_ name: String) -> Field? { indices[name].map { all[$0] } }
}

extension Field: Hashable {
    /// Fields are equal by name.
    public static func == (left: Field, right: Field) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
