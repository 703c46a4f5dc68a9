import ArgumentParser
import Fleet

/// `egret schema clickhouse`: the tables of a fleet.
struct SchemaClickHouseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clickhouse",
        abstract: "Write the tables of a fleet, where events of many sensors are kept, for ClickHouse.",
        discussion: """
            EXAMPLES
              egret schema clickhouse | clickhouse-client --multiquery
              egret schema clickhouse --from 1 | clickhouse-client --multiquery
              egret schema clickhouse --roles | clickhouse-client --multiquery
            """)

    @Option(help: "Write what leads from the tables of this version to the present ones.") var from: Int?
    @Option(help: "Write the tables as they were in this version.") var version: Int?
    @Flag(help: "Write the roles: egret_writer, egret_reader and egret_masked_reader.") var roles = false

    func validate() throws {
        for number in [from, version].compactMap(\.self) where !FleetSchema.versions.contains(number) {
            throw ValidationError(
                "there is no version \(number); versions are \(FleetSchema.versions.lowerBound) to \(FleetSchema.version)"
            )
        }
        guard [from != nil, version != nil, roles].count(where: \.self) <= 1 else {
            throw ValidationError("give one of --from, --version and --roles")
        }
    }

    func run() throws {
        let statements =
            roles
            ? FleetSchema.roles
            : from.map { FleetSchema.migration(from: $0) }
                ?? FleetSchema.creation(version: version ?? FleetSchema.version)
        for statement in statements { Terminal.write(output: statement + ";\n\n") }
    }
}
