/// A table that lines are sorted into, by their `type`.
struct FleetTable: Sendable {
    /// The table's name.
    let name: String
    /// The types of events that it holds.
    let types: [String]
    /// Its columns.
    let columns: [FleetColumn]
    /// What is read of a line beside the columns' own fields.
    var readings: [FleetColumn] = []
    /// How it is divided into parts that are removed together.
    let partition: String
    /// How its rows are sorted. Rows that are equal in all of this are one event that was delivered twice.
    let order: String
    /// How long rows are kept: an expression of the moment, and a length.
    let keeping: (moment: String, length: String)

    /// The statement that makes it as it was in `version`.
    func creation(version: Int) -> String {
        let definitions = columns.filter { $0.since <= version }.map { "    \($0.definition)" }
        return """
            CREATE TABLE IF NOT EXISTS egret.\(name)
            (
            \(definitions.joined(separator: ",\n"))
            )
            ENGINE = ReplacingMergeTree PARTITION BY \(partition)
            ORDER BY (\(order))
            TTL \(keeping.moment) + INTERVAL \(keeping.length)
            SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
            """
    }

    /// The query that fills it from the door.
    func filling(version: Int) -> String {
        let known = columns.filter { $0.since <= version }
        let list = types.map { "'\($0)'" }.joined(separator: ", ")
        return """
            WITH JSONExtract(line, '\(FleetColumn.tuple(known + readings))') AS e
            SELECT
                \(known.compactMap(\.selection).joined(separator: ",\n    "))
            FROM egret.door
            WHERE type \(types.count == 1 ? "= \(list)" : "IN (\(list))") AND \(Self.isEvent)
            """
    }

    /// Whether a line says which event it is, and when: without that no row of it could be found again. It comes of a sensor.
    static let isEvent = "e.boot != '' AND e.time != ''"

    /// The statement that makes the view which fills it.
    func view(version: Int) -> String {
        "CREATE MATERIALIZED VIEW IF NOT EXISTS egret.to_\(name) TO egret.\(name) AS\n\(filling(version: version))"
    }

    /// The statements that lead from the table of one version to that of a later one. Lines may arrive meanwhile.
    func migration(from old: Int, to new: Int) -> [String] {
        let added = columns.filter { $0.since > old && $0.since <= new }
        guard !added.isEmpty else { return [] }
        return added.map { "ALTER TABLE egret.\(name) ADD COLUMN IF NOT EXISTS \($0.definition)" }
            + ["ALTER TABLE egret.to_\(name) MODIFY QUERY\n\(filling(version: new))"]
    }

    /// The tables, in the order in which they are made.
    static let all: [FleetTable] = [
        FleetTable(
            name: "flow", types: ["flow"], columns: FleetColumn.flow, readings: FleetColumn.flowReadings,
            partition: "toYYYYMMDD(time)",
            order: "ai_vendor, ai_product, sensor_id, toStartOfHour(time), src_ip, boot, seq",
            keeping: ("toDateTime(time)", "400 DAY")),
        FleetTable(
            name: "dns", types: ["dns"], columns: FleetColumn.dns, partition: "toYYYYMMDD(time)",
            order: "ai_vendor, dns_qname, sensor_id, src_ip, boot, seq", keeping: ("toDateTime(time)", "30 DAY")),
        FleetTable(
            name: "alert", types: ["alert"], columns: FleetColumn.alert, partition: "toYYYYMM(time)",
            order: "rule_id, sensor_id, alert_id, boot, seq", keeping: ("toDateTime(time)", "3 YEAR")),
        FleetTable(
            name: "inventory", types: ["inventory"], columns: FleetColumn.inventory, partition: "toYYYYMM(period_day)",
            order: "ai_vendor, ai_product, period_day, sensor_id, src_ip, boot, seq",
            keeping: ("period_day", "2 YEAR")),
        FleetTable(
            name: "statement", types: ["stats", "health", "audit", "start", "stop", "anchor"],
            columns: FleetColumn.statement, partition: "toYYYYMM(time)", order: "sensor_id, type, boot, seq",
            keeping: ("toDateTime(time)", "3 YEAR")),
    ]
}
