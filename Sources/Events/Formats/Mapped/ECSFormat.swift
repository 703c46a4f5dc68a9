import Bytes

/// The Elastic Common Schema. What it has no field for is below `egret`, as its rules for custom fields ask.
public struct ECSFormat: MappedFormat {
    /// The version of the schema.
    public static var version: String { "9.0.0" }

    static var rest: String { "egret" }

    /// The format.
    public init() {}

    func target(
        of field: EventField, in kind: Event.Kind
    ) -> (path: String, conversion: EventField.Conversion)? {
        field.ecs.map { ($0.path, $0.conversion) }
    }

    func complete(_ tree: inout MappedTree, from fields: EventFieldCollector, kind: Event.Kind) {
        tree.put("ecs.version", text: Self.version)
        tree.put("event.kind", text: Self.kind(of: kind, fields))
        if let category = Self.category(of: kind) { tree.put("event.category", .list([.keyword(category)])) }
        tree.put("event.type", .list(Self.types(of: kind, fields).map { .keyword($0) }))
        tree.put("event.action", text: Self.action(of: kind, fields))
        tree.put("event.module", text: "egret")
        tree.put("event.dataset", text: "egret.\(kind.rawValue)")
        tree.put("observer.product", text: "egret")
        tree.put("observer.type", text: "sensor")
        if kind == .dns { tree.put("dns.type", text: "query") }
        if fields["tls.version"] != nil { tree.put("tls.version_protocol", text: Self.tlsProtocol(fields)) }
        if case .address(let address) = fields["dst.ip"] {
            tree.put("network.type", text: address.isIPv4 ? "ipv4" : "ipv6")
        }
        if kind == .flow {
            tree.put("network.bytes", number: Self.sum(of: fields, "flow.bytes_up", "flow.bytes_down"))
            tree.put("network.packets", number: Self.sum(of: fields, "flow.packets_up", "flow.packets_down"))
        }
        let addresses = [fields["src.ip"], fields["dst.ip"]].compactMap(\.self)
        if !addresses.isEmpty { tree.put("related.ip", .list(addresses)) }
        if let host = fields["dst.host"] { tree.put("related.hosts", .list([host])) }
    }

    /// What an exception suppresses is no alert.
    private static func kind(of kind: Event.Kind, _ fields: EventFieldCollector) -> String {
        switch kind {
        case .alert: fields.text("alert.status") == "suppressed" ? "event" : "alert"
        case .stats: "metric"
        default: "event"
        }
    }

    private static func category(of kind: Event.Kind) -> String? {
        switch kind {
        case .flow, .dns, .alert: "network"
        case .start, .stop: "process"
        case .audit: "configuration"
        default: nil
        }
    }

    private static func types(of kind: Event.Kind, _ fields: EventFieldCollector) -> [String] {
        switch kind {
        case .flow: fields.isTrue("flow.final") ? ["connection", "end"] : ["connection", "info"]
        case .dns: ["protocol", "info"]
        case .start: ["start"]
        case .stop: ["end"]
        case .audit: ["change"]
        default: ["info"]
        }
    }

    private static func action(of kind: Event.Kind, _ fields: EventFieldCollector) -> String {
        if kind == .alert, let status = fields.text("alert.status") { return "alert-\(status)" }
        return kind == .dns ? "dns-question" : kind.rawValue
    }

    private static func tlsProtocol(_ fields: EventFieldCollector) -> String {
        fields.text("tls.version")?.hasPrefix("ssl") ?? false ? "ssl" : "tls"
    }

    private static func sum(of fields: EventFieldCollector, _ first: String, _ second: String) -> Int {
        Int(clamping: (fields.number(first) ?? 0) &+ (fields.number(second) ?? 0))
    }
}
