import Bytes
import TestSupport
import Testing

@testable import Protocols

/// How much of a hello is kept, whatever it lists.
@Suite struct TLSBoundsTests {
    private static func facts(_ builder: ClientHelloBuilder) throws -> TLSFacts {
        let bytes = builder.handshake
        let hello = try ClientHello(bytes.rawSpan)
        return TLSFacts(hello, bytes: bytes.rawSpan, isQUIC: false)
    }

    @Test func listsAreCutAndFingerprintsAreOfAllOfThem() throws {
        var builder = ClientHelloBuilder(serverName: "claude.ai", alpn: [])
        builder.extensions = [
            .serverName("claude.ai"), .groups(Array(1...2_000)), .versions((0..<120).map { 0x0300 + $0 }),
            .alpn((0..<20_000).map { _ in "a" }),
        ]
        let facts = try Self.facts(builder)
        #expect(facts.serverName == "claude.ai" && facts.helloState == .complete && facts.hasCutLists)
        #expect(facts.offeredALPN == [String](repeating: "a", count: TLSFacts.mostNames))
        #expect(facts.groups.count == TLSFacts.mostGroups && facts.offeredVersions.count == TLSFacts.mostVersions)
        #expect(facts.version == 0x0377)
        #expect(facts.heapBytes(withShared: true) < 2_048)
        var shorter = builder
        shorter.extensions?[1] = .groups(Array(1...1_999))
        #expect(try Self.facts(shorter).ja3 != facts.ja3)
    }

    @Test func longNamesOfALPNAreBoundedByTheirBytes() throws {
        let names = (0..<15).map { _ in String(repeating: "p", count: 255) } + ["h2", "h3"]
        let facts = try Self.facts(ClientHelloBuilder(serverName: "claude.ai", alpn: names))
        #expect(facts.offeredALPN.count == 16 && facts.hasCutLists)
    }

    @Test func ordinaryHellosAreKeptWhole() throws {
        let facts = try Self.facts(ClientHelloBuilder())
        #expect(!facts.hasCutLists && facts.offeredALPN == ["h2", "http/1.1"] && facts.groups.count == 3)
    }

    @Test(arguments: [253, 255, 256, 20_000])
    func aNameLongerThanAnyHostIsNotKept(length: Int) throws {
        let name = String(repeating: "n", count: length)
        let builder = ClientHelloBuilder(serverName: name)
        var shapes = ClientHelloCache()
        let bytes = builder.handshake
        let isKept = length <= TLSFacts.longestName
        // The second one comes from the shapes that are known.
        for _ in 0..<2 {
            let facts = shapes.facts(try ClientHello(bytes.rawSpan), bytes: bytes.rawSpan, isQUIC: false)
            #expect(facts.serverName == (isKept ? name : nil))
            #expect(facts.helloState == (isKept ? .complete : .overLimit))
        }
    }

    @Test func aLongNameDoesNotSpoilTheShapeForOthers() throws {
        var shapes = ClientHelloCache()
        for name in [String(repeating: "n", count: 300), "claude.ai", String(repeating: "n", count: 300), "claude.ai"] {
            let bytes = ClientHelloBuilder(serverName: name).handshake
            let facts = shapes.facts(try ClientHello(bytes.rawSpan), bytes: bytes.rawSpan, isQUIC: false)
            #expect((facts.helloState == .complete) == (name == "claude.ai"))
            #expect(facts.serverName == (name == "claude.ai" ? name : nil))
        }
    }

    @Test func namesOfACertificateAreCut() {
        var facts = TLSFacts()
        facts.takeCertificate(names: (0..<33).map { "host-\($0).example" })
        #expect(facts.certificateNames.count == TLSFacts.mostNames && facts.hasCutLists)
        facts = TLSFacts()
        facts.takeCertificate(names: ["one.example", "two.example"])
        #expect(facts.certificateNames == ["one.example", "two.example"] && !facts.hasCutLists)
    }
}
