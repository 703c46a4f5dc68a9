import Flows
import Protocols
import Testing

private let listed = "claude.example"
private let decoy = "www.example.com"

/// Connections between the same ends that begin before an earlier one was answered: which of them the server takes is not known.
@Suite("QUIC: a connection beside one that nobody answered")
struct QUICRivalConnectionTests {
    private let first = QUICClient(id: [1, 1, 1, 1, 1, 1, 1, 1], source: [1, 2, 3, 4])
    private let second = QUICClient(id: [2, 2, 2, 2, 2, 2, 2, 2], source: [5, 6, 7, 8])
    private let third = QUICClient(id: [3, 3, 3, 3, 3, 3, 3, 3], source: [9, 9, 9, 9])

    /// A packet of a client after the server's answer.
    private func handshake(of client: QUICClient) -> [UInt8] {
        [0xE0, 0, 0, 0, 1, 4, 5, 5, 5, 5, UInt8(client.source.count)] + client.source + [0x20]
            + [UInt8](repeating: 3, count: 32)
    }

    private func names(_ flows: [FlowSnapshot]) -> [[String]] { flows.map { $0.names.map(\.name) } }

    @Test("Both names are told, each in a flow of its own, and neither is complete", arguments: [true, false])
    func twoConnections(_ isFirstAnswered: Bool) throws {
        let answered = isFirstAnswered ? first : second
        let seen = try quicFlows(
            [first.initial(hello: decoy), second.initial(hello: listed)], answer: answered.answer,
            after: [handshake(of: answered)])
        #expect(names(seen).contains([decoy]) && names(seen).contains([listed]), "\(names(seen))")
        #expect(seen.allSatisfy { $0.names.isEmpty || !$0.isComplete && $0.conflicts > 0 })
    }

    @Test("Of three connections at once all names are told, and none is complete")
    func threeConnections() throws {
        let seen = try quicFlows(
            [first.initial(hello: decoy), second.initial(hello: listed), third.initial(hello: "third.example")],
            answer: third.answer, after: [handshake(of: third)])
        #expect(names(seen) == [[decoy], [listed], ["third.example"]])
        #expect(seen.allSatisfy { !$0.isComplete })
    }

    @Test(
        "A connection between the two datagrams of another one's hello is not certain either", arguments: [20, 60, 150])
    func betweenTwoHalves(_ cut: Int) throws {
        let hello = QUICClient.hello(listed)
        let halves = try first.halves(of: hello, at: cut)
        let seen = try quicFlows(
            [halves[0], second.initial(hello: decoy), halves[1]], answer: first.answer, after: [handshake(of: first)])
        #expect(!seen.contains { $0.isComplete && $0.host?.name == decoy }, "\(names(seen))")
    }

    @Test("A connection that begins after the answer to the one before it contradicts nothing")
    func afterTheAnswer() throws {
        let seen = try quicFlows(
            [first.initial(hello: listed)], answer: first.answer,
            after: [handshake(of: first), second.initial(hello: "second.example")])
        #expect(names(seen) == [[listed], ["second.example"]])
        #expect(seen.allSatisfy { $0.conflicts == 0 && $0.isComplete })
    }

    @Test("A client that tries the same name again with other ids is certain of it")
    func sameNameAgain() throws {
        let seen = try quicFlows(
            [first.initial(hello: listed), second.initial(hello: listed)], answer: second.answer,
            after: [handshake(of: second)])
        #expect(names(seen) == [[listed], [listed]])
        #expect(seen.last?.isComplete == true && seen.last?.isAnswered == true)
        #expect(seen.first?.isComplete == false)
    }
}
