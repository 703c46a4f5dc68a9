import Delivery
import Foundation
import Testing

/// An HTTP server for one kind of answer, at a port of the loopback.
private struct WebServer {
    let peer: LoopbackPeer
    let url: String

    init(port: UInt16, status: String, headers: String = "") throws {
        url = "http://127.0.0.1:\(port)/hook"
        peer = try LoopbackPeer(.tcp(host: "127.0.0.1", port: port), isWhole: Self.isWhole) { _ in
            "HTTP/1.1 \(status)\r\n\(headers)content-length: 2\r\nconnection: close\r\n\r\nok"
        }
    }

    /// Whether the header and as many bytes as it says are there.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let length = text.lowercased().firstMatch(of: #/content-length: ([0-9]+)/#).flatMap { Int($0.1) } ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}

@Suite(.serialized, .timeLimit(.minutes(15))) struct HTTPPostTests {
    @Test func aBodyArrivesWithItsHeadersAndTheStatusComesBack() throws {
        let server = try WebServer(port: 39_601, status: "202 Accepted")
        let post: HTTPPost
        do throws(HTTPPost.PostError) {
            post = try HTTPPost(
                url: server.url, headers: ["Content-Type: application/json", "X-Token: t"], milliseconds: 5_000)
        } catch {
            print("skipped: \(error)")
            return
        }
        let body = Array("{\"alert\":1}".utf8)
        #expect(post.send(body[...]) == .status(202))
        let request = String(decoding: server.peer.connections.wait(1).first ?? [], as: UTF8.self)
        #expect(
            request.hasPrefix("POST /hook HTTP/1.1\r\n") && request.hasSuffix("\r\n\r\n{\"alert\":1}"), "\(request)")
        #expect(request.contains("X-Token: t\r\n") && request.contains("Content-Type: application/json\r\n"))
    }

    @Test func aRedirectIsNotFollowed() throws {
        let server = try WebServer(
            port: 39_602, status: "302 Found", headers: "location: http://127.0.0.1:39602/elsewhere\r\n")
        guard let post = try? HTTPPost(url: server.url, headers: [], milliseconds: 5_000) else { return }
        #expect(post.send(Array("x".utf8)[...]) == .status(302))
        // The server answers in turn: a request to the other place would be there before that of a second post.
        #expect(post.send(Array("y".utf8)[...]) == .status(302))
        let requests = server.peer.connections.wait(2).map { String(decoding: $0, as: UTF8.self) }
        #expect(requests.count == 2 && requests.allSatisfy { $0.hasPrefix("POST /hook ") }, "\(requests)")
    }

    @Test func aFarEndThatIsNotThereIsAReason() {
        guard let post = try? HTTPPost(url: "http://127.0.0.1:39603/", headers: [], milliseconds: 2_000) else { return }
        guard case .failed(let reason) = post.send(Array("x".utf8)[...]) else {
            Issue.record("no one listens there")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func aHeaderThatWouldBeginAnotherIsRefused() {
        for header in ["no colon", ": no name", "X: a\r\nY: b", "X: a\u{0}"] {
            #expect(throws: HTTPPost.PostError.self) {
                try HTTPPost(url: "http://127.0.0.1:1/", headers: [header], milliseconds: 1_000)
            }
        }
    }
}
