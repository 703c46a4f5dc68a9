import Foundation
import Testing
import Text

/// What the JSON reader of Foundation makes of a rendered node.
private func parsed(_ node: SchemaNode) throws -> NSObject {
    let value = try JSONSerialization.jsonObject(with: Data(node.rendered().utf8), options: [.fragmentsAllowed])
    return try #require(value as? NSObject)
}

@Suite struct SchemaNodeTests {
    @Test("Scalars and empty containers are rendered without line ends")
    func scalars() {
        #expect(SchemaNode.text("a").rendered() == "\"a\"")
        #expect(SchemaNode.number(-7).rendered() == "-7")
        #expect(SchemaNode.boolean(true).rendered() == "true")
        #expect(SchemaNode.boolean(false).rendered() == "false")
        #expect(SchemaNode.array([]).rendered() == "[]")
        #expect(SchemaNode.object([]).rendered() == "{}")
    }

    @Test("Members keep their order, two spaces a level")
    func layout() {
        let node = SchemaNode.object([
            ("z", .number(1)), ("a", .array([.text("x"), .object([("k", .boolean(true))])])), ("e", .object([])),
        ])
        #expect(
            node.rendered() == """
                {
                  "z": 1,
                  "a": ["x", {
                    "k": true
                  }],
                  "e": {}
                }
                """)
    }

    @Test("The shorthands are what JSON Schema 2020-12 calls them")
    func shorthands() throws {
        #expect(try parsed(.reference("host")) == ["$ref": "#/$defs/host"] as NSDictionary)
        #expect(try parsed(.words(["a", "b"])) == ["enum": ["a", "b"]] as NSDictionary)
        #expect(try parsed(.type("string")) == ["type": "string"] as NSDictionary)
        let list = ["type": "array", "items": ["type": "integer"]] as NSDictionary
        #expect(try parsed(.list(of: .type("integer"))) == list)
        let map = ["type": "object", "additionalProperties": ["type": "boolean"]] as NSDictionary
        #expect(try parsed(.map(of: .type("boolean"))) == map)
    }

    @Test("A closed map refuses unknown keys, except those of the author")
    func closed() throws {
        let node = SchemaNode.closed([("id", .type("string"))], required: ["id"])
        let value = try #require(try parsed(node) as? NSDictionary)
        #expect(value["additionalProperties"] as? Bool == false)
        #expect(value["required"] as? [String] == ["id"])
        #expect((value["patternProperties"] as? NSDictionary)?.allKeys as? [String] == ["^x-"])
        #expect((value["properties"] as? NSDictionary)?.allKeys as? [String] == ["id"])
    }

    @Test("Every text is one that a JSON reader gives back")
    func texts() throws {
        let texts = [
            "", "plain", "a \"quoted\" word", "back\\slash", "tab\t and line\n", "\u{0}\u{1F}\u{7F}",
            "\u{85}\u{2028}\u{202E}",
            "ß é 漢字 🙂", "\u{FEFF}", "</script>", "e\u{301}",
        ]
        for text in texts {
            let value = try JSONSerialization.jsonObject(
                with: Data(JSONText.quoted(text).utf8), options: [.fragmentsAllowed])
            #expect((value as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true, "\(text)")
        }
    }

    @Test("What a terminal would obey is escaped, and so are separators of lines")
    func escapes() {
        #expect(JSONText.quoted("\u{1B}[31m") == "\"\\u001b[31m\"")
        #expect(JSONText.quoted("\u{202E}") == "\"\\u202e\"")
        #expect(JSONText.quoted("\u{2028}") == "\"\\u2028\"")
        #expect(JSONText.quoted("a/b") == "\"a/b\"")
        #expect(JSONText.quoted("\n\t") == "\"\\u000a\\u0009\"")
    }
}
