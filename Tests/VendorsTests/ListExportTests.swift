import Testing
import Text

@testable import Vendors

@Suite struct ListExportTests {
    private func export(_ text: String) throws -> CatalogExport {
        try CatalogExport(
            list: try #require(SourceText(name: "allowed.txt", bytes: Array(text.utf8))), version: "list allowed.txt")
    }

    @Test("The names of a list, without its reasons, in the formats of allow lists")
    func formats() throws {
        let list = try export("# learned\n# why\napi.Example.com  # who\n\n\tpypi.example.org\r\n")
        #expect(list.entries.map(\.description) == ["exact api.example.com", "exact pypi.example.org"])
        #expect(
            list.text(as: .allowlist)
                == "# egret catalog list allowed.txt: 2 entries\napi.example.com\npypi.example.org\n")
        #expect(
            list.text(as: .sandbox).contains("\"api.example.com\"")
                && list.text(as: .cilium).contains("pypi.example.org"))
        #expect(!list.text(as: .sandbox).contains("why"))
    }

    @Test("A line that is no whole host name is an error at its line, and nothing is written")
    func errors() {
        let errors = #expect(throws: CatalogErrors.self) {
            try export("a.example\n*.example.com\ntwo words\n192.0.2.1\n\u{1B}[31m.example\nlocalhost\n")
        }
        #expect(errors?.errors.map(\.place.line) == [2, 3, 4, 5, 6])
        #expect(errors?.errors.allSatisfy { $0.description.contains("is not one whole host name") } == true)
    }
}
