public import ArgumentParser
public import Events
import Text

/// `egret schema`: what events consist of, for programs that read them.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the schema of events, in the form that another program reads.",
        discussion: """
            EXAMPLES
              egret schema json > events.schema.json
              egret schema fields --event flow
              egret schema fields --json
              egret schema clickhouse | clickhouse-client --multiquery
            """,
        subcommands: [SchemaJSONCommand.self, SchemaFieldsCommand.self, SchemaClickHouseCommand.self])
}

/// `egret schema json`: the JSON Schema.
struct SchemaJSONCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json", abstract: "Print the JSON Schema of events (draft 2020-12).")

    func run() throws { Terminal.print(EventSchema.document.rendered()) }
}

/// `egret schema fields`: the table of fields.
struct SchemaFieldsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fields",
        abstract: "Print every field of events: its type, its unit and its names in other schemas.",
        discussion: """
            With --json also what each field means, what privacy does to it, which rule field and which metric have the same \
            value, and the step at which it is left out of an event that would be too long.
            """)

    @Option(name: .long, help: "Only the fields of this type of event.") var event: Event.Kind?
    @Flag(name: .long, help: "Print a JSON array with an object for each field.") var json = false

    func run() throws {
        let fields = event.map { EventField.fields(of: $0) } ?? EventField.all
        if json { return Terminal.print(SchemaNode.array(fields.map(\.record)).rendered()) }
        var table = TextTable(
            heads: ["FIELD", "EVENTS", "TYPE", "UNIT", "ECS", "OCSF"], isNumber: Array(repeating: false, count: 6))
        for field in fields where !field.meaning.isEmpty {
            let kinds =
                field.kinds.count == Event.Kind.allCases.count
                ? "all" : field.kinds.map(\.rawValue).joined(separator: " ")
            table.add([
                field.path, kinds, field.type.name, field.unit?.rawValue ?? "", field.ecs?.path ?? "",
                field.ocsf?.path ?? "",
            ])
        }
        Terminal.print(table.text, terminator: "")
    }
}

extension Event.Kind: ExpressibleByArgument {}
