public import Bytes
import Text

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
    /// The value as people and groups read it; nothing where it is absent.
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
