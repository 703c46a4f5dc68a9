import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

private let listed = "claude.example"
private let decoy = "www.example.com"

@Suite("QUIC: what a client may do to hide a name")
struct QUICEvasionTests {
    private let client = QUICClient()
    private let handshake: [UInt8] =
        [0xE0, 0, 0, 0, 1, 4, 5, 5, 5, 5, 4, 9, 8, 7, 6, 0x20] + [UInt8](repeating: 3, count: 32)

    /// Datagrams that no server takes, one of each kind.
    static let foreign: [[UInt8]] = [
        [0x40] + [UInt8](repeating: 0, count: 619), [0], [UInt8](repeating: 0, count: 64), [0x41, 2, 3, 4, 5, 6, 7],
        DNSBuilder.query("www.example.com", type: 1),
        [0x09, 1, 2, 3, 4, 5, 6, 7, 8] + Array("Q043".utf8) + [1] + [UInt8](repeating: 9, count: 200),
        [0xC3, 0x12, 0x34, 0x56, 0x78, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0] + [UInt8](repeating: 1, count: 1185),
        // STUN and RTP.
        [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 4, count: 12),
        [0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3] + [UInt8](repeating: 6, count: 100),
    ]

    @Test("No number of foreign datagrams before the Initial packet hides its name", arguments: foreign.indices)
    func foreignDatagrams(kind: Int) throws {
        for count in [1, 3, 4, 6, 30, 300] {
            let before = [[UInt8]](repeating: Self.foreign[kind], count: count)
            let seen = try quicFlows(
                before + [client.initial(hello: listed)], answer: client.answer, after: [handshake])
            let named = seen.filter { $0.host?.name == listed }
            #expect(named.count == 1 && named.allSatisfy { $0.isComplete && $0.isAnswered }, "\(kind) times \(count)")
            #expect(named.first?.application == .quic && named.first?.quicVersion == 1)
        }
    }

    @Test("Initial packets that do not open, however many, do not hide the one that does", arguments: [1, 64, 65, 400])
    func damagedInitials(count: Int) throws {
        let damaged = try (0..<count).map { number -> [UInt8] in
            var packet = try client.initial(hello: decoy, number: UInt32(number))
            packet[packet.count - 1] ^= 1
            return packet
        }
        let seen = try quicFlows(damaged + [client.initial(hello: listed)], answer: client.answer, after: [handshake])
        #expect(seen.contains { $0.host?.name == listed && $0.isComplete })
    }

    @Test("A second hello under the same ids is a contradiction: counted, both names kept, never complete")
    func secondHelloSameIDs() throws {
        var replay = Replay()
        for name in [decoy, listed] {
            replay.datagram(
                try client.initial(hello: name, number: name == decoy ? 0 : 1, random: name == decoy ? 1 : 2),
                isUp: true, to: 443)
        }
        let told = replay.observer.named.map { Set($0.names.map(\.name)) }
        #expect(told == [[decoy], [decoy, listed]])
        replay.datagram(try client.answer, isUp: false, to: 443)
        let flow = try #require(replay.finish().first)
        #expect(Set(flow.names.map(\.name)) == [decoy, listed])
        #expect(flow.conflicts > 0 && !flow.isComplete)
        #expect(replay.tracker.counters.conflictingBytes > 0)
    }

    @Test(
        "So is a hello under another destination id and the same source id", arguments: [[], [4, 4, 4]] as [[UInt8]])
    func secondHelloSameSource(token: [UInt8]) throws {
        let first = try client.initial(hello: decoy, random: 1)
        var other = client
        other.id = [8, 8, 8, 8, 8, 8, 8, 8]
        let frames = QUICSealer.crypto(QUICClient.hello(listed, random: 2), at: 0)
        let second = try other.initial(frames, token: token)
        let flow = try #require(quicFlows([first, second], answer: try other.answer).first)
        #expect(Set(flow.names.map(\.name)) == [decoy, listed])
        #expect(flow.conflicts > 0 && !flow.isComplete)
    }

