import Bytes
import Testing

@testable import Audit

@Suite struct KnownFinderTests {
    private static let repository = "https://git.corp.example/finance/billing-secret.git"

    /// The forms in which a value is found in a text.
    private func forms(_ name: String, _ value: String, in text: String) -> [String] {
        let known = KnownValues([.init(name: name, text: value)])
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return findings(exchange(body: "{\"x\":\"\(escaped)\"}"), known: known).filter { $0.known == name }.compactMap(
            \.form)
    }

    private static let texts: [(String, String)] = [
        ("plain", "see https://git.corp.example/finance/billing-secret.git now"),
        ("another case", "HTTPS://GIT.corp.example/Finance/billing-secret.git"),
        ("URL-encoded", "u=https%3A%2F%2Fgit.corp.example%2Ffinance%2Fbilling-secret.git"),
        ("without scheme", "git.corp.example/finance/billing-secret"),
        ("host alone", "git.corp.example"),
        ("ssh", "git@git.corp.example:finance/billing-secret.git"),
        ("reversed", String(repository.reversed())),
        ("hexadecimal", Array(repository.utf8).hexadecimalText),
    ]

    @Test(
        "A value is found in every form",
        arguments: texts)
    func plainForms(_ name: String, _ text: String) {
        #expect(!forms("repository", Self.repository, in: text).isEmpty, "\(name)")
    }

    @Test("Base64 is searched in all three alignments, of both alphabets", arguments: 0..<3)
    func base64(_ shift: Int) {
        for isURL in [false, true] {
            let bytes = Array("abc".utf8.prefix(shift)) + Array("Jo Doe?>~ the person".utf8) + Array("..".utf8)
            let encoded = String(decoding: Base64Text.encode([0xFF, 0xFE, 0xFD] + bytes, isURL: isURL), as: UTF8.self)
            #expect(!forms("person", "Jo Doe?>~ the person", in: encoded).isEmpty)
        }
    }

    @Test("Checksums are found, whole and as prefixes of 8 to 16 digits", arguments: Checksum.allCases)
    func checksums(_ checksum: Checksum) {
        let value = "https://relay.example"
        let digits = checksum.digest(of: Array(value.utf8)).hexadecimalText
        for count in [8, 10, 12, 15, 16, digits.count] where count <= digits.count {
            let found = forms("base_url", value, in: "id=\(digits.prefix(count)).")
            #expect(found.contains { $0.contains(checksum.title) }, "\(checksum.title) \(count)")
            #expect(count == digits.count || found.contains { $0.hasPrefix("first \(count) ") })
        }
        #expect(forms("base_url", value, in: "id=\(digits.prefix(7))").isEmpty)
        #expect(
            forms("base_url", value, in: "id=\(digits.prefix(8))0123").isEmpty || checksum == .crc32
                || digits.dropFirst(8).hasPrefix("0123"))
    }

    @Test("The checksum of a normal form is found: host and path without .git")
    func normalForm() {
        let digits = Checksum.sha256.digest(of: Array("git.corp.example/finance/billing-secret".utf8)).hexadecimalText
        #expect(
            forms("repository", Self.repository, in: String(digits.prefix(16))).first?.contains(
                "without its scheme and .git") == true)
    }

    @Test("Short values count only as words, and the host of a request says nothing")
    func quiet() {
        #expect(forms("user", "jdoe", in: "xjdoex").isEmpty)
        #expect(!forms("user", "jdoe", in: "/srv/jdoe/x").isEmpty)
        #expect(forms("user", "al", in: "alphabet al").isEmpty)
        let known = KnownValues([.init(name: "base_url", text: "https://relay.example")])
        let request = exchange(host: "relay.example", headers: [("Host", "relay.example")])
        #expect(findings(request, known: known).allSatisfy { $0.known == nil })
    }

    @Test("A file of values is read, and its faults are told at their place")
    func file() throws {
        let text = "version: 1\nknown:\n  user: jdoe\n  base_url: [https://a.example, https://b.example]\n"
        #expect(
            try KnownValues(file: "k.yaml", bytes: Array(text.utf8)).values.map(\.name) == [
                "user", "base_url", "base_url",
            ])
        let faults: [(String, String)] = [
            ("known:\n  user: j\n", "k.yaml:2:9: 'user' has 1 bytes; 2 to 4096 are searched for"),
            ("version: 1\n", "k.yaml:1:1: 'known:' is missing; write 'known:' and below it 'NAME: VALUE' lines"),
            ("known:\n  user: {a: b}\n", "k.yaml:2:9: 'user' is a map; write a text or a list of texts"),
            ("knwon:\n  user: jdoe\nknown:\n  user: jdoe\n", "k.yaml:1:1: unknown key 'knwon'; did you mean 'known'?"),
        ]
        for (text, message) in faults {
            let error = #expect(throws: KnownValuesError.self) {
                try KnownValues(file: "k.yaml", bytes: Array(text.utf8))
            }
            #expect(error?.messages.contains(message) == true, "\(error?.messages ?? [])")
        }
    }
}

@Suite struct ChecksumTests {
    private static let published: [(Checksum, String, String)] = [
        (.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.crc32, "123456789", "cbf43926"),
        (.xxhash64, "", "ef46db3751d8e999"), (.xxhash64, "a", "d24ec4f1a98c6e5b"),
        (.xxhash64, "abc", "44bc2cf5ad770999"),
    ]

    @Test(
        "Checksums agree with published values",
        arguments: published)
    func agree(_ checksum: Checksum, _ text: String, _ digits: String) {
        #expect(checksum.digest(of: Array(text.utf8)).hexadecimalText == digits)
    }

    @Test("Many patterns are found in one pass, the ones inside others too")
    func machine() {
        let machine = AhoCorasick(["he", "she", "his", "hers", "", "HE"].map { Array($0.utf8) })
        var hits: [String] = []
        machine.forEachHit(in: Array("uSHErs".utf8).rawSpan) { hits.append("\($0.pattern)@\($0.range.lowerBound)") }
        #expect(hits.sorted() == ["0@2", "1@1", "3@2", "5@2"])
    }

    @Test("The machine finds what a plain search finds, in texts of few letters")
    func model() {
        var numbers = SplitMix(state: 5)
        for _ in 0..<200 {
            let patterns = (0..<6).map { _ in
                (0..<Int.random(in: 1...4, using: &numbers)).map { _ in UInt8.random(in: 97...98, using: &numbers) }
            }
            let text = (0..<40).map { _ in UInt8.random(in: 97...99, using: &numbers) }
            var found: Set<String> = []
            AhoCorasick(patterns).forEachHit(in: text.rawSpan) { found.insert("\($0.pattern) \($0.range)") }
            var expected: Set<String> = []
            for (index, pattern) in patterns.enumerated() {
                for start in 0...(text.count - pattern.count)
                where text[start..<(start + pattern.count)].elementsEqual(pattern) {
                    expected.insert("\(index) \(start..<(start + pattern.count))")
                }
            }
            #expect(found == expected)
        }
    }
}
