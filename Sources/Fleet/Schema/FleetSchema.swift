/// The tables of a fleet in ClickHouse: what `egret schema clickhouse` writes.
///
/// Lines go in by `egret.door` and are sorted into typed tables. A line that is delivered twice is one row, because rows are replaced by
/// (sensor, boot, seq); what a sensor sent and what arrived is compared by bitmaps of `seq`. A line that is no event of egret is kept in
/// `egret.rejected`.
public enum FleetSchema {
    /// The version of the tables. Version 2 brought `egret.finding` and the columns of first sightings.
    public static let version = 2

    /// The versions that tables can be made in or brought on from.
    public static var versions: ClosedRange<Int> { 1...version }

    /// The statements that make the tables of `version`, without semicolons.
    public static func creation(version: Int = version) -> [String] {
        var statements = ["CREATE DATABASE IF NOT EXISTS egret", door]
        for table in FleetTable.all { statements.append(table.creation(version: version)) }
        statements += [rejected, arrived, hour, versionTable]
        if version >= 2 { statements.append(finding) }
        // Views last: nothing is sorted into a table that is not there yet.
        for table in FleetTable.all { statements.append(table.view(version: version)) }
        statements += [
            toRejected, toArrived, toHour, masked("flow", version: version), masked("dns", version: version),
        ]
        return statements + [note(version)]
    }

    /// The statements that lead from the tables of version `old` to the present ones; none if these are they.
    public static func migration(from old: Int) -> [String] {
        guard old < version else { return [] }
        var statements = FleetTable.all.flatMap { $0.migration(from: old, to: version) }
        if old < 2 { statements.append(finding) }
        // They list their columns.
        for name in ["flow", "dns"] {
            statements += ["DROP VIEW IF EXISTS egret.\(name)_masked", masked(name, version: version)]
        }
        return statements + [note(version)]
    }

    /// The statements that make the roles: one that only inserts, one that reads everything, one that reads without addresses.
    public static let roles: [String] =
        [
            "CREATE ROLE IF NOT EXISTS egret_writer", "GRANT INSERT ON egret.door TO egret_writer",
            "CREATE ROLE IF NOT EXISTS egret_reader", "GRANT SELECT ON egret.* TO egret_reader",
            "CREATE ROLE IF NOT EXISTS egret_masked_reader",
        ]
        + ["flow_masked", "dns_masked", "hour", "arrived"].map { "GRANT SELECT ON egret.\($0) TO egret_masked_reader" }

    /// The quick functions look for a name in the text, whatever object it is in, and know no blanks: `type`, `boot`, `seq` and `time` are
    /// names of the envelope alone, and a line that someone has written again with blanks is parsed.
    private static let door = """
        CREATE TABLE IF NOT EXISTS egret.door
        (
            line String,
            type LowCardinality(String) DEFAULT if(simpleJSONExtractString(line, 'type') != '', simpleJSONExtractString(line, 'type'), JSONExtractString(line, 'type'))
        )
        ENGINE = Null
        """

    private static let rejected = """
        CREATE TABLE IF NOT EXISTS egret.rejected
        (
            received DateTime DEFAULT now(),
            line String CODEC(ZSTD(3))
        )
        ENGINE = MergeTree ORDER BY received TTL received + INTERVAL 30 DAY
        SETTINGS non_replicated_deduplication_window = 1000
        """

    private static var toRejected: String {
        let types = FleetTable.all.flatMap(\.types).map { "'\($0)'" }.joined(separator: ", ")
        return """
            CREATE MATERIALIZED VIEW IF NOT EXISTS egret.to_rejected TO egret.rejected AS
            SELECT now() AS received, line FROM egret.door
            WHERE line != '' AND NOT (type IN (\(types)) AND position(line, '"boot":') > 0 AND position(line, '"time":') > 0)
            """
    }

    private static let arrived = """
        CREATE TABLE IF NOT EXISTS egret.arrived
        (
            day Date,
            sensor_id LowCardinality(String),
            boot LowCardinality(String),
            first SimpleAggregateFunction(min, UInt64),
            last SimpleAggregateFunction(max, UInt64),
            seen AggregateFunction(groupBitmap, UInt64),
            delivered SimpleAggregateFunction(sum, UInt64)
        )
        ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (sensor_id, boot, day)
        TTL day + INTERVAL 3 YEAR
        SETTINGS non_replicated_deduplication_window = 1000
        """

