import Bytes
import Protocols
import Rules
import Vendors

/// What the commands on rules use where nothing is given.
enum RuleDefaults {
    /// The paths that were given, or the rules that ship.
    static func paths(_ given: [String]) -> [String] {
        given.isEmpty ? [ShippedRules.policies.directory ?? RuleFiles.defaultPath] : given
    }

    /// The words of the catalogue that rules may ask for.
    static func vocabulary(_ catalogue: Catalogue) -> RuleVocabulary {
        ["ai.vendor": Set(catalogue.vendors.keys)]
    }

    /// What attributes the events of tests and explanations, by `catalogue`.
    static func runner(_ catalogue: Catalogue) -> RuleTestRunner {
        RuleTestRunner { host, source in
            let names = [NameEvidence(name: host, source: source)]
            return catalogue.attribute(names: names, server: IPAddress(ipv4: 0))
        }
    }
}
