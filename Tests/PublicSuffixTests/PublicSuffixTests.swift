import PublicSuffix
import Testing

@Test(arguments: [
    ("api.anthropic.com", "anthropic.com"), ("anthropic.com", "anthropic.com"), ("API.Anthropic.COM.", "anthropic.com"),
    ("a.b.example.co.uk", "example.co.uk"), ("www.example.com.cn", "example.com.cn"),
    ("alice.github.io", "alice.github.io"), ("xn--fsq.example.com", "example.com"), ("printer.lan", "printer.lan"),
])
func theRegistrableDomainIsThePublicSuffixAndOneLabel(host: String, domain: String) {
    #expect(PublicSuffixList.registrableDomain(of: host) == domain)
}

@Test(arguments: [
    "", ".", "com", "co.uk", "github.io", "192.0.2.1", "2001:db8::1", "localhost", "a..", ".com",
    String(repeating: "a", count: 250) + ".com", "example.com\u{0}.org", "a b.example.com", "münchen.example",
])
func whatIsNoNameBelowASuffixHasNoRegistrableDomain(host: String) {
    #expect(PublicSuffixList.registrableDomain(of: host) == nil)
}

@Test func aRegistrySuffixIsTheRegistrysAndNoCompanys() {
    for name in ["com", "co.uk", "CN", "com.cn"] { #expect(PublicSuffixList.isRegistrySuffix(name), "\(name)") }
    for name in ["github.io", "anthropic.com", "", "192.0.2.1", "nosuchtld"] {
        #expect(!PublicSuffixList.isRegistrySuffix(name), "\(name)")
    }
}

@Test func anyBytesAreAnsweredAndAnAnswerIsAnEndOfTheName() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<300 {
        var bytes: [UInt8] = []
        for _ in 0..<Int(state % 40) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(
                state >> 60 < 5
                    ? UInt8(ascii: ".") : UInt8(truncatingIfNeeded: state >> 33) & (state % 64 == 0 ? 0xFF : 0x7F))
        }
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let host = String(decoding: bytes, as: UTF8.self)
        if let domain = PublicSuffixList.registrableDomain(of: host) {
            let name = host.hasSuffix(".") ? String(host.dropLast()) : host
            #expect(name.lowercased().hasSuffix(domain), "\(host)")
            #expect(domain.contains("."), "\(host)")
        }
    }
}
