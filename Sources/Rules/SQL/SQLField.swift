/// A table of the fleet that holds what rules are asked about.
enum SQLTable: String, Sendable {
    /// Reports of flows.
    case flow
    /// Questions to resolvers.
    case dns
}

/// What a field of rules is in a row of the fleet's tables. A column has the field's name with `_` for `.`; that of an absent field
/// holds the default of its type.
struct SQLField: Sendable {
    /// How the value is compared.
    enum Kind: Sendable { case text, texts, address, number, numbers, boolean }

    /// The value.
    var value: String
    /// Whether there is a value; `nil` if there always is.
    var presence: String?
    /// How it is compared.
    var kind: Kind
    /// By how much the report adds to it, if the events say that.
    var increment: String?

    /// The value as people and groups read it; empty if it is absent.
    var text: String {
        let shown =
            switch kind {
            case .text: value
            case .texts: "arrayStringConcat(\(value), ',')"
            case .numbers: "arrayStringConcat(arrayMap(x -> toString(x), \(value)), ',')"
            case .address: SQLText.addressText(value)
            case .number: "toString(\(value))"
            case .boolean: "if(\(value), 'true', 'false')"
            }
        guard let presence, kind == .number || kind == .boolean else { return shown }
        return "if(\(presence), \(shown), '')"
    }
}

extension Field {
    /// What the field is in a row of `table`; `nil` if no column tells it.
    func sql(in table: SQLTable) -> SQLField? {
        guard Self.isStored(name, in: table) else { return nil }
        let column = Self.columns[name] ?? name.split(separator: ".").joined(separator: "_")
        var field = SQLField(value: column, presence: nil, kind: kind)
        field.presence = presence(of: column)
        switch name {
        case "dst.host_source": field.value = "if(\(column) = '', 'none', \(column))"
        case "net.app": field.value = "if(\(column) = '', 'unknown', \(column))"
        // Rules compare durations in nanoseconds, columns have seconds.
        case "flow.duration": field.value = "(toInt64(\(column) * 1000) * 1000000)"
        case "flow.first_byte", "flow.longest_stream": field.value = "(toInt64(round(\(column) * 1000000)) * 1000)"
        default: break
        }
        if Self.increments.contains(name) {
            field.increment = "flow_delta_" + name.dropFirst("flow.".count)
        }
        return field
    }

    private var kind: SQLField.Kind {
        switch type {
        case .string, .hostname, .enumeration: isList ? .texts : .text
        case .address: .address
        case .number, .size, .duration: isList ? .numbers : .number
        case .boolean: .boolean
        }
    }

    private func presence(of column: String) -> String? {
        switch name {
        case "dst.host_source", "net.app": return nil
        case "tls.pq", "tls.hello.fragmented": return "tls_hello_state != ''"
        case "ai.relay_score": return "ai_relay_suspected"
        case "tls.version": return "\(column) IN ('ssl3', '1.0', '1.1', '1.2', '1.3')"
        case "flow.first_byte": return "(flow_method != '' AND \(column) > 0)"
        case "flow.requests_est", "flow.interactions_est", "flow.upload_bursts", "flow.largest_upload",
            "flow.longest_stream":
            return "flow_method != ''"
        default: break
        }
        return switch kind {
        case .text: "\(column) != ''"
        case .texts, .numbers: "notEmpty(\(column))"
        case .address, .number, .boolean: nil
        }
    }

    /// Whether reports of a flow that was named already may differ in the field.
    var changesWithReports: Bool { stage == .flowUpdate || stage == .flowEnd }

    private static func isStored(_ name: String, in table: SQLTable) -> Bool {
        // Events tell the signs of a relay in sentences, and the sensor's health in events of their own.
        guard !["ai.relay_reasons", "sensor.health"].contains(name) else { return false }
        switch table {
        case .flow: return !["dns.qname", "dns.qtype", "dns.resolver"].contains(name)
        case .dns:
            let group = name.prefix { $0 != "." }
            return ["src", "sensor"].contains(group) || ["dns.qname", "dns.qtype", "dns.resolver"].contains(name)
                || group == "ai" && !["ai.client", "ai.relay_suspected", "ai.relay_score"].contains(name)
        }
    }

    /// Fields whose column goes by the name of the event.
    private static let columns = ["net.tunnel": "net_tunnels"]
    private static let increments: Set<String> = [
        "flow.bytes_up", "flow.bytes_down", "flow.packets_up", "flow.packets_down", "flow.missed_bytes",
        "flow.requests_est", "flow.interactions_est", "flow.upload_bursts",
    ]
}
