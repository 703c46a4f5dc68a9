import Bytes
import Protocols
import TestSupport
import Testing

private let sniName = "example.com"

/// The hello of the JA4 specification's example: Chrome, with GREASE where `grease` puts it.
private func chrome(grease: Int? = nil, greaseInAlgorithms: Bool = false) -> ClientHelloBuilder {
    var builder = ClientHelloBuilder(serverName: nil)
    let suites = [
        0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x9C, 0x9D, 0x2F, 0x35,
    ]
    let algorithms = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]
    let before = grease.map { [$0] } ?? []
    builder.cipherSuites = before + suites
    var list: [ClientHelloBuilder.Extension] = before.map { .init($0) }
    list += [
        .init(0x1B, [2, 0, 2]), .serverName(sniName), .keyShare(29, length: 32), .alpn(["h2", "http/1.1"]),
        .init(0x4469, [0, 3, 2, 0x68, 0x32]), .init(0x17), .init(0x2D, [1, 1]),
        .signatureAlgorithms((greaseInAlgorithms ? before : []) + algorithms), .init(5, [1, 0, 0, 0, 0]), .init(0x23),
        .init(0x12), .versions(before + [0x0304, 0x0303]), .init(0xFF01, [0]), .pointFormats([0]),
        .groups(before + [29, 23, 24]), .init(0x15, [0, 0, 0]),
    ]
    list += before.map { .init($0 ^ 0xF0F0, [0]) }
    builder.extensions = list
    return builder
}

@Test func ja4OfTheSpecificationsExample() throws {
    #expect(try facts(chrome()).ja4 == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    #expect(try facts(chrome(), isQUIC: true).ja4 == "q13d1516h2_8daaf6152771_e5627efa2ab1")
}

@Test("GREASE changes no fingerprint, inside signature_algorithms no more than elsewhere")
func greaseChangesNoFingerprint() throws {
    let plain = try facts(chrome())
    for step in 0..<16 {
        let value = 0x0A0A + step * 0x1010
        for isInAlgorithms in [false, true] {
            let facts = try facts(chrome(grease: value, greaseInAlgorithms: isInAlgorithms))
            #expect(facts.ja4 == plain.ja4)
            #expect(facts.ja3 == plain.ja3)
            #expect(facts.offeredVersions == [0x0304, 0x0303])
            #expect(facts.groups == [29, 23, 24])
        }
    }
}

@Test func ja4DoesNotDependOnTheOrderOfExtensionsAndJA3Does() throws {
    var random = Xorshift(seed: 17)
    var builder = chrome()
    let before = try facts(builder)
    var ja3s: Set<String> = []
    for _ in 0..<20 {
        builder.extensions?.shuffle(using: &random)
        builder.cipherSuites.shuffle(using: &random)
        let after = try facts(builder)
        #expect(after.ja4 == before.ja4)
        ja3s.insert(after.ja3 ?? "")
    }
    #expect(ja3s.count > 15)
}

@Test func ja3OfThePublishedExamples() throws {
    var builder = ClientHelloBuilder()
    builder.legacyVersion = 769
    builder.cipherSuites = [47, 53, 5, 10, 49_161, 49_162, 49_171, 49_172, 50, 56, 19, 4]
    builder.extensions = [.serverName(sniName), .groups([23, 24, 25]), .pointFormats([0])]
    #expect(try facts(builder).ja3 == "ada70206e40642a3e4461f35503241d5")
    builder.cipherSuites = [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99]
    builder.extensions = nil
    #expect(try facts(builder).ja3 == "de350869b8c85de67a350c8d186f11e6")
    #expect(try facts(builder).ja4 == "t10i110000_3609b414f052_000000000000")
}

@Test func ja4OfHellosThatLackParts() throws {
    var builder = ClientHelloBuilder()
    builder.cipherSuites = [0x2F, 0x35]
    builder.extensions = [.groups([29]), .pointFormats([0])]
    #expect(try facts(builder).ja4 == "t12i020200_f54dd463d39b_33a13ba74d1c")
    builder.cipherSuites = [0x2F]
    builder.extensions = [.serverName(sniName)]
    #expect(try facts(builder).ja4 == "t12d010100_ba72b8082249_000000000000")
    builder.cipherSuites = Array(1...120)
    builder.extensions = [.serverName(sniName), .signatureAlgorithms([0x0403])]
    #expect(try facts(builder).ja4 == "t12d990200_0f8860b09f90_79c50902419d")
    builder.cipherSuites = []
    #expect(try facts(builder).ja4?.hasPrefix("t12d000200_000000000000_") == true)
}

@Test func ja4NamesTheVersionAndTheProtocol() throws {
    func prefix(_ change: (inout ClientHelloBuilder) -> Void) throws -> String {
        var builder = ClientHelloBuilder()
        change(&builder)
        return String(try #require(try facts(builder).ja4).prefix(10))
    }
    for (version, code) in [
        (0x0304, "13"), (0x0303, "12"), (0x0302, "11"), (0x0301, "10"), (0x0300, "s3"), (0x0001, "00"),
    ] {
        #expect(try prefix { $0.extensions?[6] = .versions([version]) } == "t\(code)d0309h2")
    }
    let protocols: [([UInt8], String)] = [
        (Array("http/1.1".utf8), "h1"), (Array("h3".utf8), "h3"), (Array("x".utf8), "xx"), (Array("dot".utf8), "dt"),
        ([0xAB], "ab"), ([0xAB, 0xCD], "ad"), ([0x30, 0xAB], "3b"), ([0x0A, 0x0A], "0a"), ([0x2D, 0x68], "28"),
    ]
    for (name, code) in protocols { #expect(try prefix { $0.extensions?[4] = .alpn([name]) } == "t13d0309\(code)") }
    #expect(try prefix { $0.extensions?[4] = .init(16, [0, 0]) } == "t13d030900")
}
