public import Bytes

/// Who is who: every vendor, and every host and address block by which one is known.
///
/// One immutable value, made whole from files and replaced whole on reload. Look-ups allocate nothing.
public struct Catalog: Sendable {
    /// The vendors by id.
    public internal(set) var vendors: [String: Vendor] = [:]
    /// The entries in the order of their files; later directories' entries are in place of those they override.
    public internal(set) var entries: [CatalogEntry] = []
    /// The newest date of any entry, `2026.11.22`; `0` if there is none.
    public internal(set) var version = "0"
    var hosts = HostTable()
    var prefixes = PrefixTable()
    /// What each entry says of a flow that the best of evidence names, made once.
    var findings: [Attribution] = []

    /// The catalog that knows no one.
    public init() {}

    /// The most specific entry for a host name given as bytes: ASCII in any case, with or without a trailing dot.
    ///
    /// Cost: one pass over the name and a look for each label, by which the entry is found; and a copy of the entry.
    public func match(host: RawSpan) -> CatalogEntry? {
        hosts.match(host).flatMap { entry(number: $0.value) }
    }

    /// The most specific entry for a host name given as text.
    public func match(host: some StringProtocol) -> CatalogEntry? {
        number(host: String(host)).map { entries[$0] }
    }

    /// The entry with the longest address block that holds `address`.
    public func match(address: IPAddress) -> CatalogEntry? {
        prefixes.match(address.translated).flatMap { entry(number: $0) }
    }

    /// The index of the most specific entry for `host`. Copies the text's bytes once.
    func number(host: String) -> Int? {
        guard let match = hosts.match(Array(host.utf8).rawSpan) else { return nil }
        return Int(match.value) < entries.count ? Int(match.value) : nil
    }

    private func entry(number: UInt32) -> CatalogEntry? {
        let index = Int(number)
        return index < entries.count ? entries[index] : nil
    }
}
