import Delivery
import Foundation
import Status
import Synchronization
import Testing

/// A server with a stream at `/events`, whose messages are counted.
private final class Streaming {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString).sock").path
    let counters = StatusCounters()
    private let messages: Messages
    private let server: StatusServer

    private final class Messages: Sendable {
        let made = Mutex(0)
        let turns = Mutex(0)
    }

    init(size: Int = 10, connections: Int = 2) throws {
        let messages = Messages()
        self.messages = messages
        var stream = StatusStream(turn: { messages.turns.withLock { $0 += 1 } }) {
            let number = messages.made.withLock { made in
                made += 1
                return made
            }
            return "message \(number) " + String(repeating: "x", count: size)
        }
        stream.interval = 50_000_000
        stream.turnInterval = 20_000_000
        stream.connections = connections
        let descriptor = try ListeningSocket.open(.unix(path))
        server = try StatusServer(listeningAt: [descriptor], stream: stream, counters: counters) { request in
            var answer = StatusAnswer(.ok, "\(request.path) \(request.query["from"] ?? "-") \(request.isCrossSite)\n")
            answer.headers = ["x-test": "yes"]
            answer.isStream = request.path == "/events"
            return answer
        }
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(atPath: path)
    }

    var made: Int { messages.made.withLock { $0 } }
    var turns: Int { messages.turns.withLock { $0 } }

    func connect(to path: String = "/events") throws -> Client {
        let client = try #require(Client(path: self.path))
        client.send("GET \(path) HTTP/1.1\r\nHost: here\r\n\r\n")
        return client
    }

    /// Waits for what another thread does; ten seconds at the most.
    func until(_ condition: () -> Bool) {
        for _ in 0..<1_000 where !condition() { usleep(10_000) }
    }
}

@Suite(.serialized, .timeLimit(.minutes(15)))
struct StatusStreamTests {
    @Test func messagesAreMadeOnlyWhileSomeoneIsConnected() throws {
        let service = try Streaming()
        service.until { service.turns >= 5 }
        #expect(service.made == 0 && service.turns >= 5)
        var client: Client? = try service.connect()
        let text = client?.text(until: "message 3") ?? ""
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("x-test: yes\r\n"), "\(text)")
        #expect(text.contains("retry: 2000\n\ndata: message 1 xxxxxxxxxx\n\n") && text.contains("data: message 2 "))
        client = nil
        usleep(300_000)
        let made = service.made
        usleep(300_000)
        #expect(service.made == made, "messages are made for nobody")
    }

    @Test func oneMessageGoesToAllAndTheRestIsRefused() throws {
        let service = try Streaming(connections: 2)
        let clients = try (0..<2).map { _ in try service.connect() }
        for client in clients { #expect(client.text(until: "message 4").contains("message 4")) }
        let made = service.made
        let third = try service.connect()
        #expect(third.rest().hasPrefix("HTTP/1.1 503"))
        #expect(service.made < made + 40)
        // Room is made by one that leaves.
        withExtendedLifetime(clients) {}
    }

    @Test func oneThatDoesNotReadIsClosedAndHoldsLittle() throws {
        let service = try Streaming(size: 400_000)
        let client = try service.connect()
        // It takes what the socket holds and no more; after ten messages that it missed it is closed.
        service.until { service.made >= 1 }
        usleep(1_500_000)
        let made = service.made
        usleep(500_000)
        #expect(service.made == made, "messages are still made")
        #expect(client.rest().utf8.count < 3_000_000)
    }

    @Test func theQueryAndTheSiteAreRead() throws {
        let service = try Streaming()
        func ask(_ target: String, _ header: String = "") throws -> String {
            let client = try #require(Client(path: service.path))
            client.send("GET \(target) HTTP/1.1\r\nHost: here\r\n\(header)\r\n")
            return client.rest()
        }
        #expect(try ask("/a?from=12&to=13").hasSuffix("\r\n\r\n/a 12 false\n"))
        #expect(try ask("/a?from", "Sec-Fetch-Site: cross-site\r\n").hasSuffix("/a  true\n"))
        #expect(try ask("/a", "Sec-Fetch-Site: same-origin\r\n").hasSuffix("/a - false\n"))
        #expect(try ask("/a", "Sec-Fetch-Site: same-site\r\n").hasSuffix("/a - true\n"))
    }

    @Test func aClientGetsWhatTheServerSays() throws {
        let service = try Streaming()
        let client = StatusClient(.unix(service.path))
        defer { client.stop() }
        let reply = try client.get("/b?from=7")
        #expect(reply.status == 200 && reply.text == "/b 7 false\n")
        let nobody = StatusClient(.unix(service.path + ".none"))
        defer { nobody.stop() }
        #expect(throws: (any Error).self) { try nobody.get("/") }
    }
}
