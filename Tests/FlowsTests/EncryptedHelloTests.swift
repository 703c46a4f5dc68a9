import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

private let server = [UInt8]([198, 51, 100, 20])
private let other = [UInt8]([198, 51, 100, 99])

/// A hello with an encrypted_client_hello extension as a browser that uses BoringSSL sends it.
private func encryptedHello(_ outer: String, configID: UInt8 = 7, payload: Int = 176) -> [UInt8] {
    var builder = ClientHelloBuilder(serverName: outer)
    builder.cipherSuites.insert(0x3A3A, at: 0)
    let key = ClientHelloBuilder.list16([UInt8](repeating: 5, count: 32))
    let sealed = ClientHelloBuilder.list16([UInt8](repeating: 6, count: payload))
    builder.extensions?.append(.init(0xFE0D, [0, 0, 1, 0, 1, configID] + key + sealed))
    return builder.record
}

/// Lets the client ask for `name`, whose owner gives `address` and an ECH configuration with the public name `outer`.
private func resolve(_ name: String, outer: String?, address: [UInt8], in replay: inout Replay, port: Int) {
    replay.port = port
    for type in [1, 65] where type == 1 || outer != nil {
        replay.datagram(DNSBuilder.query(name, type: type), isUp: true, to: 53)
        var answer = DNSBuilder(question: name, type: type)
        if type == 1 {
            answer.answer(type: 1, address)
        } else if let outer {
            answer.answer(type: 65, DNSBuilder.service(1, "", [(5, DNSBuilder.configurations([outer]))]))
        }
        replay.datagram(answer.bytes, isUp: false, to: 53)
    }
}

private func connect(_ hello: [UInt8], in replay: inout Replay, port: Int) {
    replay.port = port
    replay.wait(1)
    replay.handshake()
    replay.up(hello, 1001)
}

private func policy(listed: String? = nil) -> FlowPolicy {
    var policy = FlowPolicy()
    policy.isListed = { $0 == listed }
    return policy
}

@Suite("ECH: what an outer name counts for")
struct EncryptedHelloTests {
    private func flow(_ policy: FlowPolicy, _ prepare: (inout Replay) -> Void) throws -> FlowSnapshot {
        var replay = Replay(policy)
        prepare(&replay)
        return try #require(replay.finish().last { $0.transport == .tcp })
    }

    @Test("A listed outer name is not hidden by a configuration of someone else's name, wherever that points")
    func listedOuterName() throws {
        for address in [server, other] {
            let flow = try flow(policy(listed: "claude.example")) { replay in
                resolve("my.example", outer: "claude.example", address: address, in: &replay, port: 50_001)
                connect(encryptedHello("claude.example"), in: &replay, port: 50_002)
            }
            #expect(flow.host?.name == "claude.example" && flow.host?.source == .tlsSNI)
            if address == server { #expect(flow.names.contains { $0.name == "my.example" && $0.source == .dns }) }
        }
    }

    @Test("An outer name that no one lists is kept unless the address is that of the configuration's owner")
    func addressHasToFit() throws {
        let elsewhere = try flow(policy()) { replay in
            resolve("my.example", outer: "front.example", address: other, in: &replay, port: 50_001)
            connect(encryptedHello("front.example"), in: &replay, port: 50_002)
        }
        #expect(elsewhere.host?.name == "front.example" && elsewhere.tls?.ech == .grease)
        let fitting = try flow(policy()) { replay in
            resolve("my.example", outer: "front.example", address: server, in: &replay, port: 50_001)
            connect(encryptedHello("front.example"), in: &replay, port: 50_002)
        }
        #expect(fitting.host?.name == "my.example" && fitting.tls?.ech == .likelyReal)
        #expect(fitting.names.contains(NameEvidence(name: "front.example", source: .echOuter)))
    }

    @Test("A name that exists for nothing else than ECH names no one, and is kept")
    func publicName() throws {
        var policy = policy()
        policy.echPublicNames = ["ech.example"]
        let flow = try flow(policy) { connect(encryptedHello("ech.example"), in: &$0, port: 50_002) }
        #expect(flow.host == nil && flow.hasOuterName && flow.tls?.ech == .likelyReal)
    }

    @Test("Hello after hello with one key is real, with another key each time a filler")
    func configIDs() throws {
        for (ids, state) in [
            ([7, 7, 7], TLSFacts.ECHState.likelyReal), ([7, 8, 9], .grease), ([7, 7], .grease),
        ] as [([UInt8], TLSFacts.ECHState)] {
            let flow = try flow(policy()) { replay in
                for (index, id) in ids.enumerated() {
                    connect(encryptedHello("front.example", configID: id), in: &replay, port: 50_002 + index)
                }
            }
            #expect(flow.tls?.ech == state, "\(ids)")
            #expect(flow.host?.name == "front.example")
        }
    }

    @Test("A client that asked for the outer name itself sends a filler; one that asked for another name is doubtful")
    func askedForTheOuterName() throws {
        let same = try flow(policy()) { replay in
            resolve("front.example", outer: nil, address: server, in: &replay, port: 50_001)
            connect(encryptedHello("front.example"), in: &replay, port: 50_002)
        }
        #expect(same.tls?.ech == .grease)
        let another = try flow(policy()) { replay in
            resolve("hidden.example", outer: nil, address: server, in: &replay, port: 50_001)
            connect(encryptedHello("front.example"), in: &replay, port: 50_002)
        }
        #expect(another.tls?.ech == .unsure && another.host?.name == "front.example")
        #expect(another.names.contains { $0.name == "hidden.example" })
    }
}