    @Test("A decoy between the two datagrams of one hello never leaves a complete name")
    func decoyBetweenTwoHalves() throws {
        let hello = QUICClient.hello(listed, random: 2)
        let halves = try client.halves(of: hello, at: 60)
        var other = client
        other.id = [8, 8, 8, 8, 8, 8, 8, 8]
        for token in [[], [4, 4, 4]] as [[UInt8]] {
            let frames = QUICSealer.crypto(QUICClient.hello(decoy, random: 1), at: 0)
            let between = try other.initial(frames, token: token)
            let seen = quicFlows([halves[0], between, halves[1]], answer: try client.answer)
            #expect(!seen.contains { $0.host?.name == decoy && $0.isComplete })
        }
    }

    @Test("CRYPTO frames that contradict each other are counted and give both names, in any arrangement")
    func contradictingFrames() throws {
        let true_ = QUICClient.hello("claude.example")
        let false_ = QUICClient.hello("zzzzzz.example")
        let cut = 20
        func frame(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
            QUICSealer.crypto(bytes[range], at: range.lowerBound)
        }
        let whole = cut..<true_.count
        let arrangements: [[[UInt8]]] = [
            [frame(false_, whole) + frame(true_, whole) + frame(true_, 0..<cut)],
            [frame(false_, whole), frame(true_, whole), frame(true_, 0..<cut)],
            [frame(false_, 0..<false_.count), frame(true_, 0..<true_.count)],
            [frame(false_, whole), frame(true_, 0..<true_.count)],
        ]
        for (index, packets) in arrangements.enumerated() {
            let datagrams = try packets.enumerated().map { try client.initial($1, number: UInt32($0)) }
            let flow = try #require(quicFlows(datagrams).first)
            #expect(Set(flow.names.map(\.name)) == ["claude.example", "zzzzzz.example"], "\(index)")
            #expect(flow.conflicts > 0 && !flow.isComplete, "\(index)")
        }
    }

    @Test("A hello that is sent again, whole or in other pieces, contradicts nothing")
    func retransmission() throws {
        let hello = QUICClient.hello(listed)
        let again = try client.initial(
            QUICSealer.crypto(hello[50...], at: 50) + QUICSealer.crypto(hello[..<70], at: 0), number: 1)
        let flow = try #require(
            quicFlows([try client.initial(hello: listed), again, again], answer: try client.answer, after: [handshake])
                .first)
        #expect(flow.names.map(\.name) == [listed] && flow.conflicts == 0 && flow.isComplete)
    }

    @Test("After the server's answer another hello under the same ids counts for nothing")
    func helloAfterTheAnswer() throws {
        let late = try client.initial(hello: decoy, number: 5, random: 3)
        let flow = try #require(
            quicFlows([try client.initial(hello: listed)], answer: try client.answer, after: [late, handshake]).first)
        #expect(flow.names.map(\.name) == [listed] && flow.conflicts == 0 && flow.isComplete)
    }

    @Test("An Initial packet whose QUIC bit is 0 is read", arguments: [[], [1, 2, 3]] as [[UInt8]])
    func greasedBit(token: [UInt8]) throws {
        let frames = QUICSealer.crypto(QUICClient.hello(listed), at: 0)
        var sealer = QUICSealer(destination: client.id)
        sealer.firstByte = 0x83
        let packet = try sealer.initial(
            to: client.id, from: client.source, token: token, paddedTo: 1200, frames: frames)
        #expect(quicFlows([packet]).first?.host?.name == listed)
        // Behind datagrams of no protocol as well.
        #expect(quicFlows([[UInt8]](repeating: [0x40, 1], count: 9) + [packet]).last?.host?.name == listed)
    }

    @Test("A connection that begins with a short header is counted: it migrated, or is older than the capture")
    func shortHeadersFirst() {
        var replay = Replay()
        for _ in 0..<9 { replay.datagram([0x45] + [UInt8](repeating: 2, count: 60), isUp: true, to: 443) }
        #expect(replay.finish().map(\.host?.name) == [nil])
        #expect(replay.tracker.counters.shortHeaderFlows == 1)
    }
}
