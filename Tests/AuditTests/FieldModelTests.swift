import Audit
import Bytes
import Foundation
import TestSupport
import Testing

/// The leaves of a tree as `path=text`.
private func leaves(_ node: FieldNode, _ path: String = "body") -> [String] {
    var found: [String] = []
    node.forEachField(path: path) { found.append("\($0.path)=\($0.value.text)") }
    return found
}

@Suite struct FormModelTests {
    private func form(_ text: String) throws -> [(String, String)] {
        var budget = FieldBudget()
        let node = try FormReader.read(Array(text.utf8), budget: &budget)
        guard case .object(let members) = node.content else { return [] }
        return members.map { ($0.name, $0.value.text ?? "bytes") }
    }

    @Test("Names and values that Foundation encodes are read back", arguments: 1...20)
    func roundTrip(seed: Int) throws {
        var generator = Xorshift(seed: UInt64(seed))
        let alphabet = Array("abc AB12-_.~+&=%/?#é漢🙂\u{0}\n\"").map(String.init)
        func word() -> String {
            (0..<generator.below(12)).map { _ in alphabet[generator.below(alphabet.count)] }.joined()
        }
        let pairs = (0..<(1 + generator.below(8))).map { _ in (word() + "x", word()) }
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz0123456789")
        let encoded = pairs.map { pair in
            [pair.0, pair.1].map { $0.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }.joined(separator: "=")
        }
        let found = try form(encoded.joined(separator: "&"))
        #expect(found.map(\.0) == pairs.map(\.0) && found.map(\.1) == pairs.map(\.1))
    }

    @Test("What is not encoded as it should be is kept as it is")
    func leniency() throws {
        for (text, name, value) in [
            ("a=%", "a", "%"), ("a=%4", "a", "%4"), ("a=%zz", "a", "%zz"), ("a=b=c", "a", "b=c"), ("a", "a", ""),
            ("=b", "", "b"), ("a+b=c+d", "a b", "c d"), ("%41=%42", "A", "B"),
        ] {
            let found = try form(text)
            #expect(found.map(\.0) == [name] && found.map(\.1) == [value], "\(text)")
        }
        #expect(try form("").isEmpty && form("&&&").isEmpty)
    }

    @Test("The place of each value is that of its first byte")
    func offsets() throws {
        let text = "&first=1&&second=%C3%A9&third"
        var budget = FieldBudget()
        let node = try FormReader.read(Array(text.utf8), budget: &budget)
        var places: [Int] = []
        node.forEachField(path: "") { places.append($0.offset) }
        #expect(places == [7, 17, 29])
    }

    @Test("The number of values is bounded, and what is refused is counted")
    func limits() {
        var limits = FieldLimits()
        limits.nodes = 3
        var budget = FieldBudget(limits: limits)
        #expect(throws: FieldError.limit) { try FormReader.read(Array("a&b&c&d".utf8), budget: &budget) }
        #expect(budget.nodes == 3 && budget.refused == 1)
    }

    @Test("The bytes that decoding may produce are bounded, to the last one")
    func byteBudget() throws {
        var limits = FieldLimits()
        limits.decodedBytes = 10
        var budget = FieldBudget(limits: limits)
        try budget.take(bytes: 4)
        try budget.take(bytes: 6)
        #expect(budget.remainingBytes == 0)
        try budget.take(bytes: 0)
        #expect(throws: FieldError.limit) { try budget.take(bytes: 1) }
        #expect(budget.bytes == 10 && budget.refused == 1)
    }
}

@Suite struct Base64ModelTests {
    @Test("What Foundation encodes is decoded, with and without padding, in both alphabets", arguments: 0...66)
    func model(count: Int) {
        var generator = Xorshift(seed: UInt64(count) + 1)
        for _ in 0..<20 {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let standard = Data(bytes).base64EncodedString()
            let url = standard.replacing("+", with: "-").replacing("/", with: "_")
            for text in [standard, url] {
                #expect(Base64Text.decode(text.utf8) == bytes, "\(text)")
                #expect(Base64Text.decode(text.filter { $0 != "=" }.utf8) == bytes, "\(text)")
            }
            let encoded = String(decoding: Base64Text.encode(bytes), as: UTF8.self)
            #expect(encoded.filter { $0 != "=" } == standard.filter { $0 != "=" })
            let encodedForURLs = String(decoding: Base64Text.encode(bytes, isURL: true), as: UTF8.self)
            #expect(encodedForURLs.filter { $0 != "=" } == url.filter { $0 != "=" })
        }
    }

    @Test(
        "What is not base64 is refused",
        arguments: [
            "A", "A=", "AA===", "AAA==", "A===", "AA=A", "AA A", "+A-A", "é", "AAAAA", "AA==AA", "AAAA=", "=", "==",
        ])
    func refused(text: String) {
        #expect(Base64Text.decode(text.utf8) == nil, "\(text)")
    }
}

