import Bytes

/// The Open Cybersecurity Schema Framework 1.8: flows as Network Activity (4001), questions as DNS Activity (4003), alerts as
/// Detection Finding (2004), start and stop as Application Lifecycle (6002), the rest as Base Event. What it has no
/// attribute for is below `unmapped`.
public struct OCSFFormat: MappedFormat {
    /// The version of the schema.
    public static var version: String { "1.8.0" }

    static var rest: String { "unmapped" }

    /// The format.
    public init() {}

    func target(
        of field: EventField, in kind: Event.Kind
    ) -> (path: String, conversion: EventField.Conversion)? {
        guard let target = field.ocsf else { return nil }
        // Only a finding has the confidence of its judgement; and only a flow an URL and the protocol inside.
        if target.path == "confidence_id", kind != .alert { return nil }
        if ["url.path", "app_protocol_name"].contains(target.path), kind != .flow, kind != .alert { return nil }
        switch (kind, target.scope) {
        case (.alert, .network): return ("evidences[].\(target.path)", target.conversion)
        case (.alert, .flow), (.inventory, .network), (.inventory, .flow): return nil
        default: return (target.path, target.conversion)
        }
    }

    func complete(_ tree: inout MappedTree, from fields: EventFieldCollector, kind: Event.Kind) {
        let kindOf = Self.classification(of: kind, fields)
        tree.put("category_uid", number: kindOf.category)
        tree.put("class_uid", number: kindOf.classID)
        tree.put("activity_id", number: kindOf.activity)
        tree.put("type_uid", number: kindOf.classID * 100 + kindOf.activity)
        // Informational (1), but for what is wrong with the sensor.
        tree.put("severity_id", number: fields["health.code"] == nil ? 1 : 3)
        tree.put("metadata.version", text: Self.version)
        tree.put("metadata.product.name", text: "egret")
        tree.put("metadata.product.vendor_name", text: "egret")
        switch kind {
        case .flow:
            completeConnection(&tree, fields, below: "")
            completeTraffic(&tree, fields)
        case .dns: completeConnection(&tree, fields, below: "")
        case .alert:
            completeConnection(&tree, fields, below: "evidences[].")
            // A rule (1).
            tree.put("finding_info.analytic.type_id", number: 1)
            if let name = fields["rule.title"] ?? fields["rule.id"] { tree.put("finding_info.analytic.name", name) }
            let status = fields.text("alert.status")
            tree.put("is_alert", .boolean(status != "closed" && status != "suppressed"))
            // Suppressed (3).
            if status == "suppressed" { tree.put("status_id", number: 3) }
        case .start, .stop:
            tree.put("app.name", text: "egret")
            tree.put("app.vendor_name", text: "egret")
            if let version = fields["sensor.version"] { tree.put("app.version", version) }
        case .health, .audit: if let detail = fields["\(kind.rawValue).detail"] { tree.put("message", detail) }
        default: break
        }
    }

    /// What the objects of a connection cannot go without.
    private func completeConnection(_ tree: inout MappedTree, _ fields: EventFieldCollector, below prefix: String) {
        tree.put(prefix + "connection_info.direction_id", number: 0)
        if case .address(let address) = fields["dst.ip"] {
            tree.put(prefix + "connection_info.protocol_ver_id", number: address.isIPv4 ? 4 : 6)
        }
        if let transport = fields.text("net.transport") {
            tree.put(prefix + "connection_info.protocol_num", number: transport == "udp" ? 17 : 6)
        }
        if fields["tls.hello.state"] != nil { tree.put(prefix + "tls.version", text: "unknown") }
        // MD5 (1), and JA4 of a client (1).
        if fields["tls.ja3"] != nil { tree.put(prefix + "tls.ja3_hash.algorithm_id", number: 1) }
        if fields["tls.ja4"] != nil { tree.put(prefix + "ja4_fingerprint_list[].type_id", number: 1) }
    }

    private func completeTraffic(_ tree: inout MappedTree, _ fields: EventFieldCollector) {
        for unit in ["bytes", "packets"] {
            let sum = (fields.number("flow.\(unit)_up") ?? 0) &+ (fields.number("flow.\(unit)_down") ?? 0)
            tree.put("cumulative_traffic.\(unit)", number: Int(clamping: sum))
        }
    }

    private static func classification(
        of kind: Event.Kind, _ fields: EventFieldCollector
    ) -> (category: Int, classID: Int, activity: Int) {
        switch kind {
        case .flow: (4, 4001, flowActivity(fields))
        case .dns: (4, 4003, 1)
        case .alert: (2, 2004, findingActivity(fields))
        case .start: (6, 6002, 3)
        case .stop: (6, 6002, 4)
        default: (0, 0, 99)
        }
    }

    /// Create (1), update (2) and close (3); what is suppressed is created by its first hit.
    private static func findingActivity(_ fields: EventFieldCollector) -> Int {
        switch fields.text("alert.status") {
        case "open": 1
        case "update": 2
        case "closed": 3
        case "suppressed": fields.number("alert.count") == 1 ? 1 : 2
        default: 99
        }
    }

    /// Traffic (6) of a flow that continues; at its end close (2), reset (3), or fail (4) if no one had answered.
    private static func flowActivity(_ fields: EventFieldCollector) -> Int {
        guard fields.isTrue("flow.final") else { return 6 }
        if fields.text("flow.end_reason") == "rst" { return 3 }
        return fields.text("flow.state") == "opening" ? 4 : 2
    }
}
