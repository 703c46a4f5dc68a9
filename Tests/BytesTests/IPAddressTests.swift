import Bytes
import Testing

@Test func addressesAreReadAndWrittenInTheirCanonicalForm() {
    let pairs = [
        ("10.1.2.3", "10.1.2.3"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("fe80::1:0:0:2", "fe80::1:0:0:2"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ]
    for (text, canonical) in pairs { #expect(IPAddress(text)?.description == canonical) }
    for text in ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/8", "fe80::1%eth0", "::g", "1::2::3", "1.2.3.4\0"] {
        #expect(IPAddress(text) == nil, "\(text)")
    }
}

@Test func privateAddressesAreThoseOfNoPublicNetwork() throws {
    let inside = [
        "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "100.64.0.0", "100.127.255.255",
        "169.254.1.1", "127.0.0.1", "fc00::", "fdff::1", "fe80::1", "febf::1", "::1",
    ]
    let outside = [
        "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "100.63.255.255",
        "100.128.0.0", "169.253.1.1", "128.0.0.1", "fbff::", "fe00::", "fec0::", "::2", "2001:db8::1",
    ]
    for text in inside { #expect(try #require(IPAddress(text)).isPrivate, "\(text)") }
    for text in outside { #expect(try !#require(IPAddress(text)).isPrivate, "\(text)") }
}

@Test func addressesAreOrderedByNumberAndVersion4ComesFirst() throws {
    let order = [
        "0.0.0.0", "9.9.9.9", "10.0.0.1", "255.255.255.255", "64:ff9b::1", "2001:db8::", "2001:db8::1", "fe80::",
    ]
    let addresses = try order.map { try #require(IPAddress($0)) }
    for index in 1..<addresses.count { #expect(addresses[index - 1] < addresses[index]) }
}

@Test func anAddressOfTheWellKnownPrefixIsTranslated() throws {
    let known = [("64:ff9b::a04f:6805", "160.79.104.5"), ("64:ff9b::1", "0.0.0.1")]
    for (text, expected) in known {
        #expect(try #require(IPAddress(text)).translated == #require(IPAddress(expected)))
    }
    for text in ["64:ff9b:1::a04f:6805", "64:ff9b::1:a04f:6805", "2001:db8::a04f:6805", "160.79.104.5"] {
        let address = try #require(IPAddress(text))
        #expect(address.translated == address)
    }
}
