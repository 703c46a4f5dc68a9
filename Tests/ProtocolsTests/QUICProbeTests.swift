import Bytes
import Protocols
import TestSupport
import Testing

@Suite("QUIC: which datagrams are QUIC")
struct QUICProbeTests {
    @Test("Initial, Retry and Google's packets are recognised on any port")
    func recognised() throws {
        let draft = QUICVersion(rawValue: 0xff00_001d)
        let packet = try QUICSealer(draft, destination: [1, 2, 3, 4, 5, 6, 7, 8]).initial(
            to: [1, 2, 3, 4, 5, 6, 7, 8], frames: QUICSealer.between)
        for datagram in [
            QUICVectors.client1, QUICVectors.client2, QUICVectors.server1, QUICVectors.server2, QUICVectors.retry1,
            packet, GoogleSamples.q043, GoogleSamples.q046,
        ] {
            #expect(QUICConnection.probe(datagram.rawSpan) == .yes)
        }
    }

    @Test(
        "Datagrams of other protocols are not",
        arguments: [
            // A DNS question, with the ids that come nearest to a long header.
            "c000 0100 0001 0000 0000 0000 0765 7861 6d70 6c65 0363 6f6d 0000 0100 01",
            "8000 0000 0001 0000 0000 0000 0765 7861 6d70 6c65 0363 6f6d 0000 0100 01",
            // An answer with id 0xc000 and every count zero.
            "c000 0000 0000 0000 0000 0000",
            // RTP and RTCP, version 2.
            "8060 1234 0000 0001 0000 0002 0102 0304 0506 0708", "80c8 0006 0000 0001 e000 0000 0000 0000 0000 0000",
            "8000 0000 0000 0000 0000 0000 0000 0000",
            // STUN, DTLS, WireGuard, NTP, SIP.
            "0001 0000 2112 a442 0102 0304 0506 0708 090a 0b0c", "16fe fd00 0000 0000 0000 0000 0001",
            "0100 0000 0102 0304 0506 0708", "e300 06ec 0000 0000 0000 0000", "4f50 5449 4f4e 5320 7369 703a",
            // A short header, a long header without the fixed bit, one of an unknown version, and no bytes.
            "4001 0203 0405 0607 0809", "8000 0000 0108 0102 0304 0506 0708 0000 4010", "c0de adbe ef08 0102 0304", "",
        ])
    func otherProtocols(text: String) {
        #expect(QUICConnection.probe(bytes(hex: text).rawSpan) == .no)
    }

    @Test("A number kept to provoke negotiation counts only in a datagram of full size")
    func reservedVersion() throws {
        let version = QUICVersion(rawValue: 0x1a2a_3a4a)
        let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let sealer = QUICSealer(version, destination: id)
        let small = try sealer.initial(to: id, frames: QUICSealer.between)
        let large = try sealer.initial(to: id, paddedTo: 1200, frames: QUICSealer.between)
        #expect(QUICConnection.probe(small.rawSpan) == .no)
        #expect(QUICConnection.probe(large.rawSpan) == .yes)
    }

    @Test("A packet that was not captured whole is recognised and counted, and gives no name")
    func cutCapture() {
        let cut = Array(QUICVectors.client1[..<80])
        var decryptor = QUICDecryptor()
        var connection = QUICConnection()
        #expect(QUICConnection.probe(cut.rawSpan) == .yes)
        #expect(connection.receive(cut.rawSpan, fromInitiator: true, with: &decryptor) == .recognised)
        #expect(connection.version == .version1)
        #expect(decryptor.counters.truncated == 1)
        #expect(connection.clientHandshake.contiguous.isEmpty)
    }

    @Test("Google's hello in the clear gives its name in lower case, and the version")
    func googleNames() {
        for (datagram, version) in [(GoogleSamples.q043, "Q043"), (GoogleSamples.q046, "Q046")] {
            var decryptor = QUICDecryptor()
            var connection = QUICConnection()
            let outcome = connection.receive(datagram.rawSpan, fromInitiator: true, with: &decryptor)
            #expect(outcome == [.recognised, .googleName])
            #expect(connection.state == .google)
            #expect(connection.googleName == "example.com")
            #expect(connection.version.description == version)
            #expect(decryptor.counters.google == 1)
        }
    }

    @Test("Versions have the words of events")
    func versionWords() {
        #expect(QUICVersion.version1.description == "1")
        #expect(QUICVersion.version2.description == "2")
        #expect(QUICVersion(rawValue: 0xff00_001d).description == "draft-29")
        #expect(QUICVersion.googleT051.description == "T051")
        #expect(QUICVersion(rawValue: 0xface_b002).description == "0xfaceb002")
    }
}
