import Delivery
import Testing

@testable import Status

@Test func onlyNamesThatWereGivenAreAnswered() {
    let hosts = HostNames(["gw1.example.net.", "GW1"])
    for value in [
        "127.0.0.1", "127.0.0.1:9477", "[::1]:9477", "[::1]", "[2001:db8::7]:1", "localhost", "LOCALHOST:9477", "gw1",
        "Gw1.Example.Net:9477",
        "gw1.example.net.",
    ] {
        #expect(hosts.allow([value]), "\(value)")
    }
    for value in [
        "evil.example", "evil.example:9477", "127.0.0.1.evil.example", "1.2.3.4.5", "", "[evil.example]:9477",
        "localhost.evil.example",
        "1.2.3.256", "face", "+1.2.3.4",
    ] {
        #expect(!hosts.allow([value]), "\(value)")
    }
    #expect(hosts.allow([]) && !hosts.allow(["localhost", "evil.example"]))
}

@Test(.timeLimit(.minutes(15))) func aRebindingBrowserIsRefusedOverTCP() throws {
    let address = try #require(ListenAddress("127.0.0.1:39477"))
    let descriptor = try ListeningSocket.open(address)
    let server = try StatusServer(listeningAt: [descriptor]) { _ in StatusAnswer(.ok, "yes\n") }
    defer { server.stop() }
    func reply(_ host: String) throws -> String {
        let client = try #require(Client(port: 39_477))
        client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        return client.rest()
    }
    #expect(try reply("127.0.0.1:39477").hasPrefix("HTTP/1.1 200"))
    let refused = try reply("rebound.example:39477")
    #expect(refused.hasPrefix("HTTP/1.1 421") && refused.contains("http.hosts"), "\(refused)")
}
