import Testing
import Vendors

@Suite struct HostPatternTests {
    @Test(arguments: [
        (HostPattern.Kind.exact, "api.anthropic.com"), (.suffix, "z.ai"), (.exact, "xn--bcher-kva.example"),
        (.exact, "_dns.example.com"), (.wildcard, "*.example.com"), (.exact, "1.2.3.4.example"),
        (.wildcard, "a.*.c.*.example.com"),
    ])
    func soundNamesAreTaken(kind: HostPattern.Kind, text: String) throws {
        #expect(try HostPattern(kind, text).name == text)
    }

    @Test(arguments: [
        (HostPattern.Kind.exact, ""), (.exact, "com"), (.suffix, "com"), (.exact, "a..b"), (.exact, ".a.b"),
        (.exact, "a.b."),
        (.exact, "-a.b"), (.exact, "a-.b"), (.exact, "A.b"), (.exact, "a b.c"), (.exact, "a.b/c"), (.exact, "*.a.b"),
        (.suffix, "*.a.b"), (.wildcard, "a.b.c"), (.wildcard, "*.com"), (.wildcard, "a.*.com"), (.wildcard, "**.a.b"),
        (.wildcard, "*a*.b.c"), (.exact, "аnthropic.com"), (.exact, "10.1.2.3"),
        (.exact, String(repeating: "a", count: 64) + ".com"), (.exact, String(repeating: "a.", count: 126) + "com"),
    ])
    func unsoundNamesAreRefused(kind: HostPattern.Kind, text: String) {
        #expect(throws: HostPattern.SyntaxError.self) { try HostPattern(kind, text) }
    }
}
