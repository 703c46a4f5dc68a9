public import Protocols

// How sure an attribution is, in one place. The weakest of three judgements decides:
//
// | evidence                                     | at most |
// |----------------------------------------------|---------|
// | tls_sni quic_sni connect http_host socks     | high    |
// | dns certificate                              | medium  |
// | ech_outer ip_range                           | low     |
//
// | scope of the entry                           | at most |
// |----------------------------------------------|---------|
// | dedicated                                    | high    |
// | shared, the vendor named by its own label    | medium  |
// | shared, no vendor                            | low     |
// | an address block, whatever the scope         | low     |
//
// | confidence of the entry itself               | at most |
// |----------------------------------------------|---------|
// | high, medium, low                            | itself  |
extension Confidence {
    /// The most that evidence from `source` can show.
    public static func ceiling(of source: HostSource) -> Confidence {
        switch source {
        case .tlsSNI, .quicSNI, .connect, .httpHost, .socks: .high
        case .dns, .certificate: .medium
        case .echOuter, .ipRange: .low
        case .none: .none
        }
    }

    /// The most that `entry` can show, whatever the evidence.
    public static func ceiling(of entry: CatalogEntry) -> Confidence {
        if case .prefix = entry.match { return min(.low, entry.confidence) }
        let ofScope: Confidence =
            switch (entry.scope, entry.vendor) {
            case (.dedicated, _): .high
            case (.shared, .some): .medium
            case (.shared, nil): .low
            }
        return min(ofScope, entry.confidence)
    }
}
