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
