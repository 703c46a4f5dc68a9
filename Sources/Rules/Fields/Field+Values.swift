import Flows
import Protocols
import Vendors

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
