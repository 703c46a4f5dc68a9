import Foundation
import Testing
import Text
import Vendors

@Suite struct MutationTests {
    @Test func mutatedShippedFilesLoadOrGiveErrorsWithPlaces() throws {
        var random = Random(state: 2026)
        let names = ["_shared", "anthropic", "openai", "aws", "md-302ai", "zhipu"]
        let texts = try names.map { try String(contentsOfFile: "\(Fixtures.vendors)/\($0).yaml", encoding: .utf8) }
        var refused = 0
        let rounds = 1_500
        for _ in 0..<rounds {
            let text = Self.mutated(texts.randomElement(using: &random) ?? "", using: &random)
            let errors = Fixtures.errors(of: text, file: "m")
            if !errors.isEmpty { refused += 1 }
            #expect(errors.allSatisfy { $0.place.line > 0 && $0.place.column > 0 })
        }
        // Most slips must be seen; a letter changed inside a name or a note cannot be.
        #expect(refused > rounds / 2)
    }

    static func mutated(_ text: String, using random: inout Random) -> String {
        var bytes = Array(text.utf8)
        let tokens = [
            "{", "}", "[", "]", ":", "- ", "\n", "&a ", "*a", "'", "\"", "|", ">", "?", "\t", "\0", "\u{FEFF}", "#",
            "!!x ",
        ]
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<min(place + Int.random(in: 1...40, using: &random), bytes.count))
            case 2: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: place)
            case 3:
                let end = min(place + Int.random(in: 1...200, using: &random), bytes.count)
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: bytes.indices, using: &random))
            default: bytes.removeSubrange(place...)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func deepAndRepetitiveFilesAreBounded() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: CatalogErrors.self) { try VendorFile(text: deep, file: "deep") }
        var bomb = "a: &a [x, x]\n"
        for level in 1...20 { bomb += "k\(level): &b\(level) [*a, *a]\n" }
        #expect(throws: CatalogErrors.self) { try VendorFile(text: bomb, file: "bomb") }
    }
}
