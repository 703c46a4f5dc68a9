import Foundation
import Settings
import Testing
import Vendors

@testable import egret

@Suite struct ConfigCommandTests {
    @Test("What config show prints is a file that config check accepts, with the same values")
    func roundTrip() throws {
        let scratch = try Scratch()
        let first = try scratch.write(
            "egret.yaml",
            """
            sources: {interfaces: [eth0, 'eth1: x'], snaplen: 4096}
            filters: {capture: "not port 22", flows: all}
            limits: {flow_memory: 64MiB}
            timeouts: {tcp: 90s}
            """)
        let shown = egret("config", "show", "--config", first)
        #expect(shown.status == 0, "\(shown)")
        let second = try scratch.write("again.yaml", shown.output)
        let checked = egret("config", "check", second)
        #expect(checked.status == 0 && checked.output.contains("no errors"), "\(checked)")
        func values(_ path: String) throws -> [String: [String]] {
            var settings = Settings()
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(settings.read(file: path, bytes: [UInt8](data)).isEmpty)
            return Dictionary(uniqueKeysWithValues: SettingKey.all.map { ($0.path, settings[$0].values) })
        }
        #expect(try values(first) == values(second))
    }

    @Test("Where each value comes from is beside it")
    func origins() throws {
        let scratch = try Scratch()
        let file = try scratch.write("egret.yaml", "timeouts: {tcp: 90s}\n")
        let lines = egret("config", "show", "--config", file, "--flows", "none").output.split(separator: "\n")
        func origin(_ name: String) -> String? {
            lines.first { $0.contains(" \(name):") }?.split(separator: "#").last.map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        #expect(origin("tcp") == "\(file):1:12")
        #expect(origin("flows") == "--flows")
        #expect(origin("udp") == "default")
    }

    @Test(
        "An error names the file, the line and what would be right, and ends with 1",
        arguments: [
            ("timeouts: {tcp: soon}\n", ":1:17: error[C011] timeouts.tcp: 'soon' is not a duration such as 90s"),
            (
                "timouts: {tcp: 1}\n",
                ":1:1: error[C010] unknown key 'timouts' at the top of the file; did you mean 'timeouts'?"
            ),
            ("filters:\n  flows: some\n", ":2:10: error[C011] filters.flows: 'some' is none of"),
            ("filters: [\n", "error[C001] not YAML"),
        ])
    func errors(text: String, words: String) throws {
        let scratch = try Scratch()
        let result = egret("config", "check", try scratch.write("egret.yaml", text))
        #expect(result.status == 1 && result.errors.contains(words), "\(result)")
    }

    @Test("A file that is not there is an error that names it")
    func missing() throws {
        let path = try Scratch().path("missing.yaml")
        let result = egret("config", "check", path)
        #expect(result.status != 0 && result.errors.contains("missing.yaml"), "\(result)")
    }
}

@Suite struct CatalogExchangeCommandTests {
    private let vendors = projectPath("rules/vendors")

    @Test("Every format is written, without what a terminal would obey", arguments: CatalogExport.Format.allCases)
    func exports(form: CatalogExport.Format) {
        let format = form.rawValue
        let result = egret("catalog", "export", "--catalog", vendors, "--as", format, "--vendor", "anthropic")
        #expect(result.status == 0 && !result.output.isEmpty, "\(format): \(result.errors)")
        let holdsNames = ![.edlAddress, .nftables, .suricataDataset].contains(form)
        #expect(!holdsNames || result.output.contains("anthropic.com"), "\(format)")
        let isPlain = result.output.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 }
        #expect(isPlain, "\(format)")
        #expect(result.output.hasSuffix("\n"), "\(format)")
        let again = egret("catalog", "export", "--catalog", vendors, "--as", format, "--vendor", "anthropic")
        #expect(again.output == result.output, "\(format): the same catalog gives the same bytes")
    }

    @Test("What cannot be selected is wrong usage that names it")
    func unknownSelections() {
        for (arguments, words) in [
            (["--as", "hosts", "--vendor", "nobody"], "unknown vendor: nobody"),
            (["--as", "hosts", "--product", "nothing"], "unknown product: nothing"),
            (["--as", "papyrus"], "papyrus"), (["--as", "hosts", "--role", "actor"], "actor"),
            (["--as", "hosts", "--list", "x", "--vendor", "anthropic"], "--list takes the place of the catalog"),
        ] {
            let result = egret(["catalog", "export", "--catalog", vendors] + arguments)
            #expect(result.status == 2 && result.errors.contains(words), "\(arguments): \(result)")
        }
    }

    @Test("A catalog differs from itself in nothing, and from a smaller one by its vendors")
    func difference() throws {
        let scratch = try Scratch()
        _ = try scratch.write(
            "acme.yaml", "id: acme\nname: Acme\nproducts: []\nendpoints: []\nsources: []\n")
        let same = egret("catalog", "diff", "--format", "json", vendors, vendors)
        #expect(same.status == 0, "\(same)")
        #expect(try JSONSerialization.jsonObject(with: Data(same.output.utf8)) is [String: Any])
        let missing = egret("catalog", "diff", vendors, scratch.path("nowhere"))
        #expect(missing.status == 1 && missing.errors.contains("nowhere"), "\(missing)")
    }

    @Test("A list of another tool becomes a draft that the catalog reads")
    func imports() throws {
        let scratch = try Scratch()
        let list = try scratch.write("acme", "# a comment\nacme.example\nfull:api.acme.example\n")
        let arguments = ["--id", "acme", "--name", "Acme", "--source", "a list", "--date", "2026-11-22"]
        let result = egret(["catalog", "import", "--from", "v2fly"] + arguments + [list])
        #expect(result.status == 0 && result.output.contains("acme.example"), "\(result)")
        let missing = egret(["catalog", "import", "--from", "v2fly"] + arguments + [scratch.path("nothing")])
        #expect(missing.status == 2 && missing.errors.contains("nothing cannot be read"), "\(missing)")
        let unknown = egret(["catalog", "import", "--from", "abacus"] + arguments + [list])
        #expect(unknown.status == 2 && unknown.errors.contains("abacus"), "\(unknown)")
    }

    @Test("A lookup says of which entry a host is, and that an unknown one is none")
    func lookups() {
        let result = egret("catalog", "lookup", "--catalog", vendors, "api.anthropic.com", "203.0.113.7", "..", "a_b")
        #expect(result.status == 0 && result.output.contains("anthropic"), "\(result)")
        for name in ["203.0.113.7", "a_b"] { #expect(result.output.contains(name), "\(name): \(result)") }
    }
}
