/// One value by which a rule can be found without asking it: unless the observation has the value, the rule's
/// condition cannot hold.
enum IndexKey: Hashable, Sendable {
    /// The field is this text.
    case text(field: String, value: String)
    /// The field is this host name, or one below it.
    case suffix(field: String, value: String)
}

extension Condition {
    /// Keys of which an observation must have one for the condition to hold; nothing where there is no such set.
    var keys: [IndexKey]? {
        switch self {
        case .test(let test): return test.keys
        case .all(let parts): return parts.compactMap(\.keys).min { $0.count < $1.count }
        case .any(let parts):
            var all: [IndexKey] = []
            for part in parts {
                guard let keys = part.keys else { return nil }
                all += keys
            }
            return all
        case .none: return nil
        }
    }
}

extension FieldTest {
    /// Fields that rules are found by; a look-up asks for each of them.
    static let indexed: [Field] =
        [
            "ai.vendor", "ai.product", "ai.role", "ai.country", "dst.domain", "dst.host", "tls.sni", "src.group",
            "net.app",
        ]
        .compactMap(Field.named)

    fileprivate var keys: [IndexKey]? {
        guard Self.indexed.contains(field), !field.isList else { return nil }
        switch predicate {
        case .text(let texts):
            guard texts.count <= Self.mostKeys else { return nil }
            return texts.sorted().map { .text(field: field.name, value: $0) }
        case .suffix(let names):
            guard names.count <= Self.mostKeys else { return nil }
            return names.members.sorted().map { .suffix(field: field.name, value: $0) }
        default: return nil
        }
    }

    private static let mostKeys = 64
}