@Suite struct JSONModelTests {
    /// A random value, at most `depth` deep, as JSON text and as its leaves.
    private func random(_ generator: inout Xorshift, depth: Int, path: String) -> (json: String, leaves: [String]) {
        switch generator.below(depth > 0 ? 6 : 4) {
        case 0:
            let number = "\(Int64(truncatingIfNeeded: generator.next()))"
            return (number, ["\(path)=\(number)"])
        case 1:
            let word = ["true", "false", "null"][generator.below(3)]
            return (word, ["\(path)=\(word)"])
        case 2:
            let number = "\(generator.below(1_000)).\(generator.below(1_000))e-\(generator.below(30))"
            return (number, ["\(path)=\(number)"])
        case 3:
            let letters = Array("aé漢🙂 x")
            let text = String((0..<generator.below(10)).map { _ in letters[generator.below(letters.count)] })
            return ("\"\(text)\"", ["\(path)=\(text)"])
        case 4:
            let items = (0..<generator.below(4)).map { random(&generator, depth: depth - 1, path: "\(path)[\($0)]") }
            return ("[" + items.map(\.json).joined(separator: ",") + "]", items.flatMap(\.leaves))
        default:
            let members = (0..<generator.below(4)).map { index in
                (index, random(&generator, depth: depth - 1, path: "\(path).k\(index)"))
            }
            return (
                "{" + members.map { "\"k\($0.0)\" : \($0.1.json)" }.joined(separator: " , ") + "}",
                members.flatMap(\.1.leaves)
            )
        }
    }

    @Test("Random values are read with all their leaves in order", arguments: 1...60)
    func leavesInOrder(seed: Int) throws {
        var generator = Xorshift(seed: UInt64(seed))
        let (json, expected) = random(&generator, depth: 5, path: "body")
        var budget = FieldBudget()
        #expect(leaves(try JSONReader.read(Array(json.utf8), budget: &budget).node) == expected, "\(json)")
    }

    @Test("A text that Foundation refuses is refused, and one that it reads is read", arguments: 1...40)
    func mutations(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed) + 300)
        let (json, _) = random(&generator, depth: 4, path: "")
        for _ in 0..<40 {
            var bytes = Array("[\(json)]".utf8)
            let alphabet = Array("[]{},:\"0-e. tn".utf8)
            bytes[generator.below(bytes.count)] = alphabet[generator.below(alphabet.count)]
            // Foundation reads numbers that do not fit and keys that repeat in ways of its own.
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
            var budget = FieldBudget()
            let isRead = (try? JSONReader.read(bytes, budget: &budget)) != nil
            // Foundation allows a comma before a closing bracket; RFC 8259 does not.
            let text = String(decoding: bytes, as: UTF8.self)
            let dense = text.filter { $0 != " " }
            if isJSON, !dense.contains(",]"), !dense.contains(",}") { #expect(isRead, "\(text)") }
        }
    }
}

@Suite struct FieldPathTests {
    @Test("A step is a plain name or one in quotes, with the occurrence if it repeats")
    func steps() {
        for (name, occurrence, step) in [
            ("model", 1, ".model"), ("model", 2, ".model#2"), ("x-api_key$", 1, ".x-api_key$"), ("a.b", 1, "[\"a.b\"]"),
            ("", 1, "[\"\"]"), ("a\"b\\", 1, "[\"a\\\"b\\\\\"]"), ("é", 3, "[\"é\"]#3"), ("\u{1B}", 1, "[\"\\u{1b}\"]"),
        ] {
            #expect(FieldPath.step(name, occurrence: occurrence) == step)
        }
        #expect(FieldPath.step(String(repeating: "n", count: 128)).count == 129)
        #expect(FieldPath.step(String(repeating: "n", count: 5_000)).utf8.count < 150)
    }

    @Test("Positions of lists leave a path, and nothing else does")
    func positions() {
        for (path, expected) in [
            ("body.messages[0].content[12].text", "body.messages[].content[].text"), ("body.a1.b2[3]", "body.a1.b2[]"),
            ("body[\"é漢\"][7]", "body[\"é漢\"][]"), ("body", "body"), ("", ""),
        ] {
            #expect(FieldPath.withoutPositions(path) == expected)
        }
    }

    @Test("The last name of a path is without position, occurrence and layer")
    func lastNames() {
        for (path, name) in [
            ("body.messages[0].content", "content"), ("body.tags[3]", "tags"), ("header.cookie#2", "cookie"),
            ("body.data~base64", "data"), ("body", "body"), ("body.a[0][1]", "a"),
        ] {
            #expect(FieldPath.lastName(path) == name, "\(path)")
        }
    }

    @Test("Values have a kind, a text and bytes")
    func values() {
        for (value, kind, text) in [
            (FieldValue.text("a"), "text", "a"), (.number("1.50"), "number", "1.50"),
            (.literal("true"), "boolean", "true"),
            (.literal("null"), "null", "null"), (.bytes([0, 255]), "bytes", "00ff"),
        ] {
            #expect(value.kind == kind && value.text == text)
        }
        #expect(FieldValue.text("é").utf8 == [0xC3, 0xA9] && FieldValue.bytes([1, 2]).utf8 == [1, 2])
    }
}
