/// The entries that an encoder has added (RFC 7541 section 2.3.2), newest last, within a capacity in octets.
///
/// The oldest leave when a new one does not fit. At most 128 entries fit the default capacity, so moving them costs
/// little.
struct HPACKDynamicTable {
    /// The capacity every connection begins with (RFC 9113 section 6.5.2), and the most that is ever held here.
    static let mostOctets = 4096

    private var entries: [HPACKField] = []
    private(set) var size = 0
    private(set) var capacity = HPACKDynamicTable.mostOctets

    var count: Int { entries.count }

    /// The entry at `index`, 0 being the newest; nothing where there is none.
    func entry(at index: Int) -> HPACKField? {
        guard index >= 0, index < entries.count else { return nil }
        return entries[entries.count &- 1 &- index]
    }

    /// Adds `field`; one larger than the whole table only empties it (RFC 7541 section 4.4).
    mutating func add(_ field: HPACKField) {
        evict(toFit: field.size)
        guard field.size <= capacity else { return }
        entries.append(field)
        size &+= field.size
    }

    /// Sets the capacity. A server may allow its client more than is held here; then an old entry is missing, and
    /// a reference to it is an error rather than a wrong name.
    mutating func resize(to octets: Int) {
        capacity = min(octets, Self.mostOctets)
        evict(toFit: 0)
    }

    private mutating func evict(toFit octets: Int) {
        var gone = 0
        while gone < entries.count, size &+ octets > capacity {
            size &-= entries[gone].size
            gone &+= 1
        }
        entries.removeFirst(gone)
    }
}
