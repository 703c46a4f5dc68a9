import Bytes
import Protocols
import TestSupport
import Testing

/// Holds that `shapes` makes of a hello what is made of it without them.
private func check(_ builder: ClientHelloBuilder, isQUIC: Bool = false, _ shapes: inout ClientHelloCache) throws {
    let handshake = builder.handshake
    let known = shapes.facts(try ClientHello(handshake.rawSpan), bytes: handshake.rawSpan, isQUIC: isQUIC)
    let made = try facts(builder, isQUIC: isQUIC)
    #expect(known == made)
}

@Suite struct ClientHelloCacheTests {
    @Test func aShapeThatCameHasItsFactsAndEachHelloItsOwnName() throws {
        var shapes = ClientHelloCache()
        for name in ["api.example.com", "API.other.example", nil, "", "api.example.com"] {
            try check(ClientHelloBuilder(serverName: name), &shapes)
        }
        // With a name and without one are two shapes.
        #expect(shapes.misses == 2 && shapes.hits == 3)
    }

    /// Hellos that differ in one thing each, which all make a difference to the facts.
    private static var variants: [ClientHelloBuilder] {
        let plain = ClientHelloBuilder()
        var variants = [plain, ClientHelloBuilder(alpn: ["http/1.1"]), ClientHelloBuilder(alpn: ["h2h", "ttp/1.1"])]
        func add(_ change: (inout ClientHelloBuilder) -> Void) {
            var variant = plain
            change(&variant)
            variants.append(variant)
        }
        add { $0.legacyVersion = 0x0301 }
        add { $0.cipherSuites = [0x1301, 0x1302] }
        add { $0.cipherSuites = [0x1302, 0x1301, 0x1303] }
        add { $0.extensions?.swapAt(1, 2) }
        add { $0.extensions?.removeLast() }
        add { $0.extensions?.append(.init(0xFE0D, [1, 2, 3])) }
        add { $0.extensions?.append(.init(41, [0])) }
        add { $0.extensions?[1] = .groups([29, 23]) }
        add { $0.extensions?[2] = .pointFormats([0, 1]) }
        add { $0.extensions?[3] = .signatureAlgorithms([0x0403, 0x0401, 0x0804]) }
        add { $0.extensions?[6] = .versions([0x0303]) }
        return variants
    }

    @Test func whateverFactsAreMadeOfTellsShapesApart() throws {
        var shapes = ClientHelloCache()
        for _ in 0..<2 {
            for isQUIC in [false, true] {
                for variant in Self.variants {
                    try check(variant, isQUIC: isQUIC, &shapes)
                }
            }
        }
        #expect(shapes.hits + shapes.misses == UInt64(4 * Self.variants.count) && shapes.hits > 0)
    }

    @Test func whatComesAnewEachTimeIsReadAnewAndTakesNoMoreRoom() throws {
        var shapes = ClientHelloCache()
        for number in 0..<2000 {
            var builder = ClientHelloBuilder()
            builder.cipherSuites = [0x1301, 0x2000 + number]
            try check(builder, &shapes)
        }
        #expect(shapes.misses == 2000 && shapes.count <= 256)
    }

    @Test func hellosThatAreCutOrDamagedOrHugeAreNoShapes() throws {
        var shapes = ClientHelloCache()
        var huge = ClientHelloBuilder()
        huge.cipherSuites = Array(0..<3000)
        var damaged = ClientHelloBuilder()
        damaged.extensions?[1] = .init(10, [0, 9, 0])
        for builder in [huge, damaged] {
            for _ in 0..<2 { try check(builder, &shapes) }
        }
        let handshake = ClientHelloBuilder().handshake
        let cut = handshake.rawSpan.clamped(0..<handshake.count - 9)
        let facts = shapes.facts(try ClientHello(cut), bytes: cut, isQUIC: false)
        #expect(facts.helloState == .truncated)
        #expect(shapes.hits == 0 && shapes.misses == 0 && shapes.count == 0)
    }
}
