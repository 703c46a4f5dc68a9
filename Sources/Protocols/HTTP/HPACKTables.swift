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

    /// The entry at `index`, 0 being the newest; `nil` if there is none.
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

/// The fields both sides know from the start (RFC 7541 appendix A).
package enum HPACKStaticTable {
    /// The number of entries; dynamic ones follow behind.
    package static var count: Int { fields.count }

    /// The entry at `index`, counted from 1 as on the wire; `nil` if there is none.
    package static func entry(at index: Int) -> HPACKField? {
        index >= 1 && index <= fields.count ? fields[index &- 1] : nil
    }

    private static let fields = text.map { HPACKField(name: Array($0.0.utf8), value: Array($0.1.utf8)) }

    private static let text: [(String, String)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
        ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]
}
