import Delivery
import Foundation
import Status
import Testing

/// A server at a socket of its own, with `limits`, that says "yes" at `/yes`.
private final class Service {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString).sock").path
    let counters = StatusCounters()
    private let server: StatusServer

    init(_ limits: StatusLimits = StatusLimits(), text: String = "yes\n") throws {
        let descriptor = try ListeningSocket.open(.unix(path))
        server = try StatusServer(listeningAt: [descriptor], limits: limits, counters: counters) { request in
            request.path == "/yes" ? StatusAnswer(.ok, text) : StatusAnswer(.unknown, "no\n")
        }
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(atPath: path)
    }

    func answer(to request: String) throws -> String {
        let client = try #require(Client(path: path))
        client.send(request)
        return client.rest()
    }

    /// Waits for what another thread does; ten seconds at the most.
    func until(_ condition: () -> Bool) {
        for _ in 0..<1_000 where !condition() { usleep(10_000) }
    }
}

@Suite(.serialized, .timeLimit(.minutes(15)))
struct StatusServerTests {
    @Test func whatIsAskedForIsAnsweredAndTheConnectionEnds() throws {
        let service = try Service()
        let answer = try service.answer(to: "GET /yes?verbose=1 HTTP/1.1\r\nHost: here\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\nyes\n"), "\(answer)")
        #expect(answer.contains("content-length: 4\r\n") && answer.contains("connection: close\r\n"))
        #expect(try service.answer(to: "GET / HTTP/1.1\r\nHost: here\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        #expect(try service.answer(to: "GET /yes HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.0 200"))
        service.until { service.counters.answered == 3 }
        #expect(service.counters.answered == 3 && service.counters.failed == 0)
    }

    @Test func aHeadHasNoBodyAndOtherMethodsAreRefused() throws {
        let service = try Service()
        let head = try service.answer(to: "HEAD /yes HTTP/1.1\r\nHost: here\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"), "\(head)")
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let answer = try service.answer(to: "\(method) /yes HTTP/1.1\r\nHost: here\r\ncontent-length: 0\r\n\r\n")
            let isRefused = answer.hasPrefix("HTTP/1.1 405") && answer.contains("allow: GET, HEAD\r\n")
            #expect(isRefused || answer.hasPrefix("HTTP/1.1 400"), "\(method): \(answer)")
        }
        let second = try service.answer(to: String(repeating: "GET /yes HTTP/1.1\r\nHost: here\r\n\r\n", count: 3))
        #expect(second.components(separatedBy: "HTTP/1.1 200").count == 2, "one answer a connection: \(second)")
    }

    @Test func garbageAndRequestsWithoutEndCostAConnectionAndNothingElse() throws {
        let service = try Service()
        var bytes: [UInt8] = []
        var state: UInt32 = 7
        for round in 0..<50 {
            bytes.removeAll()
            for _ in 0..<(1 + round * 40) {
                state = state &* 1_664_525 &+ 1_013_904_223
                bytes.append(UInt8(truncatingIfNeeded: state >> 24))
            }
            let client = try #require(Client(path: service.path))
            client.send(bytes + Array("\r\n\r\n".utf8))
            #expect(!client.rest().hasPrefix("HTTP/1.1 200"))
        }
        for request in [
            "GET /\(String(repeating: "a", count: 100_000))",
            "GET / HTTP/1.1\r\nX: " + String(repeating: "b", count: 100_000),
        ] {
            #expect(!(try service.answer(to: request)).contains("200 OK"))
        }
        #expect(try service.answer(to: "GET /yes HTTP/1.1\r\nHost: here\r\n\r\n").hasPrefix("HTTP/1.1 200"))
    }

    @Test func whoeverIsSlowIsLetGoOfInTime() throws {
        var limits = StatusLimits()
        limits.lifetime = 300_000_000
        // More than a socket holds, so that the answer waits for its reader.
        let service = try Service(limits, text: String(repeating: "y", count: 4 << 20))
        let (silent, slow, reader) = (
            Client(path: service.path), Client(path: service.path), Client(path: service.path)
        )
        slow?.send("GET /yes HTTP/1.1\r\nX-A: ")
        reader?.send("GET /yes HTTP/1.1\r\nHost: here\r\n\r\n")
        let start = ContinuousClock.now
        while slow?.send("b") == true, ContinuousClock.now - start < .seconds(60) { usleep(50_000) }
        #expect(silent?.rest() == "")
        #expect((reader?.rest().utf8.count ?? 0) < 4 << 20)
        #expect(ContinuousClock.now - start < .seconds(60))
        service.until { service.counters.failed == 2 }
        #expect(service.counters.failed == 2)
    }

    @Test func oneConnectionTooManyClosesTheOldestAndIsCounted() throws {
        var limits = StatusLimits()
        limits.connections = 3
        let service = try Service(limits)
        let open = (0..<3).compactMap { _ in Client(path: service.path) }
        #expect(try service.answer(to: "GET /yes HTTP/1.1\r\nHost: here\r\n\r\n").hasPrefix("HTTP/1.1 200"))
        #expect(open[0].rest() == "")
        service.until { service.counters.refused == 1 }
        #expect(service.counters.refused == 1)
    }

    @Test func questionsAreAnsweredWhileSlowClientsHoldEveryConnection() throws {
        let service = try Service()
        // Each begins a request and never ends it; anyone who was closed comes again.
        var slow: [Client] = []
        for round in 0..<20 {
            while slow.count < 64 {
                guard let client = Client(path: service.path) else { break }
                client.send("GET /yes HTTP/1.1\r\nX-A: ")
                slow.append(client)
            }
            let start = ContinuousClock.now
            let answer = try service.answer(to: "GET /yes HTTP/1.1\r\nHost: here\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200"), "round \(round)")
            // Less than the 10 s for which a slow client may hold its connection.
            #expect(ContinuousClock.now - start < .seconds(8))
            slow.removeFirst(16)
        }
        #expect(service.counters.refused > 100)
    }
}

@Test func addressesAreReadAndThoseOfThisMachineAreTold() {
    let local = ["127.0.0.1:9477", "127.3.2.1:1", "[::1]:9477", "unix:/run/egret.sock"]
    let remote = ["0.0.0.0:9477", "192.0.2.1:80", "[::]:80", "[2001:db8::1]:80", "[::ffff:127.0.0.1]:80"]
    for text in local + remote {
        #expect(ListenAddress(text)?.isLocal == local.contains(text), "\(text)")
        #expect(ListenAddress(text)?.description == text)
    }
    for text in [
        "", "9477", ":9477", "localhost:9477", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "::1:80",
        "[127.0.0.1]:80", "unix:", "*:80", "unix:" + String(repeating: "x", count: 108),
    ] {
        #expect(ListenAddress(text) == nil, "\(text)")
    }
}

@Test func aSocketThatWasLeftBehindIsReplacedAndOneInUseIsNot() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try ListeningSocket.open(.unix(path))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o660)
    #expect(throws: SocketError.self) { try ListeningSocket.open(.unix(path)) }
    close(first)
    close(try ListeningSocket.open(.unix(path)))
    try FileManager.default.removeItem(atPath: path)
    try Data("a file".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: SocketError.self) { try ListeningSocket.open(.unix(path)) }
    #expect(FileManager.default.contents(atPath: path) == Data("a file".utf8))
    let port = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
    close(port)
    #expect(throws: SocketError.self) { try ListeningSocket.open(.tcp(host: "192.0.2.1", port: 9477)) }
}
