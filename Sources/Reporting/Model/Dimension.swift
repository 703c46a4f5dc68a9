/// By what a report may be grouped.
public enum Dimension: String, CaseIterable, Sendable {
    case source, group, vendor, product, role, category, country, client, host, evidence, day, hour, sensor, rule

    /// What it is, for a person.
    public var summary: String {
        switch self {
        case .source: "the client's address, or its pseudonym"
        case .group: "the operator's group of clients (src.group)"
        case .vendor: "the AI vendor"
        case .product: "the product"
        case .role: "what the host is for: inference, web, telemetry and so on"
        case .category: "the kind of product"
        case .country: "the vendor's country"
        case .client: "the software whose handshake it is"
        case .host: "the far end's name, or its address"
        case .evidence: "what the name was read from (dst.host_source)"
        case .day: "the day in the report's time zone"
        case .hour: "the hour in the report's time zone"
        case .sensor: "the sensor"
        case .rule: "the rule: its alerts in place of flows, alone"
        }
    }

    /// The head of its column.
    var title: String { rawValue.uppercased() }

    /// Whether its values are in the order of time rather than of size.
    var isTime: Bool { self == .day || self == .hour }
}

/// The values of a flow by dimension, as numbers of texts.
struct DimensionValues {
    private var numbers = SIMD16<UInt32>()

    subscript(_ dimension: Dimension) -> UInt32 {
        get { numbers[Self.index(dimension)] }
        set { numbers[Self.index(dimension)] = newValue }
    }

    private static func index(_ dimension: Dimension) -> Int {
        switch dimension {
        case .source: 0
        case .group: 1
        case .vendor: 2
        case .product: 3
        case .role: 4
        case .category: 5
        case .country: 6
        case .client: 7
        case .host: 8
        case .evidence: 9
        case .day: 10
        case .hour: 11
        case .sensor: 12
        case .rule: 13
        }
    }
}
