import Bytes
import Text

/// A list of a rule file, compiled once and shared by all rules that name it.
struct NamedList: Sendable {
    /// What the entries of a list are; the words of `type`.
    enum Kind: String, Sendable, CaseIterable { case exact, suffix, cidr }

    /// What the entries are.
    let kind: Kind
    /// The name of the list, for explanations.
    let name: String
    /// Where the list stands: no other stands there.
    let position: SourcePosition
    /// The names of an `exact` or `suffix` list.
    var names = NameSet()
    /// The names that are excepted.
    var exceptNames = NameSet()
    /// The blocks of a `cidr` list.
    var prefixes = PrefixSet()
    /// The blocks that are excepted.
    var exceptPrefixes = PrefixSet()

    /// Whether the list holds the text.
    func contains(_ text: String) -> Bool {
        switch kind {
        case .exact: names.contains(text) && !exceptNames.contains(text)
        case .suffix: names.containsSuffix(of: text) && !exceptNames.containsSuffix(of: text)
        case .cidr: IPAddress(text).map(contains) ?? false
        }
    }

    /// Whether the list holds the address.
    func contains(_ address: IPAddress) -> Bool {
        kind == .cidr
            ? prefixes.contains(address) && !exceptPrefixes.contains(address) : contains(address.description)
    }
}
