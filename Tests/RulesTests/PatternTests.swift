import Testing

@testable import Rules

@Suite struct PatternTests {
    @Test(
        "Expressions match all of a text",
        arguments: [
            ("abc", "abc", true), ("abc", "xabcx", false), ("a.c", "abc", true), ("a*", "", true), ("a+", "", false),
            ("a?b", "b", true), ("(ab|cd)+", "abcdab", true), ("(?:ab)*c", "ababc", true), ("[a-c]+", "abcd", false),
            ("[^a-c]+", "xyz", true), ("\\d{2,3}", "12", true), ("\\d{2,3}", "1234", false), ("\\d{2}", "123", false),
            ("a{2,}", "aaaa", true), ("\\w+\\.com", "foo.com", true), ("\\w+\\.com", "fooxcom", false),
            ("^abc$", "abc", true), ("", "", true), ("[]x]+", "]x]", true), ("[a-]+", "a-a", true),
            ("\\S+@\\D+", "x1@y", true), ("日本.", "日本語", true), ("a|", "", true), ("(a|b)?c", "c", true),
        ])
    func matching(_ expression: String, _ text: String, _ expected: Bool) throws {
        let pattern = try Pattern(expression)
        #expect(pattern.matches(text) == expected)
    }

    @Test(
        "Expressions that cannot be read say where",
        arguments: [
            ("a(b", 3), ("a)b", 1), ("*a", 0), ("a**", 2), ("[a", 2), ("a{3,2}", 6), ("(?=a)", 1), ("\\1", 1),
            ("a\\", 2),
            ("a^b", 1), ("[z-a]", 4), ("a{", 2),
        ])
    func errors(_ expression: String, _ index: Int) {
        #expect { try Pattern(expression) } throws: { ($0 as? PatternError)?.index == index }
    }

    @Test("Expressions that ruin a backtracking matcher take linear time")
    func linear() throws {
        let text = String(repeating: "a", count: 2_000)
        #expect(try !Pattern("(a+)+b").matches(text))
        #expect(try !Pattern("(a|a)*b").matches(text))
        #expect(try Pattern("(a*)*").matches(text))
        #expect(throws: PatternError.self) { try Pattern("((a{1000}){1000}){1000}") }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "(", count: 900)) }
    }

    @Test("Globs match all of a text, and stay quick")
    func globs() {
        #expect(Glob("*.example.com").matches("a.b.example.com"))
        #expect(!Glob("*.example.com").matches("example.com"))
        #expect(Glob("a?c*").matches("abc") && !Glob("a?c").matches("ac") && Glob("*").matches(""))
        #expect(!Glob("").matches("a") && Glob("").matches(""))
        #expect(!Glob(String(repeating: "*a", count: 50) + "b").matches(String(repeating: "a", count: 2_000)))
    }
}
