extension Findings {
    /// Adds a name where the same one from the same source does not stand already (a client asked twice).
    mutating func add(name: String?, from source: HostSource) {
        guard let name else { return }
        let evidence = NameEvidence(name: name, source: source)
        guard names.count < Self.mostNames, !names.contains(evidence) else { return }
        names.append(evidence)
    }

    /// A stream that names more hosts than this in one flow's beginning is no client's; the first ones stand.
    private static let mostNames = 16
}
