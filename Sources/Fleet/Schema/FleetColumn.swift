/// One column of a table of the fleet: how it is stored, and how it comes out of an event's line.
///
/// A field's column has the field's path with `_` for `.` as its name, and holds the default of its type if the field is absent.
/// Some columns are computed when they are read (`alias`), because they follow from others or repeat them.
struct FleetColumn: Sendable {
    /// What a column is.
    enum Content: Sendable {
        /// A field of the event: its path, and the type in which it is read.
        case field(path: String, reading: String)
        /// An expression over the event, `e`.
        case derived(String)
        /// An expression over other columns, which takes no room.
        case alias(String)
    }

    /// The column's name.
    let name: String
    /// Its type.
    let type: String
    /// How it is packed; empty for the server's default.
    var codec = ""
    /// What it is.
    let content: Content
    /// What is made of the field as it was read, `{}`; empty if it stays as it is.
    var conversion = ""
    /// The version of the tables that brought it.
    var since = 1

    /// A column of a field, whose type in the table is `type`, or that in which it is read.
    init(
        _ path: String, reading: String, type: String? = nil, codec: String = "", conversion: String = "",
        since: Int = 1
    ) {
        name = Self.name(of: path)
        self.type = type ?? reading
        self.codec = codec
        content = .field(path: path, reading: reading)
        self.conversion = conversion
        self.since = since
    }

    /// A column that is computed from the event, or from other columns.
    init(named name: String, _ type: String, codec: String = "", _ content: Content) {
        self.name = name
        self.type = type
        self.codec = codec
        self.content = content
    }

    /// The name of the column of the field at `path`.
    static func name(of path: String) -> String { path.split(separator: ".").joined(separator: "_") }

    /// The column in a table's definition.
    var definition: String {
        var text = "`\(name)` \(type)"
        if case .alias(let expression) = content { text += " ALIAS \(expression)" }
        return codec.isEmpty ? text : text + " CODEC(\(codec))"
    }

    /// The column in the view that fills the table; `nil` if it is computed when it is read.
    var selection: String? {
        switch content {
        case .alias: return nil
        case .derived(let expression): return "\(expression) AS `\(name)`"
        case .field(let path, _):
            let value = "e." + path.split(separator: ".").map { "`\($0)`" }.joined(separator: ".")
            let parts = conversion.split(separator: "{}", omittingEmptySubsequences: false)
            let text = conversion.isEmpty ? value : parts.joined(separator: value)
            return "\(text) AS `\(name)`"
        }
    }

    /// Whether the column holds what is inserted.
    var isStored: Bool { if case .alias = content { false } else { true } }
}

extension FleetColumn {
    /// Texts of which there are few.
    static func words(_ paths: String..., since: Int = 1) -> [FleetColumn] {
        paths.map { FleetColumn($0, reading: "String", type: "LowCardinality(String)", since: since) }
    }

    /// Texts of which there are many.
    static func texts(_ paths: String...) -> [FleetColumn] {
        paths.map { FleetColumn($0, reading: "String", codec: "ZSTD(3)") }
    }

    /// Whole numbers of `type`.
    static func numbers(_ type: String, _ paths: String...) -> [FleetColumn] {
        paths.map { FleetColumn($0, reading: type, codec: "T64, ZSTD(1)") }
    }

    /// Truth values; absent is false.
    static func flags(_ paths: String...) -> [FleetColumn] { paths.map { FleetColumn($0, reading: "Bool") } }

    /// Lists of words.
    static func lists(_ paths: String..., since: Int = 1) -> [FleetColumn] {
        paths.map {
            FleetColumn($0, reading: "Array(String)", type: "Array(LowCardinality(String))", since: since)
        }
    }

    /// Moments, to the nanosecond.
    static func moments(_ paths: String...) -> [FleetColumn] {
        paths.map {
            FleetColumn(
                $0, reading: "String", type: "DateTime64(9, 'UTC')", codec: "Delta(8), ZSTD(1)",
                conversion: "parseDateTime64BestEffortOrZero({}, 9, 'UTC')")
        }
    }

    /// Addresses, IPv4 in its mapped form; absent or unreadable is `::`.
    static func addresses(_ paths: String...) -> [FleetColumn] {
        paths.map {
            FleetColumn($0, reading: "String", type: "IPv6", codec: "ZSTD(1)", conversion: "toIPv6OrDefault({})")
        }
    }

    /// The address of a column as egret writes it: IPv4 in four decimal parts.
    static func addressText(_ column: String) -> FleetColumn {
        FleetColumn(named: column + "_text", "String", .alias("replaceOne(toString(\(column)), '::ffff:', '')"))
    }

    /// The members that every event has.
    static let envelope =
        words("sensor.id", "boot") + [FleetColumn("seq", reading: "UInt64", codec: "Delta(8), ZSTD(1)")]
        + words("sensor.version", "schema", "privacy.key") + flags("truncated")
        + [
            FleetColumn(
                named: "id", "String", .alias("concat(sensor_id, '/', boot, '/', toString(seq))"))
        ]

    /// The event's moment to the millisecond, for the large tables.
    static let shortTime = FleetColumn(
        "time", reading: "String", type: "DateTime64(3, 'UTC')", codec: "Delta(8), ZSTD(1)",
        conversion: "parseDateTime64BestEffortOrZero({}, 3, 'UTC')")

    /// Whose host it is.
    static let attribution =
        words(
            "ai.vendor", "ai.product", "ai.role", "ai.category", "ai.country", "ai.confidence", "ai.scope",
            "ai.catalog",
            "ai.why", "ai.client", "ai.name_hint")

    /// The type of what is read of a line: a tuple of tuples.
    static func tuple(_ columns: [FleetColumn], more: [String] = []) -> String {
        var fields: [(path: [Substring], type: String)] = columns.compactMap { column in
            guard case .field(let path, let reading) = column.content else { return nil }
            return (path.split(separator: "."), reading)
        }
        for path in more { fields.append((path.split(separator: "."), "String")) }
        return tuple(of: fields)
    }

    private static func tuple(of fields: [(path: [Substring], type: String)]) -> String {
        var order: [Substring] = []
        var members: [Substring: [(path: [Substring], type: String)]] = [:]
        for field in fields {
            guard let first = field.path.first else { continue }
            if members[first] == nil { order.append(first) }
            members[first, default: []].append((Array(field.path.dropFirst()), field.type))
        }
        let texts = order.map { name in
            let inside = members[name] ?? []
            let type = inside.count == 1 && inside[0].path.isEmpty ? inside[0].type : tuple(of: inside)
            return "`\(name)` \(type)"
        }
        return "Tuple(\(texts.joined(separator: ", ")))"
    }
}
