import Bytes
import Protocols
import TestSupport
import Testing

/// A Certificate message of TLS 1.2 with these certificates.
private func message(_ certificates: [[UInt8]]) -> [UInt8] {
    let list = certificates.flatMap { length($0.count) + $0 }
    return [11] + length(list.count + 3) + length(list.count) + list
}

private func length(_ count: Int) -> [UInt8] { [UInt8(count >> 16), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)] }

private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    content.count < 0x80
        ? [tag, UInt8(content.count)] + content
        : [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
}

/// The least that has the form of a certificate, with one common name and these alternative names.
private func certificate(commonName: String, kind: UInt8 = 0x0C, names: [String], critical: Bool = false) -> [UInt8] {
    let attribute = element(0x30, element(0x06, [0x55, 4, 3]) + element(kind, Array(commonName.utf8)))
    let subject = element(0x30, element(0x31, attribute))
    let list = element(0x30, names.flatMap { element(0x82, Array($0.utf8)) })
    let flag = critical ? element(0x01, [0xFF]) : []
    let alternative = element(0x30, element(0x06, [0x55, 0x1D, 0x11]) + flag + element(0x04, list))
    let extensions = element(0xA3, element(0x30, alternative))
    let head = element(0x02, [1]) + element(0x30, []) + element(0x30, []) + element(0x30, [])
    return element(0x30, element(0x30, head + subject + element(0x30, []) + extensions))
}

private func names(_ message: [UInt8]) throws(ParseError) -> CertificateNames {
    try CertificateNames(handshake: message.rawSpan)
}

@Test func theNamesOfTheFirstCertificateAreRead() throws {
    let other = certificate(commonName: "ca.example", names: ["ca.example"])
    let found = try names(message([exampleCertificate, other]))
    #expect(found.commonName == "www.example.com")
    #expect(found.alternativeNames == ["www.example.com", "*.api.example.com", "example.com"])
    #expect(found.all == ["www.example.com", "*.api.example.com", "example.com"])
    #expect(found.skippedNames == 0)
}

@Test func theRestOfTheChainMayBeMissing() throws {
    let whole = message([exampleCertificate, exampleCertificate])
    let enough = 10 + exampleCertificate.count
    #expect(try names(Array(whole[..<enough])).commonName == "www.example.com")
    #expect(throws: ParseError.truncated) { try names(Array(whole[..<(enough - 1)])) }
}

@Test func aCertificateOfTheFirstVersionHasOnlyItsCommonName() throws {
    let plain = certificate(commonName: "Old.Example", kind: 0x13, names: [], critical: true)
    #expect(try names(message([plain])).all == ["old.example"])
}

@Test func aNameThatStandsTwiceIsKeptOnce() throws {
    let twice = certificate(
        commonName: "b.example", names: ["a.example", "B.example", "A.example", "b.example", "c.example"])
    let found = try names(message([twice]))
    #expect(found.alternativeNames == ["a.example", "b.example", "c.example"])
    #expect(found.all == ["b.example", "a.example", "c.example"])
}

@Test func whatIsNoHostNameIsSkippedAndCounted() throws {
    let odd = certificate(
        commonName: "Some Appliance 7",
        names: ["ok.example", "bad name", "a..b", "x.*.example", "tab\u{9}.example", ""])
    let found = try names(message([odd]))
    #expect(found.commonName == nil)
    #expect(found.all == ["ok.example"])
    #expect(found.skippedNames == 6)
}

@Test func aCommonNameWithAZeroByteIsNoName() throws {
    let found = try names(message([certificate(commonName: "good.example\0.evil.example", names: [])]))
    #expect(found.commonName == nil && found.skippedNames == 1)
}

@Test func atMost32NamesAreKept() throws {
    let many = (0..<100).map { "host\($0).example" }
    let found = try names(message([certificate(commonName: "host0.example", names: many)]))
    #expect(found.alternativeNames == Array(many.prefix(32)))
    #expect(found.skippedNames == 68)
}

@Test(arguments: [
    ([UInt8](), ParseError.truncated), ([11], .truncated), ([2, 0, 0, 0], .unsupported),
    ([11, 0, 0, 3, 0, 0, 0], .malformed), ([11, 0, 0, 9, 0, 0, 3, 0, 0, 0], .malformed),
    ([11, 0, 0, 6, 0, 0, 3, 0, 0, 0], .truncated), ([11, 0, 0, 6, 0, 0, 3, 0, 0, 9], .malformed),
    (message([[0x30, 0x80, 0, 0]]), .malformed), (message([[0x30, 0x84, 0, 0, 0, 0]]), .malformed),
    (message([[0x3F, 0x81, 0]]), .malformed), (message([[0x31, 0]]), .malformed),
    (message([[0x30, 5, 0x30]]), .truncated),
])
func whatIsNoCertificateIsAnError(_ bytes: [UInt8], _ error: ParseError) {
    #expect(throws: error) { try names(bytes) }
}

@Test func hostileCertificatesNeverTrapAndStayWithinTheBounds() {
    for certificate in [
        exampleCertificate, certificate(commonName: "a.example", names: (0..<40).map { "h\($0).example" }),
    ] {
        let runs = runHostileBytes(message([certificate])) { bytes in
            guard let found = try? CertificateNames(handshake: bytes) else { return }
            #expect(found.alternativeNames.count <= CertificateNames.maximumNames)
            for name in found.all { #expect(name.utf8.count <= 253) }
        }
        #expect(runs > 5 * certificate.count)
    }
}