    /// The `start` event comes again in each file, under the number that it had; the bitmap counts it once.
    private static let toArrived = """
        CREATE MATERIALIZED VIEW IF NOT EXISTS egret.to_arrived TO egret.arrived AS
        SELECT toDateOrZero(moment) AS day, sensor_id, boot, min(number) AS first,
            max(number) AS last, groupBitmapState(number) AS seen, count() AS delivered
        FROM (
            SELECT simpleJSONExtractString(line, 'boot') != '' AND position(line, '"sensor":{') > 0 AS quick,
                if(quick, substring(simpleJSONExtractString(line, 'time'), 1, 10), substring(JSONExtractString(line, 'time'), 1, 10)) AS moment,
                if(quick, simpleJSONExtractString(simpleJSONExtractRaw(line, 'sensor'), 'id'), JSONExtractString(line, 'sensor', 'id')) AS sensor_id,
                if(quick, simpleJSONExtractString(line, 'boot'), JSONExtractString(line, 'boot')) AS boot,
                if(quick, simpleJSONExtractUInt(line, 'seq'), JSONExtractUInt(line, 'seq')) AS number
            FROM egret.door
        )
        WHERE boot != ''
        GROUP BY day, sensor_id, boot
        """

    private static let hour = """
        CREATE TABLE IF NOT EXISTS egret.hour
        (
            hour DateTime('UTC'),
            ai_vendor LowCardinality(String),
            ai_product LowCardinality(String),
            sensor_id LowCardinality(String),
            flows UInt64,
            bytes_up UInt64,
            bytes_down UInt64,
            interactions UInt64,
            sources AggregateFunction(uniqCombined64(15), IPv6),
            made DateTime
        )
        ENGINE = ReplacingMergeTree(made) PARTITION BY toYYYYMM(hour) ORDER BY (ai_vendor, ai_product, hour, sensor_id)
        TTL hour + INTERVAL 2 YEAR
        """

    /// The rows of hours from what is stored, so that a line which was delivered twice counts once. An hour is made again for a day.
    private static let toHour = """
        CREATE MATERIALIZED VIEW IF NOT EXISTS egret.to_hour REFRESH EVERY 10 MINUTE APPEND TO egret.hour AS
        \(hours(since: "toStartOfHour(now('UTC')) - INTERVAL 26 HOUR"))
        """

    /// The query for the rows of `egret.hour` since a moment, for hours that arrived later than that.
    public static func hours(since moment: String) -> String {
        """
        SELECT toStartOfHour(toDateTime(time, 'UTC')) AS hour, ai_vendor, ai_product, sensor_id,
            toUInt64(countIf(flow_part = 1)) AS flows, toUInt64(greatest(0, sum(flow_delta_bytes_up))) AS bytes_up,
            toUInt64(greatest(0, sum(flow_delta_bytes_down))) AS bytes_down,
            toUInt64(greatest(0, sum(flow_delta_interactions_est))) AS interactions,
            uniqCombined64State(15)(src_ip) AS sources, now() AS made
        FROM egret.flow FINAL
        WHERE time >= \(moment) AND ai_vendor != ''
        GROUP BY hour, ai_vendor, ai_product, sensor_id
        """
    }

    private static let finding = """
        CREATE TABLE IF NOT EXISTS egret.finding
        (
            rule_id LowCardinality(String),
            key Array(String),
            step Int64,
            first_seen DateTime64(3, 'UTC'),
            last_seen DateTime64(3, 'UTC'),
            hits UInt64,
            value Int64,
            severity LowCardinality(String),
            sample Map(LowCardinality(String), String),
            sensors Array(LowCardinality(String)),
            evaluated DateTime
        )
        ENGINE = ReplacingMergeTree(evaluated) PARTITION BY toYYYYMM(first_seen) ORDER BY (rule_id, key, step)
        TTL toDateTime(first_seen) + INTERVAL 3 YEAR
        """

    private static let versionTable = """
        CREATE TABLE IF NOT EXISTS egret.schema_version (version UInt32, applied DateTime DEFAULT now())
        ENGINE = ReplacingMergeTree ORDER BY version
        """

    private static func note(_ version: Int) -> String {
        "INSERT INTO egret.schema_version (version) VALUES (\(version))"
    }

    /// A view without the addresses and ports of sources, nor what could be computed back into them.
    private static func masked(_ name: String, version: Int) -> String {
        let hidden: Set<String> = ["src_ip", "src_ip_text", "src_port", "net_community_id", "flow_number", "flow_id"]
        let columns = (FleetTable.all.first { $0.name == name }?.columns ?? []).filter { $0.since <= version }.map(
            \.name
        ).filter {
            !hidden.contains($0)
        }
        return """
            CREATE VIEW IF NOT EXISTS egret.\(name)_masked DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
            SELECT \(columns.joined(separator: ", "))
            FROM egret.\(name) FINAL
            """
    }
}
