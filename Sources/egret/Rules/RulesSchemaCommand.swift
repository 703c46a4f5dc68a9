import ArgumentParser
import Rules

/// `egret rules schema`: the JSON Schema of rule files, for editors.
struct RulesSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Write the JSON Schema of rule files, with the vendors of the catalog.",
        discussion: """
            With a YAML language server, the first line of a rule file can name it:
              # yaml-language-server: $schema=/usr/share/egret/rules.schema.json
            """)

    @OptionGroup var catalog: CatalogOptions

    func run() throws {
        Terminal.print(RuleSchema.json(try RuleDefaults.vocabulary(try catalog.load(), catalog)), terminator: "")
    }
}
