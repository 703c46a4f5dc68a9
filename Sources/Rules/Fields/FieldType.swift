public import Bytes
import Text

/// What kind of value a field has; it decides which operators it takes and how their operands are read.
public enum FieldType: Hashable, Sendable {
    /// Text, compared as it is.
    case string
    /// A host name: text in lower case, made of labels.
    case hostname
    /// An IP address.
    case address
    /// A whole number.
    case number
    /// A number of bytes, written `5MB` or `5MiB`.
    case size
    /// A length of time, written `90s`, `15m`, `1h`, `7d`.
    case duration
    /// True or false.
    case boolean
    /// One of a fixed set of words; in an ordered one a later word is more.
    case enumeration([String], isOrdered: Bool)

    /// The type's word in errors and in the table of fields.
    public var word: String {
        switch self {
        case .string, .hostname: "string"
        case .address: "address"
        case .number: "number"
        case .size: "size"
        case .duration: "duration"
        case .boolean: "boolean"
        case .enumeration(_, let isOrdered): isOrdered ? "ordered enumeration" : "enumeration"
        }
    }

    /// The operators that the type takes, in the order in which errors list them.
    public var operators: [Operator] {
        switch self {
        case .string, .hostname: [.eq, .in, .suffix, .glob, .regex, .exists, .not]
        case .address: [.eq, .in, .cidr, .exists, .not]
        case .number, .size, .duration: [.eq, .in, .gt, .gte, .lt, .lte, .between, .exists, .not]
        case .boolean: [.eq, .exists, .not]
        case .enumeration(_, let isOrdered): [.eq, .in] + (isOrdered ? [.atLeast] : []) + [.exists, .not]
        }
    }
}

/// What a field is in one observation.
public enum FieldValue: Hashable, Sendable {
    /// Not known, or not there.
    case absent
    /// Text, a host name, or the word of an enumeration.
    case text(String)
    /// Several texts; a condition holds where it holds of one of them.
    case texts([String])
    /// An address.
    case address(IPAddress)
    /// A number, bytes, or nanoseconds.
    case number(Int64)
    /// Several numbers.
    case numbers([Int64])
    /// True or false.
    case boolean(Bool)

    /// The text, or absent.
    init(_ text: String?) {
        self = text.map(FieldValue.text) ?? .absent
    }

    /// The number, at most what 63 bits hold.
    init(_ number: UInt64) {
        self = .number(Int64(clamping: number))
    }
}

extension FieldValue {
    /// The value as people and groups read it; `nil` if it is absent.
    func text(of type: FieldType) -> String? {
        switch self {
        case .absent: nil
        case .text(let text): text
        case .texts(let texts): texts.isEmpty ? nil : texts.joined(separator: ",")
        case .address(let address): address.description
        case .number(let number): type == .duration ? DurationText.text(number) : String(number)
        case .numbers(let numbers): numbers.isEmpty ? nil : numbers.map { String($0) }.joined(separator: ",")
        case .boolean(let boolean): boolean ? "true" : "false"
        }
    }

    /// Whether there is anything.
    var isPresent: Bool {
        switch self {
        case .absent: false
        case .texts(let texts): !texts.isEmpty
        case .numbers(let numbers): !numbers.isEmpty
        default: true
        }
    }
}
