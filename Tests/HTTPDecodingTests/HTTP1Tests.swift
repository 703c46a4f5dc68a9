import Bytes
import HTTPDecoding
import StreamReassembly
import TestSupport
import Testing

@Suite struct HTTP1Tests {
    private static let request = """
        POST /v1/a?key=1 HTTP/1.1\r\nHost: api.example\r\nX-Case: Kept\r\nx-case: again\r\nTransfer-Encoding: chunked\r\n\r\n\
        5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n
        """
    private static let response = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test(arguments: [1, 2, 7, 1_000]) func readsAChunkedRequest(_ step: Int) {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put(Self.request, from: .client, step: step)
        connection.put(Self.response, from: .server, packet: 2, step: step)
        connection.finish()
        #expect(log.exchanges.count == 1)
        let exchange = log.exchanges[0]
        #expect(exchange.request.method == "POST")
        #expect(exchange.request.authority == "api.example")
        #expect(exchange.request.path == "/v1/a")
        #expect(exchange.request.query == "key=1")
        #expect(
            exchange.request.fields.map { String(decoding: $0.name, as: UTF8.self) } == [
                "Host", "X-Case", "x-case", "Transfer-Encoding",
            ])
        #expect(exchange.request.trailers.map { String(decoding: $0.value, as: UTF8.self) } == ["t"])
        #expect(log.bodies == ["hello world"])
        #expect(exchange.request.body.sha256 == "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9")
        #expect(exchange.response?.status == 200)
        #expect(log.answers == ["ok"])
        #expect(exchange.request.body.isComplete)
    }

    @Test func pairsPipelinedRequests() {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\nGET http://b/3 HTTP/1.1\r\nHost: a\r\n\r\n",
            from: .client)
        connection.put(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\nrest",
            from: .server)
        connection.close(.server)
        connection.finish()
        #expect(log.paths == ["/1", "/2", "/3"])
        #expect(log.answers == ["x", "", "rest"])
        #expect(log.exchanges[2].request.authority == "b")
        #expect(log.exchanges.allSatisfy { $0.response?.body.isComplete == true })
    }

    @Test func opensATunnel() {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put("CONNECT a.example:443 HTTP/1.1\r\n\r\n", from: .client)
        connection.put("HTTP/1.1 200 OK\r\n\r\nserver", from: .server)
        connection.put("client", from: .client)
        connection.finish()
        #expect(log.exchanges.map(\.request.authority) == ["a.example:443"])
        #expect(log.tunnel?.bytes == [Array("client".utf8), Array("server".utf8)])
    }

    @Test func goesOnAfterALossInsideABody() {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put("POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", from: .client)
        connection.lose(4, from: .client)
        connection.put("defGET /2 HTTP/1.1\r\n\r\n", from: .client, packet: 2)
        connection.put("HTTP/1.1 204 No\r\n\r\nHTTP/1.1 204 No\r\n\r\n", from: .server, packet: 3)
        connection.finish()
        #expect(log.paths == ["/1", "/2"])
        #expect(log.exchanges[0].request.body.count == 10)
        #expect(!log.exchanges[0].request.body.isComplete)
        #expect(log.exchanges[1].request.body.isComplete)
    }

    @Test func findsTheNextRequestAfterALossOfUnknownLength() {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put("POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", from: .client)
        connection.lose(nil, from: .client)
        connection.put("garbage", from: .client, packet: 2)
        connection.put("GET /2 HTTP/1.1\r\n\r\n", from: .client, packet: 3)
        connection.finish()
        #expect(log.paths == ["/1", "/2"])
    }

    @Test func givesNoRequestTheAnswerOfAnEarlierOne() {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.lose(nil, from: .client)
        connection.lose(nil, from: .server)
        connection.put("HTTP/1.1 500 Of another request\r\nContent-Length: 1\r\n\r\nx", from: .server, packet: 1)
        connection.put("GET /1 HTTP/1.1\r\n\r\n", from: .client, packet: 2)
        connection.put("HTTP/1.1 204 No\r\n\r\n", from: .server, packet: 3)
        connection.finish()
        #expect(log.exchanges.map(\.response?.status) == [204])
    }

    @Test func boundsTheBodiesThatAreKept() {
        let log = ExchangeLog(budget: BodyBudget(total: 1_000, bodyLimit: 600))
        let connection = HTTP1Connection(owner: log)
        for index in 0..<3 {
            connection.put("POST /\(index) HTTP/1.1\r\nContent-Length: 700\r\n\r\n", from: .client)
            connection.put([UInt8](repeating: 7, count: 700), from: .client)
        }
        connection.finish()
        #expect(log.exchanges.map(\.request.body.bytes.count) == [600, 400, 0])
        #expect(log.exchanges.allSatisfy { $0.request.body.count == 700 && !$0.request.body.isComplete })
        #expect(log.budget.cutBodies == 3)
    }

    @Test func survivesHostileBytes() {
        runHostileBytes(Array(Self.request.utf8)) { bytes in
            let connection = HTTP1Connection(owner: ExchangeLog())
            connection.receive(bytes, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            connection.put(Self.response, from: .server)
            connection.finish()
        }
        runHostileBytes(Array(Self.response.utf8)) { bytes in
            let connection = HTTP1Connection(owner: ExchangeLog())
            connection.put(Self.request, from: .client)
            connection.receive(bytes, from: .server, at: StreamPosition(time: .distantPast, packet: 1))
            connection.finish()
        }
    }
}
