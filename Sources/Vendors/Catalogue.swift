public import Bytes

/// Who is who: every vendor, and every host and address block by which one is known.
///
/// One immutable value, made whole from files and replaced whole on reload. Look-ups allocate nothing.
public struct Catalogue: Sendable {
    /// The vendors by id.
    public internal(set) var vendors: [String: Vendor] = [:]
    /// The entries in the order of their files; later directories' entries stand in the place of those they override.
    public internal(set) var entries: [CatalogueEntry] = []
    /// The newest date of any entry, `2026.11.22`; `0` where there is none.
    public internal(set) var version = "0"
    var hosts = HostTable()
    var prefixes = PrefixTable()

    /// The catalogue that knows nobody.
    public init() {}

    /// The most specific entry for a host name given as bytes: ASCII in any case, with or without a trailing dot.
    ///
    /// Cost: one pass over the name and a probe for each label. The look-up itself allocates nothing.
    public func match(host: RawSpan) -> CatalogueEntry? {
        hosts.match(host).flatMap { entry(number: $0.value) }
    }

    /// The most specific entry for a host name given as text. Copies the text's bytes once.
    public func match(host: some StringProtocol) -> CatalogueEntry? {
        match(host: Array(host.utf8).rawSpan)
    }

    /// The entry with the longest address block that holds `address`.
    public func match(address: IPAddress) -> CatalogueEntry? {
        prefixes.match(address).flatMap { entry(number: $0) }
    }

    private func entry(number: UInt32) -> CatalogueEntry? {
        let index = Int(number)
        return index < entries.count ? entries[index] : nil
    }
}
