import Flows
import Protocols
import Vendors

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
        _ name: String, _ type: FieldType, on stage: Trigger, summary: String, isList: Bool = false,
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

    /// A field that is measured outside the flow and passed on in `Observation.extras`; absent if it is not.
    ///
    /// `otherwise` is where it comes from when it was not passed on.
    init(
        extra name: String, _ type: FieldType, on stage: Trigger, summary: String, isList: Bool = false,
        otherwise: @escaping @Sendable (Observation) -> FieldValue = { _ in .absent }
    ) {
        self.init(name, type, on: stage, summary: summary, isList: isList) {
            $0.extras[name] ?? otherwise($0)
        } write: {
            $0.extras[name] = $1
        }
    }

    /// Every field, in the order of the documentation.
    public static let all: [Field] =
        sourceEnd + destinationEnd + transport + attribution + firstSeen + handshake + naming + measures + sensor

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

/// A moment at which rules are evaluated; the words of `on`.
public enum Trigger: String, Sendable, CaseIterable {
    /// The first packet of a flow.
    case flowStart = "flow_start"
    /// The flow has its name, and with it its attribution, or it is certain that it gets none.
    case flowNamed = "flow_named"
    /// The server answered, or it is certain that it does not: the flow is over or was reported, and no one has. Once a flow,
    /// after `flow_named`.
    case flowAnswered = "flow_answered"
    /// A report of a running flow; a rule for it is evaluated at the flow's end too.
    case flowUpdate = "flow_update"
    /// The flow's last report.
    case flowEnd = "flow_end"
    /// A DNS question.
    case dns
    /// The end of a tumbling window.
    case window
}

/// A word that compares a field with something.
public enum Operator: String, Sendable, CaseIterable {
    case eq, `in`, suffix, glob, regex, cidr, gt, gte, lt, lte, between
    case atLeast = "at_least"
    case exists, not
}

extension Field {
    /// The table of all fields in Markdown: what is in the documentation, which a test holds.
    public static var table: String {
        let head = "| field | type | known from | what it is |\n|---|---|---|---|\n"
        let rows = all.map { field in
            let type = field.isList ? "list of \(field.type.word)" : field.type.word
            return "| `\(field.name)` | \(type) | `\(field.stage.rawValue)` | \(field.summary)\(field.wordList) |\n"
        }
        return head + rows.joined()
    }

    private var wordList: String {
        guard case .enumeration(let words, let isOrdered) = type else { return "" }
        return ": " + words.map { "`\($0)`" }.joined(separator: isOrdered ? " < " : " ")
    }
}

extension FieldType {
    /// The table of operators by type in Markdown.
    public static var operatorTable: String {
        let types: [FieldType] = [
            .string, .address, .number, .size, .duration, .boolean, .enumeration([], isOrdered: false),
            .enumeration([], isOrdered: true),
        ]
        let rows = types.map { type in
            "| \(type.word) | \(type.operators.map { "`\($0.rawValue)`" }.joined(separator: " ")) |\n"
        }
        return "| type | operators |\n|---|---|\n" + rows.joined()
    }
}

/// What a field can never be, as far as its meaning says: what rules are checked against.
extension Field {
    /// The numbers that the field can have; `nil` if only its type bounds it.
    var bounds: ClosedRange<Int64>? {
        switch name {
        case "src.port", "dst.port": 0...65_535
        case "net.vlan": 1...4_095
        case "ai.relay_score": 0...100
        case "flow.part": 1...65_536
        default: nil
        }
    }

    /// The words that a field of text can be, which are not an enumeration of the language; `nil` if there is no such list.
    var words: [String]? {
        switch name {
        case "ai.relay_reasons": RelaySuspicion.Sign.allCases.map(\.rawValue)
        case "ai.name_hint": NameHint.words
        default: nil
        }
    }

    /// All words that a field of text can be, also where they are too many to list; `nil` if there is no end of them.
    var allWords: [String]? { name == "dns.qtype" ? DNSType.allNames : words }

    /// Whether its values have no capital letter.
    var isLowerCase: Bool {
        if case .hostname = type { return true }
        return ["ai.vendor", "ai.product", "tls.ja3", "tls.ja4", "net.tunnel"].contains(name)
    }

    /// Whether its values are names of hosts.
    var isHostName: Bool { type == .hostname }
}

extension DNSType {
    /// The words for all types.
    static let allNames: [String] = (0...UInt16.max).map { DNSType(rawValue: $0).name }

    /// The words for types that have a word of their own.
    static let names: [String] = (0...UInt16(257)).map { DNSType(rawValue: $0).name }.filter { !$0.hasPrefix("TYPE") }
}
