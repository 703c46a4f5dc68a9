import ArgumentParser
import Monitor
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

    /// What attributes the events of tests and explanations, by `catalogue`, and reads the captures of tests.
    static func runner(_ catalogue: Catalogue, _ options: CatalogueOptions) throws -> RuleTestRunner {
        RuleTestRunner(try knowledge(catalogue, options))
    }

    /// `catalogue`, which `options` name, with the lists that ship, and the fingerprints that are given or ship.
    static func knowledge(
        _ catalogue: Catalogue, _ options: CatalogueOptions, _ given: FingerprintSet? = nil
    ) throws -> ReferenceData {
        let fingerprints = try given ?? ShippedRules.loadFingerprints([], catalogue, options)
        do {
            return try ReferenceData(
                catalogue: catalogue, fingerprints: fingerprints, listDirectory: ShippedRules.lists.directory)
        } catch {
            Terminal.write("\(error)")
            throw ExitCode.failure
        }
    }
}
