import PublicSuffix
public import Rules
public import Vendors

extension RuleVocabulary {
    /// What fields can be by `catalog`, `fingerprints` and the list of public suffixes.
    public static func known(_ catalog: Catalog, _ fingerprints: FingerprintSet) -> RuleVocabulary {
        RuleVocabulary(catalog, fingerprints) { PublicSuffixList.registrableDomain(of: $0) }
    }
}
