import Bytes
import Protocols
import StreamReassembly
import TestSupport
import Testing

@testable import Decryption

/// Keeps the plain text of a session.
final class PlainText: StreamReceiver {
    var bytes: [[UInt8]] = [[], []]
    var losses = 0
    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        self.bytes[sender.rawValue] += bytes.copied()
    }
    func lose(_ count: Int?, from sender: Sender) { losses += 1 }
    func close(_ sender: Sender) {}
    func finish() {}
}

/// The published examples of RFC 8448 and RFC 9001.
@Suite struct VectorTests {
    /// RFC 8448 section 3.
    static let clientHello = bytes(
        hex: """
            16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000
            910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024
            001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603
            020308040805080604010501060102010402050206020202002d00020101001c00024001
            """)
    static let serverHello = bytes(
        hex: """
            160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d
            0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304
            """)
    static let applicationData = bytes(
        hex: """
            1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292
            a2977014bd1e3deae63aeebb21694915e4
            """)
    static let secrets = """
        CLIENT_TRAFFIC_SECRET_0 cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 \
        9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5
        SERVER_TRAFFIC_SECRET_0 cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 \
        a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643
        """

    private func position(_ packet: Int) -> StreamPosition { StreamPosition(time: .distantPast, packet: packet) }

    private func session(_ keys: String) -> (TLSSession, PlainText) {
        let ring = KeyRing()
        let log = Array(keys.utf8)
        ring.read(log.rawSpan)
        let plain = PlainText()
        return (TLSSession(ring: ring, output: plain), plain)
    }

    @Test func opensTheApplicationDataOfRFC8448() {
        let (session, plain) = session(Self.secrets)
        session.receive(Self.clientHello.rawSpan, from: .client, at: position(1))
        session.receive(Self.serverHello.rawSpan, from: .server, at: position(2))
        session.receive(Self.applicationData.rawSpan, from: .client, at: position(3))
        session.finish()
        #expect(plain.bytes[0] == Array(0...0x31))
        #expect(session.outcome.state == .opened)
        #expect(session.outcome.serverName == "server")
    }

    @Test func opensARecordingThatBeginsInTheMiddle() {
        let (session, plain) = session(Self.secrets)
        session.lose(nil, from: .client)
        session.lose(nil, from: .server)
        let cut = Array([0x55, 0x17, 0x03] + Self.applicationData)
        session.receive(cut.rawSpan, from: .client, at: position(1))
        session.finish()
        #expect(plain.bytes[0] == Array(0...0x31))
        #expect(session.outcome.state == .partial)
    }

    @Test func namesTheStateOfWrongAndMissingKeys() {
        for (keys, state) in [
            ("", ConnectionState.noKey),
            (Self.secrets.replacing("9e40646c", with: "9e40646d"), .wrongKey),
        ] {
            let (session, plain) = session(keys)
            session.receive(Self.clientHello.rawSpan, from: .client, at: position(1))
            session.receive(Self.serverHello.rawSpan, from: .server, at: position(2))
            session.receive(Self.applicationData.rawSpan, from: .client, at: position(3))
            session.finish()
            #expect(plain.bytes[0].isEmpty)
            #expect(session.outcome.state == state)
            #expect(session.outcome.unopened.first?.bytes == 201..<273)
        }
    }

    @Test func survivesHostileRecords() {
        runHostileBytes(Self.clientHello + Self.applicationData) { bytes in
            let (session, _) = session(Self.secrets)
            session.receive(bytes, from: .client, at: position(1))
            session.receive(Self.serverHello.rawSpan, from: .server, at: position(2))
            session.finish()
        }
        runHostileBytes(Self.serverHello) { bytes in
            let (session, _) = session(Self.secrets)
            session.receive(Self.clientHello.rawSpan, from: .client, at: position(1))
            session.receive(bytes, from: .server, at: position(2))
            session.receive(Self.applicationData.rawSpan, from: .client, at: position(3))
            session.finish()
        }
    }

    @Test func removesChaCha20HeaderProtection() throws {
        // RFC 9001 appendix A.5.
        let secret = bytes(hex: "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b")
        let packet = bytes(hex: "4cfe4189655e5cd55c41f69080575d7999c25a5bfb")
        let suite = try #require(CipherSuite(number: 0x1303))
        let keys = try #require(QUICKeys(secret: secret, suite: suite, version: .version1))
        let found = keys.unmask(packet.rawSpan, start: 0, numberOffset: 1, end: packet.count)
        let unmasked = try #require(found)
        #expect(unmasked.header == bytes(hex: "4200bff4"))
        let plain = keys.open(unmasked, packet.rawSpan, end: packet.count, number: 654_360_564)
        #expect(plain == [1])
        #expect(
            keys.updated()?.secret == bytes(hex: "1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9"))
    }

    @Test func opensCCM() {
        // The vectors of RFC 3610 have nonces of 13 bytes, and TLS has 12.
        let key = AEADKey(
            algorithm: .aes128CCM, key: bytes(hex: "000102030405060708090a0b0c0d0e0f"),
            iv: [UInt8](repeating: 0, count: 12))
        let sealed = bytes(hex: CCMVector.sealed)
        let plain = key.open(
            sealed.rawSpan, nonce: bytes(hex: CCMVector.nonce), authenticating: bytes(hex: CCMVector.header))
        #expect(plain == bytes(hex: CCMVector.plain))
    }
}
