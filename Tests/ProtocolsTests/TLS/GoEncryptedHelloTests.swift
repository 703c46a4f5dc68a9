import Bytes
import Testing

@testable import Protocols

/// The outer ClientHello of crypto/tls of Go 1.27.3 with a real ECH configuration, of which a server accepted the inner one:
/// own recording. The public name is one that no list has.
private let recorded = """
    010001b0030383f4ea91182a997edd825e9e5a6f6cd3901b289f6870e8f226e46996f94070c2200dfac7f889b670d7df
    cf849f5d391ccc4f82e8bec62fb9bbc3604e59506a12550006130113021303010001610000001900170000147075626c
    69632d66726f6e742e6578616d706c6500120000fe0d00ba00000100012a00209c9f11f711cfa7147047d861b3d92789
    73fa2f8c415004e660b44676f37dc84b00905df9f9f9c9336c590e128b2b7fd17393ce378861893a0fdf057e04f1a7bd
    180a315a65ca987cef53e92e52616b136ba3f82ac4a9437d9081d9db4f5b72635455aa61e62f90c80e48e61dae701d77
    a626d9c554745b022b022cbf72c9c8f7552a34536c8827dec763c0191e796564676f9e260db43ac61d2865d98924e4ea
    aa7ee31ce4d5100f2a7a28ab10f32b555804000500050100000000000a00060004001d0017000d001600140904090509
    06080404030807080508060503060300320020001e090409050906080404030807080508060401050106010503060302
    010203002b0003020304003300260024001d0020edf94390c7e408b39eff85ad2a01106cf75dc1a7d1e0ed86fad57a69
    39aed134
    """

@Test("A real ECH extension of Go's client is told by its form alone, whatever the public name is")
func goSendsARealExtension() throws {
    let digits = Array(recorded.filter { !$0.isWhitespace })
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    #expect(bytes.count == 436)
    let hello = try ClientHello(bytes.rawSpan)
    let facts = TLSFacts(hello, bytes: bytes.rawSpan, isQUIC: false)
    #expect(facts.serverName == "public-front.example")
    #expect(facts.ech == .likelyReal && facts.echConfigID == 42)
    #expect(facts.echEvidence.contains("client sends no filler"))
    // The same extension in a browser's hello would be judged by the lengths of that browser's fillers.
    let body = try #require(hello.encryptedHello.flatMap { EncryptedHello(bytes.rawSpan.clamped($0.indices)) })
    #expect(body.configID == 42 && body.keyCount == 32 && body.payloadCount > 0)
    #expect(body.judged(in: .other).state == .unsure)
}
