import Bytes
import TestSupport
import Testing

@testable import Protocols

@Suite("QUIC: the RFCs' vectors")
struct QUICVectorTests {
    @Test("Keys derived here equal those of the RFCs' own test vectors", arguments: [1, 2])
    func clientInitialOpens(version: Int) {
        let packet = version == 1 ? QUICVectors.client1 : QUICVectors.client2
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        #expect(packet.count == 1200)
        #expect(
            connection.receive(packet.rawSpan, fromInitiator: true, with: &decryptor) == [.recognised, .clientBytes])
        #expect(connection.clientHandshake.contiguous == QUICVectors.clientHello)
        #expect(connection.version == (version == 1 ? .version1 : .version2))
        #expect(connection.clientIsInitiator == true)
        #expect(decryptor.counters.opened == 1)
        #expect(helloFacts(connection.clientHandshake.contiguous)?.serverName == "example.com")
    }

    @Test("The server's Initial packet opens under the keys of the client's connection id", arguments: [1, 2])
    func serverInitialOpens(version: Int) {
        var decryptor = QUICDecryptor()
        var connection = QUICConnection(readsServer: true)
        let client = version == 1 ? QUICVectors.client1 : QUICVectors.client2
        let server = version == 1 ? QUICVectors.server1 : QUICVectors.server2
        _ = connection.receive(client.rawSpan, fromInitiator: true, with: &decryptor)
        let outcome = connection.receive(server.rawSpan, fromInitiator: false, with: &decryptor)
        #expect(outcome == [.recognised, .serverBytes])
        #expect(connection.serverHandshake.contiguous == QUICVectors.serverHello)
    }

    @Test("Retry packets are recognised in both versions", arguments: [1, 2])
    func retryIsRecognised(version: Int) throws {
        let packet = version == 1 ? QUICVectors.retry1 : QUICVectors.retry2
        let header = try QUICLongHeader(packet.rawSpan)
        #expect(header.kind == .retry)
        #expect(packet.rawSpan.clamped(header.sourceID.indices).copied() == bytes(hex: "f067a5502a4262b5"))
    }

    @Test("What the library's HKDF and AEAD seal, the parser opens, in every family of versions")
    func sealedPacketsOpen() throws {
        let id = Array("0123456789abcdefghij".utf8)
        for version in [QUICVersion.version1, .version2, QUICVersion(rawValue: 0xff00_001d)] {
            for length in 8...20 {
                let sealer = QUICSealer(version, destination: Array(id[..<length]))
                let packet = try sealer.initial(
                    to: Array(id[..<length]), number: 0xfffe, frames: QUICSealer.crypto([1, 2, 3], at: 0))
                var connection = QUICConnection()
                var decryptor = QUICDecryptor()
                _ = connection.receive(packet.rawSpan, fromInitiator: true, with: &decryptor)
                #expect(connection.clientHandshake.contiguous == [1, 2, 3])
            }
        }
    }

    @Test("Packet numbers are completed as in RFC 9000 appendix A.3")
    func packetNumbersAreCompleted() {
        #expect(QUICDecryptor.packetNumber(0x9b32, bytes: 2, expected: 0xa82f_30eb) == 0xa82f_9b32)
        #expect(QUICDecryptor.packetNumber(0x00, bytes: 1, expected: 0xff) == 0x100)
        #expect(QUICDecryptor.packetNumber(0xff, bytes: 1, expected: 0x101) == 0xff)
        #expect(QUICDecryptor.packetNumber(0xff, bytes: 1, expected: 0) == 0xff)
    }
}
