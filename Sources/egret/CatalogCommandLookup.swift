import ArgumentParser
import Vendors

/// `egret catalog lookup`: what the catalog says of a host or an address.
struct CatalogLookupCommand: ParsableCommand {
    /// How answers are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, jsonl
    }

    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "Say what a host or an address is, by which entry, and why.")

    @OptionGroup var catalog: CatalogOptions
    @Option(help: "text for people, or jsonl: an object a line.") var format = Format.text
    @Argument(help: "Host names and addresses; - reads them from standard input, one a line.") var names: [String]

    func run() throws {
        let catalog = try catalog.load()
        for name in names {
            if name == "-" {
                while let line = readLine() { answer(line, catalog) }
            } else {
                answer(name, catalog)
            }
        }
    }

    private func answer(_ name: String, _ catalog: Catalog) {
        let answer = CatalogLookup(name, in: catalog)
        print(format == .jsonl ? answer.json : answer.text)
    }
}
