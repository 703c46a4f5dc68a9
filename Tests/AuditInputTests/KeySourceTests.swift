import AuditInput
import Bytes
import Decryption
import HTTPDecoding
import Testing

@Suite struct KeySourceTests {
    @Test func namesTheKeyLogOfACapture() {
        #expect(KeySources.beside("a/run.pcap") == "a/run.keys")
        #expect(KeySources.beside("a/run.pcapng.gz") == "a/run.keys")
        #expect(KeySources.beside("run.cap.zst") == "run.keys")
        #expect(KeySources.beside("other") == "other.keys")
    }

    @Test func saysWhatCouldNotBeOpened() {
        let id = HTTPConnectionID(client: "192.0.2.1:1000", server: "192.0.2.2:443")
        var totals = AuditTotals()
        totals.states = [.noKey: 1]
        totals.unusedKeyLines = 4
        totals.keys.lines = 4
        var outcome = DecryptionOutcome(state: .noKey)
        outcome.unopened = [UnopenedRange(isFromClient: true, bytes: 10..<20, isMissing: false)]
        let connection = AuditConnection(
            id: id, host: "a.example", state: .noKey, outcome: outcome, version: nil, requests: 0, firstPacket: 1,
            time: .distantPast, bytes: 100, isQUIC: false)
        let lines = AuditNotice.lines(
            AuditReading(exchanges: [], connections: [connection], totals: totals, warnings: []))
        #expect(lines.first == "1 of 1 connections could not be opened in full: 1 no_key.")
        #expect(lines.contains { $0.contains("4 key-log lines match no connection") && $0.contains("other leg") })
        #expect(lines.contains { $0.contains("client bytes 10 to 20 not opened") })
        #expect(!totals.isComplete)
    }

    @Test func aRecordingWithoutConnectionsDoesNotLookLikeSilence() {
        let lines = AuditNotice.lines(AuditReading(exchanges: [], connections: [], totals: AuditTotals(), warnings: []))
        #expect(lines.first?.contains("no connection") == true)
    }
}
