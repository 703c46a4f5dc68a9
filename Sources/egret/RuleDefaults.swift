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

    /// The words of the catalog that rules may ask for.
    static func vocabulary(_ catalog: Catalog) -> RuleVocabulary {
        ["ai.vendor": Set(catalog.vendors.keys)]
    }

    /// What attributes the events of tests and explanations, by `catalog`, and reads the captures of tests.
    static func runner(_ catalog: Catalog, _ options: CatalogOptions) throws -> RuleTestRunner {
        RuleTestRunner(try knowledge(catalog, options))
    }

    /// `catalog`, which `options` name, with the lists that ship, and the fingerprints that are given or ship.
    static func knowledge(
        _ catalog: Catalog, _ options: CatalogOptions, _ given: FingerprintSet? = nil
    ) throws -> ReferenceData {
        let fingerprints = try given ?? ShippedRules.loadFingerprints([], catalog, options)
        do {
            return try ReferenceData(
                catalog: catalog, fingerprints: fingerprints, listDirectory: ShippedRules.lists.directory)
        } catch {
            Terminal.write("\(error)")
            throw ExitCode.failure
        }
    }
}
